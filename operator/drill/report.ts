import { formatTable } from '../../scripts/table';
import type { DrillResult } from './drill';
import { losses } from './losses';

const grouped = (number: number | undefined): string => number?.toLocaleString('en-US') ?? '–';
const seconds = (number: number | undefined): string => (number === undefined ? '–' : `${number.toFixed(1)} s`);
const hours = (minutes: number): string => `${minutes / 60} h`;

/** What a person reads in the end: one line for each loss, then what was dealt with, and what is wrong. */
export function drillText(results: readonly DrillResult[]): string {
  const rows = results.map(({ passed, loss, rtoSeconds, rpoSeconds, rows: counts }) => [
    ...[passed ? '✓' : '✗', loss, losses[loss].title, seconds(rtoSeconds), seconds(rpoSeconds)],
    ...[
      grouped(counts.backedUp),
      grouped(counts.writtenSince),
      `${grouped(counts.lost)} of ${grouped(counts.expectedLost)}`,
    ],
  ]);
  const head = ['', 'loss', 'what happened', 'RTO', 'RPO', 'rows backed up', 'written since', 'lost, expected'];
  const [first] = results;
  const objective =
    first &&
    `Objectives for production: RTO ${hours(first.objective.rtoMinutes)}, RPO ${hours(first.objective.rpoMinutes)}. ` +
      'Measured on this machine and this many rows; docs/recovery.md says what it is in AWS.';
  const remarks = results.flatMap(({ loss, remarks: each }) => each.map((remark) => `  ${loss}: ${remark}`));
  const problems = results.flatMap(({ loss, problems: each }) => each.map((problem) => `  ${loss}: ${problem}`));
  return [
    formatTable(head, rows),
    ...(objective === undefined ? [] : ['', objective]),
    ...(remarks.length === 0 ? [] : ['', 'On the way:', ...remarks]),
    ...(problems.length === 0 ? [] : ['', 'Not recovered:', ...problems]),
    '',
    problems.length === 0
      ? 'All that was backed up is there again.'
      : 'The drill has FAILED: not all that was backed up is there again, or not in time.',
  ].join('\n');
}

export const drillJson = (results: readonly DrillResult[]): string =>
  JSON.stringify({ version: 1, passed: results.every(({ passed }) => passed), results }, null, 2);
