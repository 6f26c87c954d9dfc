import { Queue } from 'bullmq';
import type { Client } from 'pg';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { queuePrefix } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { json, OtherCompany } from '../outgoing/other-company';
import { stopServers } from '../server-process';
import { connectPostgres, connectRedis } from '../store-clients';
import { type Service, signIn, startAgain, startService, until, variablesOf } from './service';

const withinMs = 15_000;
const graphy = new OtherCompany();
let postgres: Postgres;
/** It keeps nothing: what it loses, it loses for good. */
let redis: Redis;
let variables: Awaited<ReturnType<typeof variablesOf>> & Readonly<Record<string, string>>;
let web: Service;
let rows: Client;
let token: string;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis(), graphy.listen()]);
  variables = { ...(await variablesOf(postgres, redis)), GRAPHY_BASE_URL: graphy.url, SHUTDOWN_DRAIN_SECONDS: '0' };
  graphy.respond = ({ url }, response) => {
    const courseId = String(url.searchParams.get('courseIds'));
    json(response, { items: [{ learnerId: 'asha', courseId, progressPercent: 50 }], next: null });
  };
  web = await startService(variables);
  token = await signIn(web.port);
  rows = await connectPostgres(variables);
}, 30_000);
afterAll(async () => {
  await rows?.end();
  await stopServers();
  graphy.close();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

async function admin(method: string, path: string, body: unknown) {
  const response = await fetch(`http://127.0.0.1:${web.port}/api/admin/sync-configs/mrlearn${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { readonly schedule: string; readonly data: { readonly id: string } };
}
const enabled = (course: string) => ({ name: course, enabled: true, intervalMinutes: 60, onlyIds: [course] });
const callsFor = (course: string) => graphy.received.filter(({ url }) => url.searchParams.get('courseIds') === course);
const synced = (course: string, limitMs = withinMs) =>
  until(
    async () => (await rows.query('SELECT FROM graphy_progress WHERE "courseId" = $1', [course])).rowCount === 1,
    limitMs,
    `progress in ${course}`,
  );

/** The keys of what is registered in Redis now. */
async function scheduled(): Promise<string[]> {
  const connection = connectRedis({ ...variables, REDIS_DB: '0' });
  const queue = new Queue(queues.mrlearnSync.name, { connection, prefix: queuePrefix });
  const schedules = await queue.getJobSchedulers();
  await queue.close();
  connection.disconnect();
  return schedules.map(({ key }) => key).sort();
}

const startWorker = () => startService({ ...variables, PROCESS_ROLE: 'worker' });
async function endWorker({ process }: Service): Promise<void> {
  process.kill('SIGTERM');
  expect(await process.exited).toEqual({ code: 0, signal: null });
}

it('journey 6: what administrators configure is synchronised, and survives a Redis that loses everything', async () => {
  const worker = await startWorker();
  const sql = await admin('POST', '', enabled('sql'));
  expect(sql.schedule).toBe('registered');
  await synced('sql');
  expect(await scheduled()).toEqual([`config-${sql.data.id}`]);
  await endWorker(worker);

  await redis.kill();
  const python = await admin('POST', '', enabled('python'));
  expect(python.schedule).toBe('pending');
  expect(await admin('PUT', `/${sql.data.id}`, { enabled: false })).toMatchObject({ schedule: 'pending' });
  await redis.restart();
  expect(await scheduled()).toEqual([]);

  const restarted = await startAgain(worker.environment);
  await synced('python');
  expect(await scheduled()).toEqual([`config-${python.data.id}`]);
  expect(callsFor('sql')).toHaveLength(1);
  await endWorker(restarted);
}, 60_000);

it('two workers that start at once fetch each configuration once', async () => {
  const { data } = await admin('POST', '', enabled('excel'));
  const connection = connectRedis({ ...variables, REDIS_DB: '0' });
  await connection.flushall();
  connection.disconnect();
  const workers = await Promise.all([startWorker(), startWorker()]);
  await synced('excel');
  await until(async () => (await scheduled()).includes(`config-${data.id}`), withinMs, 'the schedule');
  // Both end gracefully: whatever they had begun is done by then.
  await Promise.all(workers.map(endWorker));
  expect(callsFor('excel')).toHaveLength(1);
}, 60_000);

it('PostgreSQL that goes away in the middle of a run costs an attempt, and no process', async () => {
  const worker = await startWorker();
  let broken = false;
  const answer = graphy.respond;
  graphy.respond = async (call, response) => {
    if (call.url.searchParams.get('courseIds') === 'statistics' && !broken) {
      broken = true;
      // Ours commits without waiting for its disk: what was stored a moment ago would be lost with it.
      await rows.query('CHECKPOINT');
      await postgres.kill();
    }
    return answer(call, response);
  };
  const { data } = await admin('POST', '', enabled('statistics'));
  const hasFailed = () =>
    worker.process.logs.some(({ msg, queue }) => msg === 'job failed' && queue === queues.mrlearnSync.name);
  await until(async () => hasFailed(), withinMs, 'the failed attempt');
  await postgres.restart();
  await rows.end().catch(() => {});
  rows = await connectPostgres(variables);

  // Its next attempt comes after a minute; the same job has its lease at once.
  const connection = connectRedis({ ...variables, REDIS_DB: '0' });
  const queue = new Queue(queues.mrlearnSync.name, { connection, prefix: queuePrefix });
  const waiting = (await queue.getDelayed()).filter(
    ({ data: { configId }, attemptsMade }) => configId === data.id && attemptsMade > 0,
  );
  expect(waiting).toHaveLength(1);
  await waiting[0]?.promote();
  await synced('statistics');
  await queue.close();
  connection.disconnect();
  await endWorker(worker);
}, 60_000);
