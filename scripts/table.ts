import Table from 'cli-table3';

export type Cell = string | number;

const borderless = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((part) => [part, '']),
);

/** Columns without lines, so that they can be copied and grepped; words to the left, numbers to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  /** A number, a number with its unit, a number of another, with a sign. */
  const isNumeric = (column: number) =>
    rows.every((row) => /^([≤<+−] ?)?(–|[\d.,]*( ?(ms|s|kB|%|×|of \d+))?)$/.test(String(row[column] ?? '')));
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (isNumeric(column) ? 'right' : 'left')),
    chars: { ...borderless, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const row of rows) table.push([...row]);
  return table.toString().replace(/ +$/gm, '');
}
