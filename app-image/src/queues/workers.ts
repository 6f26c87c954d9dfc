import { type Job, type Processor, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../log';
import type { Reading } from '../metrics';
import type { RedisConnections } from '../redis/redis';
import { timeLimit } from '../time-limit';
import { everyQueue, type QueueDefinition } from './queue';

/** `{…}` keeps a queue's keys in one slot, should Redis ever become a cluster. */
export const queuePrefix = '{mr-mentor}';

/** What one worker does at the same time. */
const concurrency = 5;

/** What Redis has for an answer while everything ends. */
const answerMs = 1_000;

export interface WorkersProps {
  readonly redis: RedisConnections;
  readonly log: Logger;
  /** By the queue's name; a queue without one is declared, and nobody works on it. */
  readonly processors: Readonly<Record<string, Processor>>;
}

/** The queues of this process with their workers, schedules and depth. */
export class Workers {
  private readonly connection: Redis;
  private readonly queues: readonly Queue[];
  private readonly workers: readonly Worker[];
  /** With the tokens of their locks. */
  private readonly atWork = new Map<Job, string>();

  constructor(private readonly props: WorkersProps) {
    const { redis, log, processors } = props;
    const connection = redis.open('queues');
    this.connection = connection;
    this.queues = everyQueue.map(({ name }) => new Queue(name, { connection, prefix: queuePrefix }));
    this.workers = Object.entries(processors).map(([name, processor]) => {
      const worker = new Worker(name, this.noting(processor), { connection, prefix: queuePrefix, concurrency });
      worker.on('failed', (job, error) =>
        log.error({ queue: name, job: job?.name, id: job?.id, attempt: job?.attemptsMade, err: error }, 'job failed'),
      );
      // Its connection says when Redis is away; the worker would say it again for every try.
      worker.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'worker error'));
      return worker;
    });
    for (const queue of this.queues) queue.on('error', () => {});
  }

  get withWorker(): string[] {
    return this.workers.map(({ name }) => name);
  }

  get withoutWorker(): string[] {
    return everyQueue.map(({ name }) => name).filter((name) => !this.withWorker.includes(name));
  }

  /** Registers the schedules; every process may, as the last one counts. Waits while Redis is away; never rejects. */
  async schedule(): Promise<void> {
    const scheduled = everyQueue.filter(({ name }) => this.withWorker.includes(name));
    try {
      await Promise.all(scheduled.map((definition) => this.scheduleOne(definition)));
    } catch (error) {
      this.props.log.error({ reason: (error as Error).message }, 'the schedules are not registered');
    }
  }

  private async scheduleOne({ name, schedule }: QueueDefinition): Promise<void> {
    if (schedule === undefined) return;
    const queue = this.queues.find((candidate) => candidate.name === name);
    await queue?.upsertJobScheduler(
      schedule.job,
      { every: schedule.everySeconds * 1000 },
      {
        name: schedule.job,
        opts: {
          attempts: 3,
          backoff: { type: 'exponential', delay: 60_000 },
          removeOnComplete: 100,
          removeOnFail: 1000,
        },
      },
    );
  }

  /** Jobs of each queue that wait, run or failed. */
  async depth(): Promise<readonly Reading[]> {
    const readings = await Promise.all(
      this.queues.map(async (queue) => {
        const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
        return Object.entries(counts).map(
          ([state, value]): Reading => ({
            name: 'Jobs',
            unit: 'Count',
            value,
            dimensions: { Queue: queue.name, State: state },
          }),
        );
      }),
    );
    return readings.flat();
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
    await inTime(Promise.all(this.queues.map((queue) => queue.close())), answerMs);
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
