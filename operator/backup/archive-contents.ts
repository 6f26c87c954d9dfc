import { type Difference, difference } from '../../app-image/src/backup/differences';
import type { Run } from '../../app-image/src/backup/program';

/** What `pg_restore --list` prints, collected while it is fed. */
export function collectedText({ stdout }: Pick<Run, 'stdout'>): () => string {
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

/** `4021; 0 16390 TABLE DATA public users postgres` */
const dataEntry = /^\d+; \d+ \d+ TABLE DATA (.+)$/gm;

/**
 * Whether the archive has data of each table that the manifest counts rows of, and of no other.
 *
 * @param tables by their names as SQL writes them
 */
export function contentsDifferences(list: string, tables: readonly string[]): Difference[] {
  const entries = [...list.matchAll(dataEntry)].map(([, entry = '']) => entry);
  // Names are not quoted there, and the owner stands behind: so a name is looked for, and none is taken apart.
  const missing = tables.filter((table) => !entries.some((entry) => entry.startsWith(`${plainName(table)} `)));
  return [
    ...missing.flatMap((table) => difference(`data of ${table}`, 'in the archive', 'not there')),
    ...difference('tables with data', tables.length, entries.length),
  ];
}

/** `"Reports of 2026".total` → `Reports of 2026 total` */
const plainName = (table: string): string => {
  const [, schema = '', name = ''] = /^((?:"(?:[^"]|"")*")|[^".]+)\.(.+)$/s.exec(table) ?? [];
  return `${unquoted(schema)} ${unquoted(name)}`;
};

/** Newlines are printed as spaces. */
const unquoted = (name: string): string =>
  (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name).replace(/[\r\n]/g, ' ');
