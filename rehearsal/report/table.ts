import { type Cell, formatTable } from '../../scripts/table';
import type { Rehearsal } from '../record';
import { type DeploymentSummary, isWorthARow } from './deployment-summary';
import type { Failure } from './failure';
import { count, counted, duration, listed, milliseconds, moment, shortRevision } from './figures';
import type { RequestNumbers } from './request-numbers';
import { stageName } from './stage-names';
import type { Summary } from './summary';
import type { Verdict } from './verdict';
import { containerNames, outcomeOf, shiftName, verdictSentence } from './wording';

const width = 80;
/** What a terminal shows; the page has the rest. */
const shownFailures = 15;

/** Everything about a rehearsal that has a place in a terminal: what was rehearsed, the numbers, the verdict. */
export function endTable(rehearsal: Rehearsal, summary: Summary, verdict: Verdict): string {
  return [
    headline(rehearsal),
    stageTable(rehearsal, summary),
    shiftTable(summary),
    socketTable(summary),
    jobAndTaskLines(summary),
    verdictText(rehearsal, summary, verdict),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const headline = ({ environment, revision, containers, speed, rate, rateMayBeLess }: Rehearsal): string =>
  wrapped(
    `Rehearsal of ${environment}, revision ${shortRevision(revision)}, in ${containerNames[containers]}, ${rateMayBeLess ? 'at most ' : ''}${count(rate)} requests a second${speed === 1 ? '' : `, waits of AWS ${speed} times shorter`}`,
  );

const numbers = ({ requests, failed, p50, p99 }: RequestNumbers): Cell[] => [
  count(requests),
  count(failed),
  milliseconds(p50),
  milliseconds(p99),
];

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

function stageTable({ deployments }: Rehearsal, summary: Summary): string {
  const rows = deployments.flatMap((deployment, index): Cell[][] => {
    const of = summary.deployments[index] as DeploymentSummary;
    const stages = of.stages.filter(isWorthARow);
    return [
      [shortened(deployment.title, 46), of.seconds.toFixed(1), ...numbers(of)],
      [`  ${deployment.from} → ${deployment.to}: ${outcomeOf(deployment)}`, '', '', '', '', ''],
      ...stages.map(({ stage, seconds, ...rest }) => [`    ${stageName(stage)}`, seconds.toFixed(1), ...numbers(rest)]),
    ];
  });
  return formatTable(
    ['deployment', 'seconds', 'requests', 'failed', 'p50 ms', 'p99 ms'],
    [
      ...rows,
      ...(summary.between.requests === 0 ? [] : [['between deployments', '', ...numbers(summary.between)]]),
      ['total', summary.seconds.toFixed(1), ...numbers(summary.total)],
    ],
  );
}

/** Failed of all, and the latency that one request in a hundred has. */
const aroundShift = ({ requests, failed, p99 }: RequestNumbers): string =>
  `${count(failed)} of ${count(requests)}, ${milliseconds(p99)}`;

function shiftTable({ deployments }: Summary): string {
  const rows = deployments.flatMap(({ title, shifts }) =>
    shifts.map((shift) => [
      `${shortened(title, 34)}, ${shiftName(shift)}`,
      aroundShift(shift.before),
      aroundShift(shift.during),
      aroundShift(shift.after),
    ]),
  );
  return rows.length === 0
    ? ''
    : formatTable(['production traffic: failed, p99 ms', '5 s before', 'shift and 1 s', '5 s after'], rows);
}

function socketTable({ sockets }: Summary): string {
  if (sockets.length === 0) return '';
  return formatTable(
    ['sockets', 'opened', 'kept', 'moved', 'median gap', 'longest gap', 'lost', 'hanging', 'unheard'],
    sockets.map((of) => [
      of.kind,
      ...[of.opened, of.kept, of.moved].map(count),
      ...[of.medianGap, of.longestGap].map(duration),
      ...[of.lost, of.hanging, of.unheard].map(count),
    ]),
  );
}

function jobAndTaskLines({ jobs, tasks }: Summary): string {
  const times =
    jobs.done === 0 ? '' : `; done after ${duration(jobs.median)}, the slowest after ${duration(jobs.slowest)}`;
  const starts =
    tasks.slowestStart === undefined ? '' : `; the slowest was healthy after ${duration(tasks.slowestStart)}`;
  const stops = tasks.slowestStop === undefined ? '' : ` and ended ${duration(tasks.slowestStop)} after SIGTERM`;
  return [
    `jobs   ${count(jobs.accepted)} accepted, ${count(jobs.lost)} lost, ${count(jobs.twice)} done twice${times}`,
    `tasks  ${count(tasks.web)} web, ${count(tasks.worker)} worker, ${count(tasks.killed)} killed${starts}${stops}`,
  ].join('\n');
}

function verdictText(rehearsal: Rehearsal, summary: Summary, verdict: Verdict): string {
  const more = verdict.failures.slice(shownFailures);
  return [
    wrapped(verdictSentence(rehearsal, summary, verdict)),
    ...verdict.failures.slice(0, shownFailures).map((failure) => failureText(rehearsal, failure)),
    ...(more.length === 0
      ? []
      : [
          wrapped(
            `… and ${counted(more.length, 'reason')} more (${listed([...new Set(more.map(({ subject }) => subject))])}).`,
          ),
        ]),
    ...verdict.notes.map((note) => wrapped(`Note: ${note}`)),
  ].join('\n\n');
}

function failureText({ loadFrom }: Rehearsal, { message, explanation, at, count: number }: Failure): string {
  const when = moment(at && at - loadFrom, number);
  return [wrapped(`✗ ${message}${when}`, '  '), ...(explanation ? [wrapped(`  ${explanation}`, '  ')] : [])].join('\n');
}

/** Lines of a reason, such as those of a container's log, stay lines. */
export function wrapped(text: string, indent = ''): string {
  return text
    .split('\n')
    .flatMap((paragraph, index) => {
      const lines: string[] = [];
      let line = index === 0 ? '' : indent;
      for (const word of paragraph.split(/(?<=\S) /)) {
        if (line.trim() !== '' && line.length + 1 + word.length > width) {
          lines.push(line);
          line = indent;
        }
        line += line === '' || line === indent ? word : ` ${word}`;
      }
      return [...lines, line.trimEnd()];
    })
    .join('\n');
}
