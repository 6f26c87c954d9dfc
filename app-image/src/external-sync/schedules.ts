import type { Logger } from '../log';
import type { JobQueues } from '../queues/job-queues';
import { type RowSchedule, registerSchedule } from '../queues/schedules';
import { QueuesUnavailable } from '../queues/unavailable';
import { timeLimit } from '../time-limit';
import type { ConfigRow } from './configs';
import { type Kind, queueOf } from './kinds';
import { longestIntervalMinutes, shortestIntervalMinutes } from './timings';

/** A request does not wait longer for Redis. */
const limitMs = 1_000;

/** `pending`: Redis did not take it; every worker makes it what the row says, at its start and every five minutes. */
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
  const stated = scheduleOf(kind, config);
  const isWanted = exists && config.enabled && isInterval(config.intervalMinutes);
  const queue = jobQueues.queue(stated.queue);
  try {
    if (!jobQueues.available) throw new QueuesUnavailable('Redis is away');
    const changing = isWanted ? registerSchedule(queue, stated) : queue.removeJobScheduler(stated.id);
    await timeLimit<unknown>(changing, limitMs, 'Changing a schedule');
    return isWanted ? 'registered' : 'removed';
  } catch (error) {
    // Whatever it was: the row is stored, and counts.
    log.warn({ schedule: stated.id, reason: (error as Error).message }, 'a schedule was not changed');
    return 'pending';
  }
}
