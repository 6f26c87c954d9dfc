import { randomUUID } from 'node:crypto';
import { type Job, Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import { queuePrefix } from '../../src/queues/job-queues';
import { type QueueDefinition, queues } from '../../src/queues/queue';
import { until } from '../faults/service';
import { json, OtherCompany } from '../outgoing/other-company';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres, connectRedis } from '../store-clients';

const secret = 'shared-with-mr-hire-and-nobody-else';
const doneWithinMs = 15_000;
const mrHire = new OtherCompany();
let worker: StartedServer;
let postgres: Client;
const opened: { close(): Promise<unknown> }[] = [];
const connections: Redis[] = [];

beforeAll(async () => {
  await mrHire.listen();
  worker = await startServer({
    ...{ PROCESS_ROLE: 'worker', MR_HIRE_BACKEND_URL: mrHire.url, MR_HIRE_WEBHOOK_SECRET: secret },
    SHUTDOWN_DRAIN_SECONDS: '0',
  });
  postgres = await connectPostgres(await stores());
}, 30_000);
afterEach(() => mrHire.reset());
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  for (const connection of connections) connection.disconnect();
  await postgres?.end();
  await stopServers();
  mrHire.close();
});

/** A queue as its producers see it, and a way to wait for its jobs. */
async function open({ name }: QueueDefinition) {
  const [connection, ofEvents] = [connectRedis(await stores()), connectRedis(await stores())];
  connections.push(connection, ofEvents);
  const queue = new Queue(name, { connection, prefix: queuePrefix });
  const events = new QueueEvents(name, { connection: ofEvents, prefix: queuePrefix });
  await events.waitUntilReady();
  opened.push(queue, events);
  return { queue, done: (job: Job) => job.waitUntilFinished(events, doneWithinMs) };
}

it('tries an analysis again, and leaves one that cannot succeed to whoever mends it', async () => {
  const { queue, done } = await open(queues.resumeAnalysis);
  const add = (applicationId: string) =>
    queue.add('analyse', { applicationId }, { attempts: 3, backoff: { type: 'fixed', delay: 10 } });
  const scores = async (id: string) =>
    (await postgres.query('SELECT score FROM resume_analysis_results WHERE "applicationId" = $1', [id])).rows;

  const [first, second] = [randomUUID(), randomUUID()];
  mrHire.respond = (_call, response) => json(response, { score: 50 }, mrHire.received.length < 3 ? 503 : 200);
  expect(await done(await add(first))).toEqual({ score: 50 });
  expect(mrHire.received).toHaveLength(3);
  expect(await scores(first)).toEqual([{ score: 50 }]);

  mrHire.reset();
  mrHire.respond = (_call, response) => json(response, { inside: secret }, 401);
  const failing = await add(second);
  await expect(done(failing)).rejects.toThrow('Mr. Hire answered 401');
  expect(mrHire.received).toHaveLength(1);
  const failed = await queue.getJob(String(failing.id));
  expect(JSON.stringify(failed)).not.toContain(secret);

  mrHire.respond = (_call, response) => json(response, { score: 70 });
  await failed?.retry();
  expect(await done(failing)).toEqual({ score: 70 });
  expect(await scores(second)).toEqual([{ score: 70 }]);
  expect(worker.server.stdout).not.toContain(secret);
});

it.each([
  ['kpi', 'compute', { activeUsers: 1 }],
  ['database', 'prune-old-rows', { service_kpis: 0 }],
  ['database', 'application-backfill', { 'learners-to-users': 0 }],
  ['mrlearnNewStudentSync', 'sync', { skipped: 'it is switched off' }],
  ['mrlearnSync', 'sync', { skipped: 'the configuration is gone' }],
  ['mrtestSync', 'sync', { skipped: 'the configuration is gone' }],
] as const)('works on %s: %s', async (key, job, result) => {
  const { queue, done } = await open(queues[key]);
  const payload = 'scheduledBy' in queues[key] ? { configId: randomUUID() } : {};
  expect(await done(await queue.add(job, payload))).toMatchObject(result);
});

it('has the schedules of these queues', async () => {
  const [kpi, database] = [await open(queues.kpi), await open(queues.database)];
  // Registered one after the other, a moment after the process has begun to listen.
  const schedules = async () =>
    (await Promise.all([kpi, database].map(({ queue }) => queue.getJobSchedulers()))).flat();
  await until(async () => (await schedules()).length === 3, doneWithinMs, 'the schedules');
  expect((await schedules()).sort((one, other) => (one.key < other.key ? -1 : 1))).toMatchObject([
    { key: 'application-backfill', pattern: '0 2 * * *', tz: 'Asia/Kolkata' },
    { key: 'compute', every: 900_000 },
    { key: 'prune-old-rows', pattern: '30 2 * * *', tz: 'Asia/Kolkata' },
  ]);
});
