import { formatTable } from '../../scripts/table';
import { exceptionName } from '../exception';
import type { Judged } from '../judge';
import { firstLine, summary } from './first-line';
import { detailsOf, type Group, grouped, placesOf } from './groups';
import { propertyLines } from './property-lines';
import type { Report } from './report';

/** For a terminal: the verdict, environments side by side, then each red and amber change in full. */
export function textReport(report: Report): string {
  const { findings, spent } = report.judgement;
  const noticed = grouped(findings.filter(({ rule }) => rule.verdict !== 'green'));
  const harmless = findings.filter(({ rule }) => rule.verdict === 'green');
  const lines = [firstLine(report), '', `base  ${report.base}`, `head  ${report.head}`];
  if (noticed.length > 0) lines.push('', sideBySide(noticed, report.places));
  for (const group of noticed) lines.push('', ...described(group));
  for (const { exception, state } of spent)
    lines.push(
      '',
      `${state === 'expired' ? `Expired on ${exception.expires}` : 'Unused'}: the exception ${exceptionName(exception)}`,
    );
  if (harmless.length > 0) lines.push('', `Green: ${summary(harmless)}.`);
  return lines.join('\n');
}

const verdictOf = ({ rule, findings: [{ exception }] }: Group): string =>
  exception === undefined ? rule.verdict : `${rule.verdict}, excused`;

function sideBySide(groups: readonly Group[], places: readonly string[]): string {
  const used = places.filter((place) => groups.some((group) => placesOf(group).includes(place)));
  const rows = groups.map((group) => [
    verdictOf(group),
    group.rule.id,
    `${group.stack}/${group.resource}`,
    ...used.map((place) => (placesOf(group).includes(place) ? 'x' : '')),
  ]);
  return formatTable(['verdict', 'rule', 'resource', ...used], rows);
}

function described(group: Group): string[] {
  const [first] = group.findings;
  const { exception, keep, change, logicalId } = first;
  return [
    `${verdictOf(group)}: ${group.rule.title.toLowerCase()}: ${group.stack}/${group.resource}${logicalId ? ` (${logicalId})` : ''}`,
    ...detailsOf(group).map((detail) => `  ${detail}`),
    ...(keep === undefined ? [] : [`  To avoid it: ${keep}`]),
    `  Why it matters: ${group.rule.reason}`,
    ...(first.effect === undefined ? [] : [`  At deploy: ${effectText(first)}`]),
    ...(exception === undefined ? [] : [`  Excused until ${exception.expires}: ${exception.reason}`]),
    ...(change === undefined ? [] : propertyLines(change)).map(
      ({ path, before, after, takes }) => `    ${path}: ${before} → ${after} (${takes})`,
    ),
  ];
}

export const effectText = ({ effect }: Judged): string =>
  effect === undefined ? '' : effect.kind === 'untouched' ? 'untouched' : `${effect.kind}, ${effect.duration}`;
