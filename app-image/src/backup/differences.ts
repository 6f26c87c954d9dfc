import type { Manifest } from './manifest';

/** Something that the backup is not as its manifest says. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface Restored {
  readonly rows: Readonly<Record<string, number>>;
  readonly migrations: readonly string[];
}

export function differencesIn(manifest: Manifest, { rows, migrations }: Restored): Difference[] {
  const tables = [...new Set([...Object.keys(manifest.rows), ...Object.keys(rows)])].sort();
  const counts = tables.flatMap((table) => difference(`rows of ${table}`, manifest.rows[table], rows[table]));
  return [...counts, ...difference('migrations', manifest.migrations.join(', '), migrations.join(', '))];
}

export const difference = (
  what: string,
  expected: string | number | undefined,
  found: string | number | undefined,
): Difference[] =>
  expected === found ? [] : [{ what, expected: String(expected ?? 'none'), found: String(found ?? 'none') }];

export function differenceTable(differences: readonly Difference[]): string {
  const rows = [
    ['what', 'the manifest says', 'found'],
    ...differences.map(({ what, expected, found }) => [what, expected, found]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
