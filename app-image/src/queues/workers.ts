import { type Job, type Processor, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../log';
import type { RedisConnections } from '../redis/redis';
import { timeLimit } from '../time-limit';
import type { HandlersByQueue } from './handlers';
import { type JobQueues, queuePrefix } from './job-queues';
import { type HandlersByName, processor } from './processor';
import { type QueueDefinition, queues } from './queue';
import { type RowSchedule, Schedules } from './schedules';

export type { RowSchedule } from './schedules';

/** What one worker does at the same time, where its queue does not say. */
const concurrency = 5;

/**
 * A process holds the lock of a job at work and renews it every 15 s. One that was killed leaves the lock, which is
 * gone within 30 s. Another process looks for such jobs every 15 s, every second time in vain where its look comes a
 * moment before Redis has forgotten the last one: within a minute the job is taken over.
 *
 * Not shorter: while Redis fails over no lock is renewed, and a job that loses its lock is done twice.
 *
 * A job may be taken over three times. It need not be to blame: whatever kills the process takes all jobs at work with
 * it. One that does kill it is a failed job after the fourth time.
 */
const takingOver = { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 3 } as const;

/** What Redis has for an answer while everything ends. */
const answerMs = 1_000;

export interface WorkersProps {
  readonly redis: RedisConnections;
  readonly jobQueues: JobQueues;
  readonly log: Logger;
  /** A queue without them is declared, and nobody works on it. */
  readonly handlers: HandlersByQueue;
  /** Read at start and every five minutes, so that a Redis that was flushed has them again. @default - none */
  readonly rowSchedules?: () => Promise<readonly RowSchedule[]>;
}

/** Since they were asked for the last time. */
export interface Finished {
  readonly completed: number;
  /** An attempt failed, and there will be another. */
  readonly retried: number;
  /** For good. */
  readonly failed: number;
}

const none: Finished = { completed: 0, retried: 0, failed: 0 };

/** The workers of this process and the schedules that fill their queues. */
export class Workers {
  readonly definitions: readonly QueueDefinition[];
  private readonly connection: Redis;
  private readonly workers: readonly Worker[];
  private readonly schedules: Schedules;
  private readonly finished = new Map<string, Finished>();
  /** With the tokens of their locks. */
  private readonly atWork = new Map<Job, string>();

  constructor(private readonly props: WorkersProps) {
    const { redis, jobQueues, log, handlers, rowSchedules = async () => [] } = props;
    this.connection = redis.open('workers');
    const worked = Object.entries(queues).flatMap(([key, definition]) => {
      const own = handlers[key as keyof HandlersByQueue];
      return own ? [{ definition, worker: this.open(definition, own) }] : [];
    });
    this.workers = worked.map(({ worker }) => worker);
    this.definitions = worked.map(({ definition }) => definition);
    this.schedules = new Schedules({ jobQueues, queues: this.definitions, rowSchedules, log });
  }

  get withWorker(): string[] {
    return this.definitions.map(({ name }) => name);
  }

  /** Keeps the schedules registered from now on. */
  schedule(): void {
    this.schedules.start();
  }

  /** Of each queue; counting begins anew. */
  takeFinished(): ReadonlyMap<string, Finished> {
    const taken = new Map(this.finished);
    for (const name of taken.keys()) this.finished.set(name, none);
    return taken;
  }

  private open(definition: QueueDefinition, handlers: HandlersByName): Worker {
    const { log } = this.props;
    const { name } = definition;
    this.finished.set(name, none);
    const count = (how: keyof Finished) => {
      const counts = this.finished.get(name) ?? none;
      this.finished.set(name, { ...counts, [how]: counts[how] + 1 });
    };
    const worker = new Worker(name, this.noting(processor(definition, handlers, log)), {
      connection: this.connection,
      prefix: queuePrefix,
      concurrency: definition.concurrency ?? concurrency,
      ...takingOver,
    });
    worker.on('completed', () => count('completed'));
    worker.on('failed', (job, error) => {
      const forGood = job?.finishedOn !== undefined;
      count(forGood ? 'failed' : 'retried');
      // Not the error itself: one of PostgreSQL has the row in it.
      const { message: reason, stack } = error;
      log[forGood ? 'error' : 'warn'](
        { queue: name, job: job?.name, id: job?.id, attempt: job?.attemptsMade, forGood, reason, stack },
        'job failed',
      );
    });
    worker.on('stalled', (id) => log.warn({ queue: name, id }, 'job taken over from a process that is gone'));
    // Its connection says when Redis is away; the worker would say it again for every try.
    worker.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'worker error'));
    return worker;
  }

  /**
   * Takes no further job and lets those at work finish. One that is not done by then goes back, and another worker
   * takes it.
   *
   * Why not leave that to its lock, which runs out: it would count as stalled, and fails when that happens too often.
   */
  async close(withinMs: number): Promise<void> {
    this.schedules.close();
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

const inTime = (work: Promise<unknown>, limitMs: number): Promise<boolean> =>
  timeLimit(work, limitMs, 'Closing').then(
    () => true,
    () => false,
  );
