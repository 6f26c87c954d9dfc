import type { JobOutcome, OutageRecord, Rehearsal } from '../record';
import { type Band, bandAt } from './bands';
import { recoveryMs } from './excuses';
import type { Failure } from './failure';
import { counted, duration, listed } from './figures';
import { whileIn } from './wording';

/**
 * Whoever waits for a mail with a code asks for another one by then. A worker that stops finishes what it holds, and one
 * of the others takes the next job within a second; a job that nobody understands is put off for a minute.
 */
export const jobLimitSeconds = 30;

const limitMs = jobLimitSeconds * 1000;

interface Disorder {
  readonly holdsFor: (job: JobOutcome, outages: readonly OutageRecord[]) => boolean;
  /** What went wrong with these, of so many. */
  readonly says: (jobs: readonly JobOutcome[], of: number) => string;
  readonly explanation: string;
  readonly at: (job: JobOutcome) => number | undefined;
}

const accepted = (jobs: readonly JobOutcome[], of: number): string =>
  `${counted(jobs.length, 'job')} of ${of} accepted with 202`;
const took = ({ at, done }: JobOutcome): number => Math.min(...done) - at;
const notUnderstood =
  'a worker of the other revision does not understand its payload and puts it off for a minute: web is released before the workers, so that what it adds has to be readable by the workers of the revision before (app-image/src/queues/payloads)';

/** A worker loses what it does while a store is away, and tries again later and later. */
const metOutage = (job: JobOutcome, { from, to }: OutageRecord): boolean =>
  job.at <= to + recoveryMs && job.at + took(job) >= from;

const disorders: readonly Disorder[] = [
  {
    holdsFor: ({ done }) => done.length === 0,
    says: (jobs, of) => `${accepted(jobs, of)} had no effect (lost, or later than ${jobLimitSeconds} s)`,
    explanation: `The queue took it and no worker did it: ${notUnderstood}; or the worker was killed in the middle of it and nobody took it up as stalled; or Redis threw it out (maxmemory-policy has to be noeviction). The log of the workers says which.`,
    at: ({ at }) => at,
  },
  {
    holdsFor: (job, outages) =>
      job.done.length > 0 && took(job) > limitMs && !outages.some((outage) => metOutage(job, outage)),
    says: (jobs, of) =>
      `${accepted(jobs, of)} had ${jobs.length === 1 ? 'its' : 'their'} effect late, after up to ${duration(Math.max(...jobs.map(took)))} (at most ${jobLimitSeconds} s)`,
    explanation: `Nobody was there who could do it at once: ${notUnderstood}; or the workers were too few, or were killed in the middle of it. The log of the workers says which.`,
    at: ({ at }) => at,
  },
  {
    holdsFor: ({ done }) => done.length > 1,
    says: (jobs, of) =>
      `${counted(jobs.length, 'job')} of ${of} had ${jobs.length === 1 ? 'its' : 'their'} effect more than once`,
    explanation:
      'A worker was stopped between the effect and saying so, and another one did it again: it has to finish what it holds within SHUTDOWN_DEADLINE_SECONDS, and the effect has to be recognised when it is repeated.',
    at: ({ done }) => done.at(-1),
  },
];

export const isBadJob = (job: JobOutcome, outages: readonly OutageRecord[]): boolean =>
  disorders.some(({ holdsFor }) => holdsFor(job, outages));

/** An accepted job has its effect once and soon, whatever is deployed or fails over in the meantime. */
export const jobFailures = ({ jobs, outages }: Rehearsal, bands: readonly Band[]): Failure[] =>
  disorders.flatMap(({ holdsFor, says, explanation, at }): Failure[] => {
    const of = jobs.filter((job) => holdsFor(job, outages));
    const [first] = of;
    if (first === undefined) return [];
    const message = `${says(of, jobs.length)}: ${named(of)}, accepted ${acceptedWhen(of, bands)}.`;
    return [{ subject: 'jobs', message, explanation, count: of.length, at: at(first) }];
  });

const named = (jobs: readonly JobOutcome[]): string =>
  `${listed(jobs.slice(0, 5).map(({ id }) => id))}${jobs.length > 5 ? ' …' : ''}`;

const shownTimes = 4;

/** The stages of deployments, in the order of time. */
function acceptedWhen(jobs: readonly JobOutcome[], bands: readonly Band[]): string {
  const when = new Set(
    jobs.map(({ at }) => {
      const { deployment, stage } = bandAt(bands, at) ?? {};
      return whileIn(deployment?.title, stage);
    }),
  );
  return listed([...[...when].slice(0, shownTimes), ...(when.size > shownTimes ? ['later'] : [])]);
}
