import type { Redis } from 'ioredis';
import { timeLimit } from '../time-limit';

/** A connection whose peer went without a word says nothing by itself, for a quarter of an hour. */
const askEveryMs = 5_000;
const silenceMs = 3_000;

/**
 * Asks these whether Redis is there still, and begins anew with one that does not answer. For connections that wait
 * for nothing in Redis. @returns what ends it
 */
export function leaveWhenSilent(connections: readonly Redis[]): () => void {
  const asking = setInterval(() => {
    for (const connection of connections) void ask(connection);
  }, askEveryMs).unref();
  return () => clearInterval(asking);
}

async function ask(connection: Redis): Promise<void> {
  if (connection.status !== 'ready') return;
  await timeLimit(connection.ping(), silenceMs, 'Redis').catch(() => {
    if (connection.status === 'ready') connection.disconnect(true);
  });
}
