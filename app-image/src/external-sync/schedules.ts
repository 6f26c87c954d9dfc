import { Unavailable } from '../database/unavailable';
import type { Logger } from '../log';
import type { JobQueues } from '../queues/job-queues';
import type { RowSchedule } from '../queues/workers';
import { timeLimit } from '../time-limit';
import type { ConfigRow } from './configs';
import { type Kind, queueOf } from './kinds';
import { longestIntervalMinutes, shortestIntervalMinutes } from './timings';

/** A request does not wait longer for Redis. */
const limitMs = 1_000;

/** `pending`: Redis did not take it, and a worker registers it from the row, when it starts at the latest. */
export type Registration = 'registered' | 'removed' | 'pending';

export const scheduleOf = (kind: Kind, { id, intervalMinutes }: ConfigRow): RowSchedule => ({
  queue: queueOf(kind),
  id: `config-${id}`,
  schedule: { job: 'sync', everySeconds: intervalMinutes * 60 },
  payload: { configId: id },
});

/** The existing platform's rows may state another one. */
export const isInterval = (minutes: number) => minutes >= shortestIntervalMinutes && minutes <= longestIntervalMinutes;

/** Makes the schedule in Redis what the row says. @param exists false when the row was deleted */
export async function register(
  { jobQueues, log }: { readonly jobQueues: JobQueues; readonly log: Logger },
  kind: Kind,
  config: ConfigRow,
  exists = true,
): Promise<Registration> {
  const { id, schedule, payload } = scheduleOf(kind, config);
  const isWanted = exists && config.enabled && isInterval(config.intervalMinutes);
  const queue = jobQueues.queue(queueOf(kind));
  try {
    if (jobQueues.connection.status !== 'ready') throw new Unavailable('Redis is away');
    const changing = isWanted
      ? queue.upsertJobScheduler(
          id,
          { every: config.intervalMinutes * 60_000 },
          // As the workers register schedules: otherwise they would do it again.
          { name: schedule.job, data: payload, opts: { attempts: 3, backoff: { type: 'exponential', delay: 60_000 } } },
        )
      : queue.removeJobScheduler(id);
    await timeLimit<unknown>(changing, limitMs, 'Changing a schedule');
    return isWanted ? 'registered' : 'removed';
  } catch (error) {
    // Whatever it was: the row is stored, and counts.
    log.warn({ schedule: id, reason: (error as Error).message }, 'a schedule was not changed');
    return 'pending';
  }
}
