import type { DeploymentRecord, OutageRecord, Rehearsal, RequestOutcome } from '../record';
import { colourOf, endOf } from './bands';
import { timedOut } from './explanations';
import { counted, duration } from './figures';

/** Failures that were provoked on purpose: noted with their number, and no reason to fail. */
export interface Excuse {
  covers(request: RequestOutcome): boolean;
  note(count: number): string;
}

/**
 * After a store is back: a connection attempt that hangs is given up after 5 s, the next one comes within a second, and
 * what waited in the meantime has to be worked off. All of that is the clients' own time, which no speed makes shorter.
 */
export const recoveryMs = 10_000;

const storeNames = { redis: 'Redis', database: 'PostgreSQL' } as const;
export const storeName = ({ store }: OutageRecord): string => storeNames[store];

const duringOutage = (outage: OutageRecord, from: number, to: number): boolean =>
  from <= outage.to + recoveryMs && to >= outage.from;

/** A message that was said then may be lost: Redis carries it between the processes, and keeps nothing for later. */
export const duringRedisOutage = ({ outages }: Rehearsal, from: number, to: number): boolean =>
  outages.some((outage) => outage.store === 'redis' && duringOutage(outage, from, to));

const isServerError = (result: number | string): boolean => typeof result === 'number' && result >= 500;

/** So many wait for an answer that the load begins no more. */
const notSent = /^not sent/;

/** A task says that a store is away, or waits for it. What nobody answered is the load balancer's, and has no excuse. */
const followsFromOutage = ({ result, target }: RequestOutcome): boolean =>
  result === 504 ||
  (typeof result === 'number'
    ? (result === 500 || result === 503) && colourOf(target) !== undefined
    : timedOut.test(result) || notSent.test(result));

function ofOutage(outage: OutageRecord): Excuse {
  return {
    covers: (request) => followsFromOutage(request) && duringOutage(outage, request.at, endOf(request)),
    note: (count) =>
      `${counted(count, 'request')} failed while ${storeName(outage)} was away (${duration(outage.to - outage.from)}) or within ${duration(recoveryMs)} after it was back.`,
  };
}

/** Nothing without a rollback: then nobody noticed what had to be noticed. */
function ofBrokenImage({ title, fault, to, stages }: DeploymentRecord): Excuse[] {
  const shift = stages.find(({ stage }) => stage === 'PRODUCTION_TRAFFIC_SHIFT');
  const rollback = stages.find(({ stage }) => stage === 'ROLLBACK');
  if (fault !== 'errors-under-load' || shift === undefined || rollback === undefined) return [];
  return [
    {
      covers: (request) =>
        isServerError(request.result) &&
        colourOf(request.target) === to &&
        endOf(request) >= shift.from &&
        request.at <= rollback.to,
      note: (count) =>
        `${counted(count, 'request')} got an error from ${to} in the ${duration(rollback.to - shift.from)} from the production traffic shift to the rollback of “${title}”: the image fails on purpose, and the alarm has to notice.`,
    },
  ];
}

export const excusesOf = ({ outages, deployments }: Rehearsal): Excuse[] => [
  ...outages.map(ofOutage),
  ...deployments.flatMap(ofBrokenImage),
];
