import { randomUUID } from 'node:crypto';
import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ZodType } from 'zod';
import { Unavailable } from '../database/unavailable';
import type { RedisConnections } from '../redis/redis';
import { timeLimit } from '../time-limit';
import { everyQueue, type JobInput, type JobName, type QueueDefinition, type QueueKey, queues } from './queue';
import { QueuesUnavailable } from './unavailable';

/** `{…}` keeps a queue's keys in one slot, should Redis ever become a cluster. */
export const queuePrefix = '{mr-mentor}';

/** A request that adds a job does not wait longer for Redis. */
const addLimitMs = 1_000;

const day = 24 * 60 * 60;

/** Failed ones are kept for a month, to be looked at and tried again; at 1 to 2 KB each, 50,000 leave Redis its room. */
export const jobDefaults = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 5_000, jitter: 0.5 },
  removeOnComplete: { age: day, count: 1_000 },
  removeOnFail: { age: 30 * day, count: 50_000 },
} as const satisfies JobsOptions;

export interface AddOptions {
  /** Of two jobs with the same id in a queue, the second is not added. Must not hold a colon. @default - a new one */
  readonly id?: string;
  readonly delayMs?: number;
}

/** The queues, for whoever adds a job or looks at them. */
export class JobQueues {
  readonly connection: Redis;
  private readonly opened = new Map<string, Queue>();

  constructor(redis: RedisConnections) {
    // Not the connection of requests: schedules wait on this one until Redis is back.
    this.connection = redis.open('queues');
  }

  /** Opened by whoever asks first. */
  queue({ name }: Pick<QueueDefinition, 'name'>): Queue {
    const existing = this.opened.get(name);
    if (existing) return existing;
    const attempts = everyQueue.find((definition) => definition.name === name)?.attempts ?? jobDefaults.attempts;
    const queue = new Queue(name, {
      connection: this.connection,
      prefix: queuePrefix,
      defaultJobOptions: { ...jobDefaults, attempts },
      // It would ask for each of them, write to the console what it thinks of the answer, and be of no use ever after
      // when there is none. The workers ask.
      skipVersionCheck: true,
    });
    // The connection says when Redis is away.
    queue.on('error', () => {});
    this.opened.set(name, queue);
    return queue;
  }

  get all(): readonly Queue[] {
    return everyQueue.map((definition) => this.queue(definition));
  }

  /** Whether Redis is there, as far as this process knows. */
  get available(): boolean {
    return this.connection.status === 'ready';
  }

  /**
   * @returns the job's id
   * @throws QueuesUnavailable when Redis is away, or does not answer within a second: the job may be there all the same
   * @throws ZodError when the payload is not what the queue's jobs are told
   */
  async add<Q extends QueueKey, J extends JobName<Q>>(
    key: Q,
    job: J,
    payload: JobInput<Q, J>,
    // Not BullMQ's counter: a command that is sent again after its connection broke would add a second job, and after
    // Redis was flushed the same ids would come again.
    { id = randomUUID(), delayMs }: AddOptions = {},
  ): Promise<string> {
    const definition: QueueDefinition = queues[key];
    if (id.includes(':')) throw new Error(`A job of ${definition.name} has the id "${id}": leave out the colon`);
    const parsed = (definition.jobs[job] as ZodType).parse(payload);
    if (!this.available) throw new QueuesUnavailable('Redis is away');
    const adding = this.queue(definition).add(job, parsed, { jobId: id, delay: delayMs });
    await timeLimit(adding, addLimitMs, 'Adding a job').catch(asUnavailable);
    return id;
  }

  /** Never rejects, and does not wait for a Redis that is away. */
  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.opened.values(), (queue) => queue.close()));
  }
}

/** Redis that is out of memory or a replica refuses the command; its words stay in the log. */
function asUnavailable(error: Error): never {
  if (
    error instanceof Unavailable ||
    /^(OOM|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|Connection is closed)/.test(error.message)
  )
    throw new QueuesUnavailable(error.message);
  throw error;
}
