import { isDeepStrictEqual } from 'node:util';
import type { JobSchedulerJson, Queue } from 'bullmq';
import type { Logger } from '../log';
import type { JobQueues } from './job-queues';
import type { QueueDefinition, Schedule } from './queue';

/** A schedule that is a row of the database. */
export interface RowSchedule {
  readonly queue: QueueDefinition;
  /** Of the schedule, in its queue. */
  readonly id: string;
  readonly schedule: Schedule;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface SchedulesProps {
  readonly jobQueues: JobQueues;
  /** Those that have a worker here: what nobody works on would only pile up. */
  readonly queues: readonly QueueDefinition[];
  readonly rowSchedules: () => Promise<readonly RowSchedule[]>;
  readonly log: Logger;
  /** @default 300_000: so long a flushed Redis, or a changed row, goes unnoticed */
  readonly intervalMs?: number;
}

type Stated = Omit<RowSchedule, 'queue'>;

/** Of jobs that nobody added: what fails three times is left to the next turn of its schedule. */
const options = { attempts: 3, backoff: { type: 'exponential', delay: 60_000 } } as const;

/** In Redis, whether it is there already or not. */
export const registerSchedule = (queue: Queue, { id, schedule, payload }: Stated) =>
  queue.upsertJobScheduler(id, repeatOf(schedule), { name: schedule.job, data: payload, opts: options });

/**
 * Keeps what is registered in Redis as it is stated in the code and in rows of the database. Every process does so, at
 * its start and from then on, so that a Redis that was flushed has them again. While two revisions run, each registers
 * what it states; the one that stays has the last word.
 */
export class Schedules {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly props: SchedulesProps) {}

  start(): void {
    void this.keep();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async keep(): Promise<void> {
    await this.register();
    if (!this.closed) this.timer = setTimeout(() => void this.keep(), this.props.intervalMs ?? 300_000).unref();
  }

  /** Waits while Redis is away; never rejects. */
  async register(): Promise<void> {
    const { queues, log } = this.props;
    const rows = await this.readRows();
    await Promise.all(
      queues.map(async (definition) => {
        const own = rows?.filter(({ queue }) => queue.name === definition.name);
        await this.follow(definition, own).catch((error: Error) => {
          if (!this.closed)
            log.error({ queue: definition.name, reason: error.message }, 'schedules are not registered');
        });
      }),
    );
  }

  private async readRows(): Promise<readonly RowSchedule[] | undefined> {
    try {
      return await this.props.rowSchedules();
    } catch (error) {
      const { message: reason } = error as Error;
      const what = 'schedules in the database cannot be read: they stay as they are registered';
      if (!this.closed) this.props.log.error({ reason }, what);
      return undefined;
    }
  }

  /** @param rows undefined where they could not be read */
  private async follow(definition: QueueDefinition, rows: readonly Stated[] | undefined): Promise<void> {
    const queue = this.props.jobQueues.queue(definition);
    const stated: readonly Stated[] = [
      ...(definition.schedules ?? []).map((schedule) => ({ id: schedule.job, schedule, payload: {} })),
      ...(rows ?? []),
    ];
    const registered = await queue.getJobSchedulers();
    const tell = (schedule: string, what: 'registered' | 'removed') =>
      this.props.log.info({ queue: definition.name, schedule }, `schedule ${what}`);

    for (const each of stated) {
      const { id } = each;
      const found = registered.find(({ key }) => key === id);
      // To register it again would take back a turn that is due and that no worker has begun yet.
      if (found && isAsStated(found, each) && (await isAlive(queue, found))) continue;
      await registerSchedule(queue, each);
      tell(id, 'registered');
    }
    if (rows === undefined) return;
    for (const { key } of registered) {
      if (stated.some(({ id }) => id === key)) continue;
      await queue.removeJobScheduler(key);
      tell(key, 'removed');
    }
  }
}

function isAsStated({ name, every, pattern, tz, template }: JobSchedulerJson, { schedule, payload }: Stated): boolean {
  const { attempts, backoff } = template?.opts ?? {};
  const registered = { name, every, pattern, tz, data: template?.data ?? {}, options: { attempts, backoff } };
  const stated = { name: schedule.job, every: undefined, pattern: undefined, tz: undefined, data: payload, options };
  return isDeepStrictEqual(registered, { ...stated, ...repeatOf(schedule) });
}

/** Each turn registers the next one: where its job is gone, or over, there would never be another. */
async function isAlive(queue: Queue, { key, next }: JobSchedulerJson): Promise<boolean> {
  const job = await queue.getJob(`repeat:${key}:${next}`);
  return job !== undefined && !job.finishedOn;
}

const repeatOf = (schedule: Schedule) =>
  'everySeconds' in schedule
    ? { every: schedule.everySeconds * 1000 }
    : { pattern: schedule.cron, tz: schedule.timeZone };
