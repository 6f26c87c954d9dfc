import type { DeploymentRecord, Rehearsal, RequestOutcome, SocketOutcome } from '../record';
import { type Band, bandAt, bandsOf, endOf } from './bands';
import { median, percentile, sorted } from './percentile';
import type { Stage } from './stage-names';

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

export interface RequestNumbers {
  readonly requests: number;
  /** Excused ones included. */
  readonly failed: number;
  /** Of those that were served and are not slow on purpose. @default - there was none */
  readonly p50?: number;
  readonly p99?: number;
}

export interface DeploymentSummary extends RequestNumbers {
  readonly title: string;
  readonly seconds: number;
  readonly stages: readonly StageSummary[];
  readonly shifts: readonly ShiftSummary[];
}

export interface StageSummary extends RequestNumbers {
  readonly stage: Stage;
  readonly seconds: number;
}

/** Around the moment in which traffic changes its colour: five seconds before, the shift and a second, five after. */
export interface ShiftSummary {
  readonly stage: 'PRODUCTION_TRAFFIC_SHIFT' | 'ROLLBACK';
  readonly before: RequestNumbers;
  readonly during: RequestNumbers;
  readonly after: RequestNumbers;
}

export interface SocketNumbers {
  readonly kind: SocketOutcome['kind'];
  readonly opened: number;
  /** Still connected in the end, on its first connection or a later one. */
  readonly kept: number;
  /** Had more than one connection. */
  readonly moved: number;
  readonly moves: number;
  readonly medianGap?: number;
  readonly longestGap?: number;
  readonly lost: number;
  readonly hanging: number;
  readonly unheard: number;
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

/** Requests whose body takes its time on purpose: their latency says nothing about the service. */
export const slowOnPurpose = /slow/i;

/** Of no numbers: nothing. */
const largest = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((one, other) => Math.max(one, other));

export function numbersOf(requests: readonly RequestOutcome[]): RequestNumbers {
  const served = requests.filter((request) => request.served);
  const latencies = sorted(served.filter(({ kind }) => !slowOnPurpose.test(kind)).map(({ ms }) => ms));
  return {
    requests: requests.length,
    failed: requests.length - served.length,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

/** Finds the requests that ended in a time without looking at all of them each time. */
export function endedWithin(requests: readonly RequestOutcome[]): (from: number, to: number) => RequestOutcome[] {
  const byEnd = [...requests].sort((one, other) => endOf(one) - endOf(other));
  const ends = byEnd.map(endOf);
  const firstFrom = (time: number) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (from, to) => byEnd.slice(firstFrom(from), firstFrom(to));
}

const aroundMs = 5_000;
const settlingMs = 1_000;

type Within = ReturnType<typeof endedWithin>;

function shiftsOf({ stages }: DeploymentRecord, within: Within): ShiftSummary[] {
  const shift = stages.findIndex(({ stage }) => stage === 'PRODUCTION_TRAFFIC_SHIFT');
  if (shift === -1) return [];
  return stages.slice(shift).flatMap(({ stage, from, to }): ShiftSummary[] => {
    if (stage !== 'PRODUCTION_TRAFFIC_SHIFT' && stage !== 'ROLLBACK') return [];
    const settled = to + settlingMs;
    return [
      {
        stage,
        before: numbersOf(within(from - aroundMs, from)),
        during: numbersOf(within(from, settled)),
        after: numbersOf(within(settled, settled + aroundMs)),
      },
    ];
  });
}

/** Each request in exactly one. */
function requestsByBand({ requests }: Rehearsal, bands: readonly Band[]): Map<Band, RequestOutcome[]> {
  const byBand = new Map<Band, RequestOutcome[]>(bands.map((band) => [band, []]));
  for (const request of requests) {
    const band = bandAt(bands, endOf(request));
    if (band) byBand.get(band)?.push(request);
  }
  return byBand;
}

type ByBand = ReturnType<typeof requestsByBand>;

function summaryOf(deployment: DeploymentRecord, byBand: ByBand, within: Within): DeploymentSummary {
  const own = [...byBand.keys()].filter((band) => band.deployment === deployment);
  const stages = own.flatMap((band): StageSummary[] =>
    band.stage === undefined
      ? []
      : [{ stage: band.stage, seconds: (band.to - band.from) / 1000, ...numbersOf(byBand.get(band) ?? []) }],
  );
  return {
    title: deployment.title,
    seconds: ((own.at(-1)?.to ?? 0) - (own[0]?.from ?? 0)) / 1000,
    ...numbersOf(own.flatMap((band) => byBand.get(band) ?? [])),
    stages,
    shifts: shiftsOf(deployment, within),
  };
}

function socketNumbers(sockets: readonly SocketOutcome[], kind: SocketOutcome['kind']): SocketNumbers[] {
  const own = sockets.filter((socket) => socket.kind === kind);
  if (own.length === 0) return [];
  const gaps = own.flatMap(({ moves }) => moves.map(({ ms }) => ms));
  const ended = (end: SocketOutcome['end']) => own.filter((socket) => socket.end === end).length;
  return [
    {
      kind,
      opened: own.length,
      kept: ended('open'),
      moved: own.filter(({ moves }) => moves.length > 0).length,
      moves: gaps.length,
      medianGap: median(gaps),
      longestGap: largest(gaps),
      lost: ended('lost'),
      hanging: ended('hanging'),
      unheard: own.reduce((sum, { unheard }) => sum + unheard, 0),
    },
  ];
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
    deployments: rehearsal.deployments.map((deployment) => summaryOf(deployment, byBand, within)),
    between: numbersOf(quiet.flatMap(([, requests]) => requests)),
    sockets: [...socketNumbers(rehearsal.sockets, 'meeting'), ...socketNumbers(rehearsal.sockets, 'terminal')],
    jobs: jobNumbers(rehearsal),
    tasks: taskNumbers(rehearsal),
  };
}
