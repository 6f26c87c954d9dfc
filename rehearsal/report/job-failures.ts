import type { JobOutcome } from '../record';
import type { Failure } from './failure';
import { counted, listed } from './figures';

const some = (jobs: readonly JobOutcome[]): string =>
  `${listed(jobs.slice(0, 5).map(({ id }) => id))}${jobs.length > 5 ? ' …' : ''}`;

/** An accepted job has its effect once, whatever is deployed or fails over in the meantime. */
export function jobFailures(jobs: readonly JobOutcome[]): Failure[] {
  const lost = jobs.filter(({ done }) => done.length === 0);
  const twice = jobs.filter(({ done }) => done.length > 1);
  return [
    ...(lost.length === 0
      ? []
      : [
          {
            subject: 'jobs' as const,
            message: `${counted(lost.length, 'job')} of ${jobs.length} accepted with 202 had no effect: ${some(lost)}.`,
            explanation:
              'The queue took it and no worker did it: the worker was killed in the middle of it and nobody took it up as stalled, Redis threw it out (maxmemory-policy has to be noeviction), or the new revision does not know its name.',
            count: lost.length,
            at: lost[0]?.at,
          },
        ]),
    ...(twice.length === 0
      ? []
      : [
          {
            subject: 'jobs' as const,
            message: `${counted(twice.length, 'job')} of ${jobs.length} had ${twice.length === 1 ? 'its' : 'their'} effect more than once: ${some(twice)}.`,
            explanation:
              'A worker was stopped between the effect and saying so, and another one did it again: it has to finish what it holds within SHUTDOWN_DEADLINE_SECONDS, and the effect has to be recognised when it is repeated.',
            count: twice.length,
            at: twice[0]?.done.at(-1),
          },
        ]),
  ];
}
