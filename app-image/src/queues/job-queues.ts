import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ZodType } from 'zod';
import { Unavailable } from '../database/unavailable';
import type { Reading } from '../metrics';
import type { RedisConnections } from '../redis/redis';
import { timeLimit } from '../time-limit';
import { everyQueue, type JobInput, type JobName, type QueueDefinition, type QueueKey, queues } from './queue';

/** `{…}` keeps a queue's keys in one slot, should Redis ever become a cluster. */
export const queuePrefix = '{mr-mentor}';

/** A request that adds a job does not wait longer for Redis. */
const addLimitMs = 1_000;

const day = 24 * 60 * 60;

/** Failed ones are kept for a month, to be looked at and tried again. */
export const jobDefaults: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 5_000, jitter: 0.5 },
  removeOnComplete: { age: day, count: 1_000 },
  removeOnFail: { age: 30 * day },
};

export interface AddOptions {
  /** Of two jobs with the same id in a queue, the second is not added. Must not hold a colon. */
  readonly id?: string;
  readonly delayMs?: number;
}

/** The queues, for whoever adds a job or looks at them. */
export class JobQueues {
  readonly connection: Redis;
  private readonly opened = new Map<string, Queue>();

  constructor(redis: RedisConnections) {
    // Not the connection of requests: a queue that could not ask Redis for its version is of no use ever after.
    this.connection = redis.open('queues');
  }

  /** Opened by whoever asks first. */
  queue({ name }: Pick<QueueDefinition, 'name'>): Queue {
    const existing = this.opened.get(name);
    if (existing) return existing;
    const queue = new Queue(name, {
      connection: this.connection,
      prefix: queuePrefix,
      defaultJobOptions: jobDefaults,
    });
    // The connection says when Redis is away.
    queue.on('error', () => {});
    this.opened.set(name, queue);
    return queue;
  }

  get all(): readonly Queue[] {
    return everyQueue.map((definition) => this.queue(definition));
  }

  /**
   * @returns the job's id
   * @throws Unavailable when Redis is away, or does not answer within a second
   * @throws ZodError when the payload is not what the queue's jobs are told
   */
  async add<Q extends QueueKey, J extends JobName<Q>>(
    key: Q,
    job: J,
    payload: JobInput<Q, J>,
    { id, delayMs }: AddOptions = {},
  ): Promise<string> {
    const definition: QueueDefinition = queues[key];
    const parsed = (definition.jobs[job] as ZodType).parse(payload);
    if (this.connection.status !== 'ready') throw new Unavailable('Redis is away');
    const adding = this.queue(definition).add(job, parsed, { jobId: id, delay: delayMs });
    const added = await timeLimit(adding, addLimitMs, 'Adding a job');
    return String(added.id);
  }

  /** Jobs of each queue that wait, run or failed. */
  async depth(): Promise<readonly Reading[]> {
    const readings = await Promise.all(
      this.all.map(async (queue) => {
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

  async close(): Promise<void> {
    await Promise.all(Array.from(this.opened.values(), (queue) => queue.close()));
  }
}
