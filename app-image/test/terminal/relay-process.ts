import type { Redis } from 'ioredis';
import { type StartedServer, startServer, stores } from '../server-process';
import { connectRedis } from '../store-clients';

/** Processes that take terminals, which takes a moment longer than to listen. */
export async function startRelays(count: number, variables: Readonly<Record<string, string>> = {}) {
  const started: StartedServer[] = [];
  for (let index = 0; index < count; index += 1)
    started.push(await startServer({ PROCESS_ROLE: 'web', SHUTDOWN_DRAIN_SECONDS: '0', ...variables }));
  const redis = connectRedis(await stores());
  for (const { server } of started) await server.logged('start-up report');
  await heartbeats(redis, count);
  redis.disconnect();
  return started;
}

/** Of so many processes at least. */
export async function heartbeats(redis: Redis, count: number): Promise<void> {
  while ((await redis.keys('terminal:process:*')).length < count);
}
