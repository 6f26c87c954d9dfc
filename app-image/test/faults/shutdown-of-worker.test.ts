import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import { queuePrefix } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { startServer, stopServers, stores } from '../server-process';
import { connectPostgres, connectRedis } from '../store-clients';
import { freshRedis, type RedisVariable, type Store } from '../stores';
import { until } from './service';

const graceful = { code: 0, signal: null };
const cleanedUp = 'sign-in records cleaned up';

let postgres: Client;
/** Of one test: the schedule's first job is due at once in each. */
let redis: Store<RedisVariable>;
let connection: Redis | undefined;
beforeAll(async () => {
  // It migrates.
  const { server } = await startServer({ PROCESS_ROLE: 'web', SHUTDOWN_DRAIN_SECONDS: '0' });
  server.kill('SIGTERM');
  await server.exited;
  postgres = await connectPostgres(await stores());
}, 30_000);
beforeEach(async () => {
  redis = await freshRedis();
});
afterEach(async () => {
  // Whatever a failed test still holds.
  await postgres.query('ROLLBACK');
  connection?.disconnect();
  connection = undefined;
  await redis.close();
});
afterAll(async () => {
  await postgres?.end();
  await stopServers();
});

const startWorker = (deadlineSeconds: number) =>
  startServer({
    ...redis.environment,
    PROCESS_ROLE: 'worker',
    SHUTDOWN_DRAIN_SECONDS: '0',
    SHUTDOWN_DEADLINE_SECONDS: String(deadlineSeconds),
  });

/** One that is due for deletion, and that nobody can delete until this transaction ends. */
async function holdRecord(): Promise<void> {
  await postgres.query(
    `INSERT INTO login_events (email, kind, succeeded, "occurredAt")
     VALUES ('old@school.test', 'password', true, now() - interval '1 year')`,
  );
  await postgres.query('BEGIN');
  await postgres.query(`SELECT FROM login_events WHERE email = 'old@school.test' FOR UPDATE`);
}

async function untilJobWaits(): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await postgres.query(waiting)).rowCount === 0) {
    await sleep(20);
    // In a transaction, what was seen first is seen ever after.
    await postgres.query('SELECT pg_stat_clear_snapshot()');
  }
}

function openQueue(): Queue {
  connection = connectRedis(redis.environment);
  return new Queue(queues.cleanup.name, { connection, prefix: queuePrefix }).on('error', () => {});
}

/** Of these lines; other jobs and the start-up report have theirs in between. */
const orderOf = (logs: readonly { readonly msg?: unknown }[], lines: readonly string[]) =>
  logs.map(({ msg }) => String(msg)).filter((msg) => lines.includes(msg));

async function recordsLeft(): Promise<number> {
  const { rowCount } = await postgres.query(`SELECT FROM login_events WHERE email = 'old@school.test'`);
  return rowCount ?? 0;
}

it('lets the job at work finish before it ends', async () => {
  await holdRecord();
  const { server } = await startWorker(30);
  await untilJobWaits();
  server.kill('SIGTERM');
  await server.logged('listener closing');
  // Time enough to end too early.
  await sleep(300);
  await postgres.query('COMMIT');
  expect(await server.exited).toEqual(graceful);
  expect(orderOf(server.logs, [cleanedUp, 'listener closing', 'exit'])).toEqual([
    'listener closing',
    cleanedUp,
    'exit',
  ]);
  expect(await recordsLeft()).toBe(0);
}, 30_000);

it('gives the job back that is not done by the deadline, and another worker does it', async () => {
  await holdRecord();
  const { server } = await startWorker(6);
  await untilJobWaits();
  server.kill('SIGTERM');
  expect(await server.exited).toEqual(graceful);
  expect(server.logs).toContainEqual(
    expect.objectContaining({ level: 'warn', msg: 'jobs at work are given back', jobs: [expect.any(String)] }),
  );
  const told = server.logs.map(({ msg }) => msg);
  expect(told).not.toContain('job failed');
  expect(told.at(-1)).toBe('exit');

  const queue = openQueue();
  const waiting = await queue.getWaiting();
  expect(waiting).toMatchObject([{ name: 'login-events', attemptsMade: 0, stalledCounter: 0 }]);
  expect(await queue.getActiveCount()).toBe(0);

  await postgres.query('COMMIT');
  const next = await startWorker(30);
  await next.server.logged(cleanedUp);
  expect(await recordsLeft()).toBe(0);
  const [{ id = '' } = {}] = waiting;
  await until(async () => (await queue.getJobState(id)) === 'completed', 5_000, 'the job is completed');
}, 30_000);
