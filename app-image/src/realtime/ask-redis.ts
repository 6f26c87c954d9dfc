import type { Redis } from 'ioredis';
import { Unavailable } from '../database/unavailable';
import { timeLimit } from '../time-limit';

/** Nobody in a meeting waits longer for Redis. */
const answerMs = 1_000;

/**
 * Over a connection that would wait for as long as Redis is away. Not the one of requests: that is given up when the
 * process itself is busy for half a second, and a message with it.
 *
 * @throws Unavailable when Redis is away, or does not answer within a second; it may have done it nevertheless
 */
export async function ask<T>(redis: Redis, command: () => Promise<T>): Promise<T> {
  if (redis.status !== 'ready') throw new Unavailable('Redis is away');
  try {
    return await timeLimit(command(), answerMs, 'Redis');
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`Redis: ${(error as Error).message}`);
  }
}
