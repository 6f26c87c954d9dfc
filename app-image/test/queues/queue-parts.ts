import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobQueues } from '../../src/queues/job-queues';
import { Workers, type WorkersProps } from '../../src/queues/workers';
import { openRedis } from '../../src/redis/redis';
import { captureLog, environmentOf } from '../database/environment';
import { freshRedis } from '../stores';

/** What a process has of the queues, in this one, on a Redis database of its own. */
export async function openQueueParts() {
  const store = await freshRedis();
  const captured = captureLog();
  const redis = openRedis(environmentOf(store.environment), captured.log);
  const jobQueues = new JobQueues(redis);
  if (!jobQueues.available) await once(jobQueues.connection, 'ready');
  const opened: Workers[] = [];
  return {
    redis,
    jobQueues,
    captured,
    openWorkers(props: Pick<WorkersProps, 'handlers' | 'rowSchedules'>): Workers {
      const workers = new Workers({ redis, jobQueues, log: captured.log, ...props });
      opened.push(workers);
      return workers;
    },
    async close(): Promise<void> {
      await Promise.all(opened.map((workers) => workers.close(1_000)));
      await jobQueues.close();
      await redis.close();
      await store.close();
    },
  };
}

export type QueueParts = Awaited<ReturnType<typeof openQueueParts>>;

/** @throws when it does not hold within ten seconds */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(10)) if (await holds()) return;
  throw new Error(`It never came to pass: ${what}`);
}
