import type { Rehearsal } from '../record';
import { bandsOf } from './bands';
import { type DeploymentSummary, deploymentSummary, requestsByBand } from './deployment-summary';
import { largest, median } from './percentile';
import { endedWithin, numbersOf, type RequestNumbers } from './request-numbers';
import { type SocketNumbers, socketNumbers } from './socket-numbers';

/** What the table, the JSON and the page say in numbers. Latencies are milliseconds. */
export interface Summary {
  readonly seconds: number;
  readonly total: RequestNumbers;
  readonly deployments: readonly DeploymentSummary[];
  /** Requests of the time without a deployment. */
  readonly between: RequestNumbers;
  readonly sockets: readonly SocketNumbers[];
  readonly jobs: JobNumbers;
  readonly tasks: TaskNumbers;
}

export interface JobNumbers {
  readonly accepted: number;
  readonly done: number;
  readonly lost: number;
  readonly twice: number;
  /** From being accepted to its first effect. */
  readonly median?: number;
  readonly slowest?: number;
}

export interface TaskNumbers {
  readonly web: number;
  readonly worker: number;
  readonly killed: number;
  /** From its start to its first passed health check. */
  readonly slowestStart?: number;
  /** From SIGTERM to its end. */
  readonly slowestStop?: number;
}

function jobNumbers({ jobs }: Rehearsal): JobNumbers {
  const delays = jobs.flatMap(({ at, done }) => (done.length === 0 ? [] : [Math.min(...done) - at]));
  return {
    accepted: jobs.length,
    done: delays.length,
    lost: jobs.length - delays.length,
    twice: jobs.filter(({ done }) => done.length > 1).length,
    median: median(delays),
    slowest: largest(delays),
  };
}

function taskNumbers({ tasks }: Rehearsal): TaskNumbers {
  return {
    web: tasks.filter(({ role }) => role === 'web').length,
    worker: tasks.filter(({ role }) => role === 'worker').length,
    killed: tasks.filter(({ killed }) => killed).length,
    slowestStart: largest(tasks.flatMap(({ startedAt, healthyAt }) => (healthyAt ? [healthyAt - startedAt] : []))),
    slowestStop: largest(
      tasks.flatMap(({ stopRequestedAt, exit }) => (exit && stopRequestedAt ? [exit.at - stopRequestedAt] : [])),
    ),
  };
}

export function summarise(rehearsal: Rehearsal): Summary {
  const byBand = requestsByBand(rehearsal, bandsOf(rehearsal));
  const quiet = [...byBand].filter(([{ deployment }]) => deployment === undefined);
  const within = endedWithin(rehearsal.requests);
  return {
    seconds: (rehearsal.endedAt - rehearsal.loadFrom) / 1000,
    total: numbersOf(rehearsal.requests),
    deployments: rehearsal.deployments.map((deployment) => deploymentSummary(deployment, byBand, within)),
    between: numbersOf(quiet.flatMap(([, requests]) => requests)),
    sockets: [...socketNumbers(rehearsal.sockets, 'meeting'), ...socketNumbers(rehearsal.sockets, 'terminal')],
    jobs: jobNumbers(rehearsal),
    tasks: taskNumbers(rehearsal),
  };
}
