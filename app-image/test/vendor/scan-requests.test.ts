import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../src/database/unavailable';
import { JobQueues } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { openRedis, type RedisConnections } from '../../src/redis/redis';
import { ScanRequests } from '../../src/vendor/scan-requests';
import { captureLog, environmentOf } from '../database/environment';
import { freshRedis, type RedisVariable, type Store } from '../stores';

let store: Store<RedisVariable>;
let redis: RedisConnections;
let jobQueues: JobQueues;
beforeAll(async () => {
  store = await freshRedis();
  redis = openRedis(environmentOf(store.environment), captureLog().log);
  jobQueues = new JobQueues(redis);
  await once(jobQueues.connection, 'ready');
});
afterAll(async () => {
  await jobQueues?.close();
  await redis?.close();
  await store?.close();
});

it('asks for a few leads one by one, and for many together', async () => {
  const { log, messages } = captureLog();
  const requests = new ScanRequests(jobQueues, log);
  const leads = Array.from({ length: 1_001 }, () => randomUUID());
  for (const leadId of leads) requests.ask(leadId);
  const queue = jobQueues.queue(queues.workflow);
  while ((await queue.count()) < 3) await sleep(10);
  const jobs = (await queue.getJobs()).sort((a, b) => a.timestamp - b.timestamp);
  const [alone, ...together] = jobs.map(({ id, data }) => ({ id, data }));
  expect(alone).toEqual({ id: `lead-${leads[0]}`, data: { leadId: leads[0] } });
  expect(together.flatMap(({ data }) => data.leadIds).sort()).toEqual(leads.slice(1).sort());
  expect(together.map(({ data }) => data.leadIds.length)).toEqual([500, 500]);

  // A request that came twice; what comes after it shows that it was dealt with.
  requests.ask(leads[0] ?? '');
  const later = [randomUUID(), randomUUID()];
  for (const leadId of later) requests.ask(leadId);
  while ((await queue.count()) < 4) await sleep(10);
  expect((await queue.getJobs()).map(({ data }) => data)).toContainEqual({ leadIds: later });
  expect(await queue.count()).toBe(4);
  expect(messages()).toEqual([]);
});

it('says once that nobody can be asked, and asks for what comes when somebody can', async () => {
  const asked: unknown[] = [];
  let isAway = true;
  const add: JobQueues['add'] = async (_queue, _job, payload) => {
    if (isAway) throw new Unavailable('Redis is away');
    asked.push(payload);
    return '1';
  };
  const { log, messages } = captureLog();
  const requests = new ScanRequests({ add }, log);
  for (let count = 0; count < 3; count += 1) {
    requests.ask(randomUUID());
    requests.ask(randomUUID());
    await sleep(0);
  }
  isAway = false;
  const leadId = randomUUID();
  requests.ask(leadId);
  await sleep(0);
  expect(asked).toEqual([{ leadId }]);
  expect(messages()).toEqual(['redis is away: new leads wait for the scan that comes every five minutes']);
});
