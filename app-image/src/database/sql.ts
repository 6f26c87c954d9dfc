/** Comments, texts and bodies of functions: nothing in them is a statement, and a semicolon in them ends none. */
const opaque =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w$"])[eE]'(?:\\[\s\S]|''|[^'\\])*'|'(?:''|[^'])*'|(?<![\w$])\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|"(?:""|[^"])*"|;/g;

/** The single statements, without comments and texts, on one line each. */
export function statementsIn(sql: string): string[] {
  const separator = '\u0000';
  const plain = sql.replace(opaque, (found) => {
    if (found === ';') return separator;
    if (found.startsWith('"')) return found;
    return found.startsWith('--') || found.startsWith('/*') ? ' ' : "''";
  });
  return plain
    .split(separator)
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}

/** Parts of a list, `a, b(c, d)` being two. */
export function partsOf(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

/** How a name is written in a statement, with its schema; a pattern's source. */
export const nameSource = String.raw`(?:(?:"(?:""|[^"])+"|[\w$]+)\.)?(?:"(?:""|[^"])+"|[\w$]+)`;

/** `public.Users`, `users` and `"users"` are one table. */
export function tableName(written: string): string {
  const plain = written.replace(/"((?:""|[^"])+)"|[\w$]+/g, (name, quoted?: string) => quoted ?? name.toLowerCase());
  return plain.replace(/^public\./, '');
}
