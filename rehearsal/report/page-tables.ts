import type { Rehearsal, TaskRecord } from '../record';
import { type DeploymentSummary, isWorthARow } from './deployment-summary';
import { clock, count, duration, milliseconds } from './figures';
import { type Content, html, type Markup } from './html';
import { type Column, type Row, table } from './page-table';
import type { RequestNumbers } from './request-numbers';
import { stageName } from './stage-names';
import type { Summary } from './summary';

const words = (...titles: string[]): Column[] => titles.map((title) => ({ title }));
const numbers = (...titles: string[]): Column[] => titles.map((title) => ({ title, number: true }));

const failedCell = (failed: number): Content => (failed === 0 ? '0' : html`<span class="bad">${count(failed)}</span>`);

const requestCells = ({ requests, failed, p50, p99 }: RequestNumbers): Content[] => [
  count(requests),
  failedCell(failed),
  milliseconds(p50),
  milliseconds(p99),
];

export function stageTable(summary: Summary): Markup {
  const rows = summary.deployments.flatMap((of): Row[] => [
    { look: 'group', cells: [of.title, of.seconds.toFixed(1), ...requestCells(of)] },
    ...of.stages.filter(isWorthARow).map(
      (stage): Row => ({
        look: 'inner',
        cells: [stageName(stage.stage), stage.seconds.toFixed(1), ...requestCells(stage)],
      }),
    ),
  ]);
  return table(
    'Stages',
    'Requests by the stage in which they ended; stages that ECS passed at once are left out. Failures that were provoked on purpose count as failed here. Latency of those that were served and are not slow on purpose, in milliseconds.',
    [...words('stage'), ...numbers('seconds', 'requests', 'failed', 'p50', 'p99')],
    [
      ...rows,
      { look: 'group', cells: ['between deployments', '', ...requestCells(summary.between)] },
      { look: 'group', cells: ['total', summary.seconds.toFixed(1), ...requestCells(summary.total)] },
    ],
  );
}

export function shiftTable({ deployments }: Summary): Markup {
  const rows = deployments.flatMap(({ title, shifts }: DeploymentSummary) =>
    shifts.map(({ stage, before, during, after }): Row => {
      const what = stage === 'ROLLBACK' ? 'back to the old tasks' : 'to the new tasks';
      const around = ({ requests, failed, p50, p99 }: RequestNumbers): Content[] => [
        html`${failedCell(failed)} of ${count(requests)}`,
        `${milliseconds(p50)} / ${milliseconds(p99)}`,
      ];
      return { cells: [`${title}: ${what}`, ...around(before), ...around(during), ...around(after)] };
    }),
  );
  return table(
    'Traffic shifts',
    'Around the moments in which production traffic changed its colour: five seconds before, the shift and a second, five seconds after. Failed requests, and p50 / p99 in milliseconds.',
    [...words('traffic'), ...numbers('before', 'ms', 'during', 'ms', 'after', 'ms')],
    rows,
  );
}

export const socketTable = ({ sockets }: Summary): Markup =>
  table(
    'Sockets',
    'Sockets that stayed open during the whole run. A gap is the time without a connection when one moves to another task.',
    [
      ...words('kind'),
      ...numbers(
        'opened',
        'kept',
        'moved',
        'moves',
        'median gap',
        'longest gap',
        'lost',
        'hanging',
        'unheard messages',
      ),
    ],
    sockets.map((of) => ({
      cells: [
        of.kind,
        ...[of.opened, of.kept, of.moved, of.moves].map(count),
        ...[of.medianGap, of.longestGap].map(duration),
        ...[of.lost, of.hanging, of.unheard].map(failedCell),
      ],
    })),
  );

export const jobTable = ({ jobs }: Summary): Markup =>
  table(
    'Jobs',
    'Jobs that the service accepted, and when they had their effect.',
    numbers('accepted', 'done', 'lost', 'done twice', 'median', 'slowest'),
    [
      {
        cells: [
          ...[jobs.accepted, jobs.done].map(count),
          ...[jobs.lost, jobs.twice].map(failedCell),
          ...[jobs.median, jobs.slowest].map(duration),
        ],
      },
    ],
  );

/** How it ended, and in red what is not in order. */
function exitCell({ exit, killed, stopRequestedAt }: TaskRecord): Content {
  if (exit === undefined) return 'runs';
  const text = `${exit.signal ?? `code ${exit.code}`}${stopRequestedAt === undefined ? '' : ` after ${duration(exit.at - stopRequestedAt)}`}`;
  const inOrder = !killed && exit.code === 0 && stopRequestedAt !== undefined;
  return inOrder ? text : html`<span class="bad">${`${text}${killed ? ', killed' : ''}`}</span>`;
}

export const taskTable = ({ tasks, loadFrom }: Rehearsal): Markup =>
  table(
    'Tasks',
    'Tasks, with the time from a start to the first passed health check, and from SIGTERM to the end. Times count from the beginning of the load.',
    [...words('task', 'deployment'), ...numbers('started', 'healthy after', 'told to stop'), ...words('ended')],
    tasks.map((task) => {
      const { id, colour, deployment, startedAt, healthyAt, stopRequestedAt } = task;
      const started = startedAt < loadFrom ? 'before' : clock(startedAt - loadFrom);
      const healthy = healthyAt === undefined ? '–' : duration(healthyAt - startedAt);
      const told = stopRequestedAt === undefined ? '–' : clock(stopRequestedAt - loadFrom);
      return {
        cells: [colour ? `${colour}/${id}` : id, deployment ?? 'first', started, healthy, told, exitCell(task)],
      };
    }),
  );
