import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MailServer } from '../../../rehearsal/parts/mail-server';
import { JobQueues } from '../../src/queues/job-queues';
import { openRedis } from '../../src/redis/redis';
import { captureLog, environmentOf } from '../database/environment';

/** Adds mails as the service's own processes do, and remembers which of them it was told are there. */
export async function openProducer(variables: Readonly<Record<string, string>>) {
  const connections = openRedis(environmentOf(variables), captureLog().log);
  const jobQueues = new JobQueues(connections);
  if (!jobQueues.available) await once(jobQueues.connection, 'ready');
  const acknowledged = new Set<string>();
  let refused = 0;

  async function add(): Promise<void> {
    try {
      const data = { subject: 'Mail', text: 'Text' };
      acknowledged.add(await jobQueues.add('email', 'send', { to: 'a@school.test', template: 'message', data }));
    } catch {
      refused += 1;
    }
  }

  return {
    ...{ jobQueues, acknowledged, add },
    get refused() {
      return refused;
    },
    /** Several at a time, until it is stopped. */
    load(workers: number, pauseMs: number) {
      let running = true;
      const done = Promise.all(
        Array.from({ length: workers }, async () => {
          while (running) {
            await add();
            await sleep(pauseMs);
          }
        }),
      );
      return async () => {
        running = false;
        await done;
      };
    },
    async close(): Promise<void> {
      await jobQueues.close();
      await connections.close();
    },
  };
}

/** How often each mail arrived, by its job. */
export function arrivals({ deliveries }: MailServer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { mail } of deliveries) {
    const job = /^<(.+)@/.exec(mail.messageId ?? '')?.[1] ?? '';
    counts.set(job, (counts.get(job) ?? 0) + 1);
  }
  return counts;
}

export function tally(acknowledged: ReadonlySet<string>, server: MailServer) {
  const arrived = arrivals(server);
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !arrived.has(id)).length,
    twice: [...arrived.values()].filter((count) => count > 1).length,
  };
}
