/** Words of a configuration of HAProxy. What would be read as something else is escaped, or refused. */

/** In single quotes, between which nothing has a meaning. */
export function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text);
  if (control)
    throw new Error(
      `${JSON.stringify(text)} has the control character ${JSON.stringify(control[0])}, which HAProxy's configuration can't hold; take it out.`,
    );
  const escaped: Readonly<Record<string, string>> = { "'": "\\'", '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `'${text.replace(/['\n\r\t]/g, (character) => `'${escaped[character]}'`)}'`;
}

/** A logical id or a header's name, where quotes are of no use: within the parentheses of a sample. */
export function name(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  throw new Error(
    `${JSON.stringify(text)} can't be a name in HAProxy's configuration: only letters, digits, - and _ can; rename it.`,
  );
}

/** HAProxy counts in whole milliseconds, and takes none at all for for ever. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new Error(`A duration is ${seconds} s: it has to be more than 0; correct the load balancer's description.`);
  return `${Math.max(1, Math.round(seconds * 1000))}ms`;
}

/** The value of a listener rule's condition as a regular expression: `*` is any characters, `?` is one. */
export function wildcard(value: string): string {
  const pattern = value.replace(/\\[*?]|[.*+?^${}()|[\]\\]/g, (match) => {
    if (match === '*') return '.*';
    if (match === '?') return '.';
    return match.length === 2 ? match : `\\${match}`;
  });
  return `^${pattern}$`;
}

/** `200`, `200,204`, `200-299`: written in the same way on both sides. */
export function healthCodes(codes: string): string {
  if (/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(codes)) return codes;
  throw new Error(`A health check's codes are "${codes}": must be like 200, 200,204 or 200-299; correct the matcher.`);
}
