import { type Job, type Processor, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../log';
import type { RedisConnections } from '../redis/redis';
import { timeLimit } from '../time-limit';
import type { HandlersByQueue, JobContext } from './handlers';
import { type JobQueues, queuePrefix } from './job-queues';
import { everyQueue, type QueueDefinition, queues, type Schedule } from './queue';

/** What one worker does at the same time. */
const concurrency = 5;

/** What Redis has for an answer while everything ends. */
const answerMs = 1_000;

/** A schedule that is a row of the database. */
export interface RowSchedule {
  readonly queue: QueueDefinition;
  /** Of the schedule, in its queue. */
  readonly id: string;
  readonly schedule: Schedule;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface WorkersProps {
  readonly redis: RedisConnections;
  readonly jobQueues: JobQueues;
  readonly log: Logger;
  /** A queue without them is declared, and nobody works on it. */
  readonly handlers: HandlersByQueue;
  /** Read at start, so that a Redis that was flushed has them again. @default - none */
  readonly rowSchedules?: () => Promise<readonly RowSchedule[]>;
}

/** The workers of this process and the schedules that fill their queues. */
export class Workers {
  private readonly connection: Redis;
  private readonly workers: readonly Worker[];
  /** With the tokens of their locks. */
  private readonly atWork = new Map<Job, string>();

  constructor(private readonly props: WorkersProps) {
    const { redis, log, handlers } = props;
    this.connection = redis.open('workers');
    this.workers = Object.entries(queues).flatMap(([key, definition]) => {
      const own = handlers[key as keyof HandlersByQueue];
      return own ? [this.open(definition, own, log)] : [];
    });
  }

  get withWorker(): string[] {
    return this.workers.map(({ name }) => name);
  }

  get withoutWorker(): string[] {
    return everyQueue.map(({ name }) => name).filter((name) => !this.withWorker.includes(name));
  }

  private open(definition: QueueDefinition, handlers: Readonly<Record<string, Handler>>, log: Logger): Worker {
    const { name } = definition;
    const worker = new Worker(name, this.noting(processor(definition, handlers, log)), {
      connection: this.connection,
      prefix: queuePrefix,
      concurrency,
    });
    worker.on('failed', (job, error) =>
      log.error({ queue: name, job: job?.name, id: job?.id, attempt: job?.attemptsMade, err: error }, 'job failed'),
    );
    // Its connection says when Redis is away; the worker would say it again for every try.
    worker.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'worker error'));
    return worker;
  }

  /**
   * Registers the schedules, and takes those away that are no longer stated; every process may, as the last one counts.
   * Waits while Redis is away; never rejects.
   */
  async schedule(): Promise<void> {
    const worked = everyQueue.filter(({ name }) => this.withWorker.includes(name));
    try {
      const rows = (await this.props.rowSchedules?.()) ?? [];
      await Promise.all(
        worked.map((queue) =>
          this.scheduleOne(
            queue,
            rows.filter(({ queue: { name } }) => name === queue.name),
          ),
        ),
      );
    } catch (error) {
      this.props.log.error({ reason: (error as Error).message }, 'the schedules are not registered');
    }
  }

  private async scheduleOne(definition: QueueDefinition, rows: readonly RowSchedule[]): Promise<void> {
    const queue = this.props.jobQueues.queue(definition);
    const stated = [
      ...(definition.schedules ?? []).map((schedule) => ({ id: schedule.job, schedule, payload: {} })),
      ...rows,
    ];
    for (const { id, schedule, payload } of stated)
      await queue.upsertJobScheduler(id, repeatOf(schedule), {
        name: schedule.job,
        data: payload,
        opts: { attempts: 3, backoff: { type: 'exponential', delay: 60_000 } },
      });
    const registered = await queue.getJobSchedulers();
    for (const { key } of registered) if (!stated.some(({ id }) => id === key)) await queue.removeJobScheduler(key);
  }

  /**
   * Takes no further job and lets those at work finish. One that is not done by then goes back, and another worker
   * takes it.
   *
   * Why not leave that to its lock, which runs out: it would count as stalled, and fails when that happens twice.
   */
  async close(withinMs: number): Promise<void> {
    const closing = Promise.all(this.workers.map((worker) => worker.close()));
    // Without Redis no worker ever says that it is closed.
    const isAnswered = this.connection.status === 'ready' || this.atWork.size > 0;
    if (!isAnswered) closing.catch(() => {});
    else if (!(await inTime(closing, withinMs))) await inTime(this.giveBack(), answerMs);
  }

  private noting(processor: Processor): Processor {
    return async (job, token = '') => {
      this.atWork.set(job, token);
      try {
        return await processor(job, token);
      } finally {
        this.atWork.delete(job);
      }
    };
  }

  private async giveBack(): Promise<void> {
    const jobs = [...this.atWork];
    this.props.log.warn(
      { jobs: jobs.map(([{ id, queueName }]) => `${queueName} ${id}`) },
      'jobs at work are given back',
    );
    await Promise.allSettled(jobs.map(([job, token]) => job.moveToWait(token)));
  }
}

type Handler = (payload: never, context: JobContext) => Promise<unknown>;

const repeatOf = (schedule: Schedule) =>
  'everySeconds' in schedule
    ? { every: schedule.everySeconds * 1000 }
    : { pattern: schedule.cron, tz: schedule.timeZone };

/** Hands each job, validated, to the handler of its name. */
function processor(
  { name: queue, jobs }: QueueDefinition,
  handlers: Readonly<Record<string, Handler>>,
  log: Logger,
): Processor {
  return async (job) => {
    const [schema, handler] = [jobs[job.name], handlers[job.name]];
    if (schema === undefined || handler === undefined)
      throw new UnrecoverableError(
        `${queue} has no job ${job.name}; this revision knows ${Object.keys(jobs).join(', ')}`,
      );
    const parsed = schema.safeParse(job.data);
    if (!parsed.success) {
      // Without the values: a payload may hold what is nobody's business.
      const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
      throw new UnrecoverableError(`The payload of ${job.name} is not as it has to be: ${fields.join('; ')}`);
    }
    const id = String(job.id);
    const context = { id, attempt: job.attemptsMade + 1, log: log.child({ queue, job: job.name, jobId: id }) };
    return handler(parsed.data as never, context);
  };
}

const inTime = (work: Promise<unknown>, limitMs: number): Promise<boolean> =>
  timeLimit(work, limitMs, 'Closing').then(
    () => true,
    () => false,
  );
