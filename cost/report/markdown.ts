import type { Difference } from '../compare';
import type { Block } from '../estimate';
import type { Line } from '../line';
import type { Report } from './report';
import { differenceSentence, gapLines, nameOf } from './text';
import { budgetSentence, lineMoney, money, outsideSentence, priceSentence, signed, title } from './wording';

/** It stands below another report, which may have 60,000 of the 65,536 characters that a comment may have. */
const longest = 5000;

/** For a pull request: what it costs more or less, the rest folded. */
export function markdownReport({ blocks, differences, prices, base, head }: Report): string {
  const foot = [`${priceSentence(blocks, prices)} ${outsideSentence}`];
  if (differences === undefined)
    return ['**Estimate of a month**', '', ...table(blocks), '', ...blocks.flatMap(blockLines), ...foot].join('\n');
  const changed = differences.filter(({ changes }) => changes.length > 0);
  const warnings = [
    ...differences.flatMap(({ after }) => gapLines(after).map((line) => `- ${escaped(line)}`)),
    ...differences.flatMap(({ before, after }) => overBudget(before, after)),
  ];
  const told = [
    ...[`**Cost: ${escaped(differenceSentence(differences))}**`, ''],
    ...(warnings.length > 0 ? [...warnings, ''] : []),
    ...(changed.length > 0 ? [...totals(changed), '', '<details><summary>Line by line</summary>'] : []),
  ];
  const end = [
    ...(changed.length > 0 ? ['', '</details>', ''] : []),
    `<sub>Estimated from the templates of ${code(base ?? '')} and ${code(head)}, both with the prices and assumptions of the latter. ${foot.join(' ')}</sub>`,
  ];
  const rows = changed.flatMap(changeRows);
  return [...told, ...withinLimit(rows, [...told, ...end]), ...end].join('\n');
}

const overBudget = (before: Block | undefined, after: Block | undefined): string[] => {
  const exceeds = (block: Block | undefined) => (block?.budgetUsd ?? Number.POSITIVE_INFINITY) < (block?.totalUsd ?? 0);
  return after !== undefined && exceeds(after) && !exceeds(before) ? [`- ${after.name}: ${budgetSentence(after)}`] : [];
};

const header = (...cells: readonly string[]): string[] => [
  `| ${cells.join(' | ')} |`,
  `|${cells.map((_, column) => (column === 0 ? '---' : '--:')).join('|')}|`,
];

const totals = (differences: readonly Difference[]): string[] => [
  ...header('US$ a month', 'before', 'after', 'difference', 'budget'),
  ...differences.map(
    ({ name, before, after, differenceUsd }) =>
      `| ${name} | ${before ? money(before.totalUsd) : '–'} | ${after ? money(after.totalUsd) : '–'} | ${signed(differenceUsd)} | ${after?.budgetUsd ? money(after.budgetUsd) : '–'} |`,
  ),
];

const changeRows = ({ name, changes }: Difference): string[] => [
  ...['', ...header(name, 'before', 'after', 'difference')],
  ...changes.map(
    (change) =>
      `| ${escaped(nameOf(change))} | ${optional(change.before)} | ${optional(change.after)} | ${signed(change.differenceUsd)} |`,
  ),
];
const optional = (line: Line | undefined): string => (line === undefined ? '–' : escaped(lineMoney(line)));

/** As many rows as a comment takes; the rest is said to be missing. */
function withinLimit(rows: readonly string[], rest: readonly string[]): string[] {
  let left = longest - rest.join('\n').length;
  const shown = rows.filter((row) => {
    left -= row.length + 1;
    return left > 0;
  });
  return shown.length === rows.length ? shown : [...shown, '', '… and more: `npm run cost -- --base REF` shows it.'];
}

const table = (blocks: readonly Block[]): string[] => [
  ...header('US$ a month', 'fixed', 'by use', 'total', 'budget'),
  ...blocks.map(
    ({ name, fixedUsd, usageUsd, totalUsd, budgetUsd }) =>
      `| ${name} | ${money(fixedUsd)} | ${money(usageUsd)} | ${money(totalUsd)} | ${budgetUsd === undefined ? '–' : money(budgetUsd)} |`,
  ),
];

const blockLines = (block: Block): string[] => [
  `<details><summary>${title(block)}</summary>`,
  '',
  escaped(budgetSentence(block)),
  ...block.gaps.map(({ gap, why, remedy }) => `- NOT PRICED: ${escaped(`${gap}: ${why}; ${remedy}`)}.`),
  '',
  ...header(block.name, 'US$'),
  ...[...block.fixed, ...block.usage].map((line) => `| ${escaped(line.label)} | ${escaped(lineMoney(line))} |`),
  ...['', '</details>', ''],
];

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll('|', '\\|');
const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;
