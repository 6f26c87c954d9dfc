import { exceptionName } from '../exception';
import { firstLine, summary } from './first-line';
import { detailsOf, type Group, grouped, placesOf } from './groups';
import { propertyLines } from './property-lines';
import type { Report } from './report';
import { effectText } from './text';

/** GitHub takes comments of 65,536 characters. */
const longest = 60_000;
/** By which a workflow finds its comment again. */
export const commentMark = '<!-- diff-guard -->';

const signs = { red: '🔴', amber: '🟠', green: '🟢' } as const;

/** For a pull request: the verdict, environments side by side, details folded. */
export function markdownReport(report: Report): string {
  const { findings, spent } = report.judgement;
  const noticed = grouped(findings.filter(({ rule }) => rule.verdict !== 'green'));
  const harmless = findings.filter(({ rule }) => rule.verdict === 'green');
  const head = [`**${escaped(firstLine(report))}**`, ''];
  if (noticed.length > 0) head.push(...sideBySide(noticed, report.places), '');
  for (const { exception, state } of spent)
    head.push(
      `- ${state === 'expired' ? `expired on ${exception.expires}` : 'unused'}: the exception ${escaped(exceptionName(exception))}`,
      '',
    );
  const foot = [
    ...(harmless.length > 0 ? [folded(`🟢 ${escaped(summary(harmless))}`, harmlessLines(grouped(harmless))), ''] : []),
    `Base ${code(report.base)}, head ${code(report.head)}.`,
    commentMark,
  ];
  return [...head, ...withinLimit(noticed.map(details), [...head, ...foot]), ...foot].join('\n');
}

/** As many details as a comment takes; the rest is said to be missing. */
function withinLimit(all: readonly string[], rest: readonly string[]): string[] {
  let left = longest - rest.join('\n').length;
  const shown: string[] = [];
  for (const each of all) {
    left -= each.length + 1;
    if (left < 0) return [...shown, `… and ${all.length - shown.length} more: \`npm run diff-guard\` shows them.`, ''];
    shown.push(each);
  }
  return shown;
}

function sideBySide(groups: readonly Group[], places: readonly string[]): string[] {
  const used = places.filter((place) => groups.some((group) => placesOf(group).includes(place)));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(['', 'change', 'at deploy', ...used.map(escaped)]),
    row(['-', '-', '-', ...used.map(() => ':-:')]),
    ...groups.map((group) => {
      const [first] = group.findings;
      const sign = first.exception === undefined ? signs[group.rule.verdict] : '⚪';
      const marks = used.map((place) => (placesOf(group).includes(place) ? sign : ''));
      return row([
        sign,
        `${code(`${group.stack}/${group.resource}`)} ${escaped(group.rule.title)}`,
        effectText(first),
        ...marks,
      ]);
    }),
  ];
}

function details(group: Group): string {
  const [first] = group.findings;
  const { keep, exception, change, logicalId } = first;
  const lines = change === undefined ? [] : propertyLines(change);
  return folded(`${signs[group.rule.verdict]} ${code(`${group.stack}/${group.resource}`)} ${code(group.rule.id)}`, [
    ...detailsOf(group).flatMap((detail) => [escaped(detail), '']),
    ...(logicalId ? [`Logical id ${code(logicalId)}.`] : []),
    ...(keep === undefined ? [] : ['', `**To avoid it:** ${escaped(keep)}`]),
    '',
    `Why it matters: ${escaped(group.rule.reason)}`,
    ...(exception === undefined ? [] : ['', `Excused until ${exception.expires}: ${escaped(exception.reason)}`]),
    ...(lines.length === 0 ? [] : ['', '| property | before | after | takes |', '| - | - | - | - |']),
    ...lines.map(
      ({ path, before, after, takes }) => `| ${[code(path), code(before), code(after), takes].join(' | ')} |`,
    ),
  ]);
}

const harmlessLines = (groups: readonly Group[]): string[] =>
  groups.slice(0, 100).map((group) => {
    const [{ essence }] = group.findings;
    return `- ${placesOf(group).map(escaped).join(', ')}: ${escaped(essence)}`;
  });

const folded = (title: string, lines: readonly string[]): string =>
  [
    '<details>',
    `<summary>${title.replace(/`([^`]*)`/g, '<code>$1</code>')}</summary>`,
    '',
    ...lines,
    '',
    '</details>',
  ].join('\n');

/** Text that is neither markup nor a mention of somebody. */
const escaped = (text: string): string =>
  text
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '@\u200b')
    .replace(/\n/g, ' ');

const code = (text: string): string =>
  `\`${text.replace(/`/g, 'ʼ').replace(/\|/g, '\\|').replace(/</g, '‹').replace(/>/g, '›').replace(/\n/g, ' ')}\``;
