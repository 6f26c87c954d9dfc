import { type Cell, formatTable } from '../../scripts/table';
import type { Difference } from '../compare';
import type { Block } from '../estimate';
import type { Line } from '../line';
import type { Report } from './report';
import {
  assumptionRow,
  budgetSentence,
  lineMoney,
  money,
  outsideSentence,
  priceSentence,
  quantity,
  signed,
  title,
  unitPrice,
} from './wording';

/** For a terminal, and for people who pay: what costs how much, why, and whether the budget holds it. */
export function textReport(report: Report): string {
  const { blocks, differences, prices } = report;
  const body =
    differences === undefined
      ? [...blocks.map(blockText), ...(blocks.length > 1 ? [overview(blocks)] : [])]
      : [differenceSentence(differences), ...differences.flatMap(differenceText), totals(differences)];
  return [...body, `${priceSentence(blocks, prices)}\n${outsideSentence}`].join('\n\n');
}

function blockText(block: Block): string {
  const { fixed, usage, fixedUsd, usageUsd, gaps } = block;
  const sections = [
    `${title(block)}\n${budgetSentence(block)}`,
    ...(fixed.length > 0 ? [linesText('Fixed, whatever is used', fixed, fixedUsd)] : []),
    linesText('By use, as assumed', usage, usageUsd),
    formatTable(
      ['Assumed', 'a month', 'unit', 'because'],
      block.assumed.map((name) => assumptionRow(block, name)),
    ),
    freeText(block),
    gaps.length === 0
      ? 'Not priced: nothing.'
      : [
          `NOT PRICED, so the estimate is too low (${gaps.length}):`,
          ...gaps.map(
            ({ gap, why, remedy, count }) => `  ${count === undefined ? '' : `${count} × `}${gap}: ${why}; ${remedy}.`,
          ),
        ].join('\n'),
  ];
  return sections.join('\n\n');
}

const linesText = (head: string, lines: readonly Line[], sum: number): string =>
  formatTable(
    [head, 'amount', 'unit', 'US$ each', 'US$ a month'],
    [
      ...lines.map((line): Cell[] => [
        ...[line.label, quantity(line.amount), line.price.unit, unitPrice(line.price.usd), lineMoney(line)],
      ]),
      ['Together', '', '', '', money(sum)],
    ],
  );

function freeText({ free }: Block): string {
  const count = free.reduce((sum, each) => sum + (each.count ?? 1), 0);
  const kinds = new Set(free.map(({ free: name }) => name)).size;
  return `Free by themselves: ${count} resources of ${kinds} kinds, such as roles and subnets; cost/free.ts says why, --format json lists them.`;
}

const overview = (blocks: readonly Block[]): string =>
  formatTable(
    ['All together, US$ a month', 'fixed', 'by use', 'total', 'budget', 'left'],
    [
      ...blocks.map(({ name, fixedUsd, usageUsd, totalUsd, budgetUsd }) => [
        ...[name, money(fixedUsd), money(usageUsd), money(totalUsd)],
        ...(budgetUsd === undefined ? ['–', '–'] : [money(budgetUsd), signed(budgetUsd - totalUsd)]),
      ]),
      ['Together', ...(['fixedUsd', 'usageUsd', 'totalUsd'] as const).map((key) => money(total(blocks, key))), '', ''],
    ],
  );

const total = (blocks: readonly Block[], key: 'fixedUsd' | 'usageUsd' | 'totalUsd'): number =>
  blocks.reduce((sum, block) => sum + block[key], 0);

/** The first line of a comparison. What is not priced may differ as well, so it is never left unsaid. */
export function differenceSentence(differences: readonly Difference[]): string {
  const changed = differences.filter(({ changes }) => changes.length > 0);
  const gaps = differences.flatMap(({ after }) => after?.gaps ?? []).length;
  const unpriced = gaps > 0 ? ` Not priced: ${gaps}, which may cost more.` : '';
  if (changed.length === 0)
    return gaps > 0
      ? `No difference in what is priced.${unpriced}`
      : 'No difference: the change costs what it cost before.';
  const sum = differences.reduce((all, { differenceUsd }) => all + differenceUsd, 0);
  const where = changed.map(({ name, differenceUsd }) => `${name} ${signed(differenceUsd)}`).join(', ');
  return `US$ ${signed(sum)} a month: ${where}.${unpriced}`;
}

const differenceText = ({ name, changes, after }: Difference): string[] => [
  ...(changes.length === 0
    ? []
    : [
        formatTable(
          [name, 'before', 'after', 'difference'],
          changes.map((change) => [
            nameOf(change),
            change.before === undefined ? '–' : lineMoney(change.before),
            change.after === undefined ? '–' : lineMoney(change.after),
            signed(change.differenceUsd),
          ]),
        ),
      ]),
  ...gapLines(after),
];

/** `Database: 1 × db.m7g.large → Database: 1 × db.m7g.xlarge` */
export const nameOf = ({ before, after }: Difference['changes'][number]): string =>
  before !== undefined && after !== undefined && before.label !== after.label
    ? `${before.label} → ${after.label}`
    : ((after ?? before)?.label ?? '');

/** What is not priced on the side that would be deployed. */
export const gapLines = (after: Block | undefined): string[] =>
  (after?.gaps ?? []).map(({ gap, why, remedy }) => `NOT PRICED in ${after?.name}: ${gap}: ${why}; ${remedy}.`);

const totals = (differences: readonly Difference[]): string =>
  formatTable(
    ['US$ a month', 'before', 'after', 'difference', 'budget'],
    differences.map(({ name, before, after, differenceUsd }) => [
      ...[name, before === undefined ? '–' : money(before.totalUsd), after === undefined ? '–' : money(after.totalUsd)],
      ...[signed(differenceUsd), after?.budgetUsd === undefined ? '–' : money(after.budgetUsd)],
    ]),
  );
