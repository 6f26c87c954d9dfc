import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { stopServers } from '../server-process';
import { failuresOf, slowest, tally, tell } from './outcomes';
import { call, prepare, type Service, startService, until, variablesOf } from './service';
import { type Outcome, type RequestKind, Traffic } from './traffic';

const poolTimeoutSeconds = 1;
const backWithinMs = 2_000;
/** What a busy machine needs to tell the service that the server is there again. */
const margin = 500;

let postgres: Postgres;
let redis: Redis;
let service: Service;
let kinds: readonly RequestKind[];
let databaseName: string;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const variables = await variablesOf(postgres, redis);
  databaseName = variables.DB_NAME;
  service = await startService({ ...variables, DB_POOL_TIMEOUT: String(poolTimeoutSeconds) });
  ({ kinds } = await prepare(service.port));
}, 30_000);
afterAll(async () => {
  await stopServers();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

const setting = () => call(service.port, '/api/system-config/faults');
const isReady = async () => (await call(service.port, '/api/ready')).answer.checks.database.ok;
const of = (outcomes: readonly Outcome[], ...names: string[]) =>
  outcomes.filter(({ kind }) => names.includes(kind.name));

it('fails no read when all pooled connections are ended under load', async () => {
  const { host, port, superuser: user, password } = postgres;
  const administrator = new Client({ host, port, user, password, database: 'postgres' });
  await administrator.connect();
  const traffic = new Traffic([service.port], kinds);
  let ended = 0;
  for (let round = 0; round < 5; round += 1) {
    await sleep(400);
    const { rowCount } = await administrator.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
      [databaseName],
    );
    ended += rowCount ?? 0;
  }
  const outcomes = await traffic.stop();
  await administrator.end();

  tell('PostgreSQL ended connections', outcomes, { connectionsEnded: ended, slowestMs: Math.round(slowest(outcomes)) });
  expect(tally(failuresOf(outcomes))).toEqual({});
  expect(ended).toBeGreaterThan(10);
  expect(outcomes.length).toBeGreaterThan(50);
});

describe.each([
  ['is restarted', async () => {}, 0],
  ['is killed, and restarted after two seconds', () => postgres.kill(), 2_000],
])('while PostgreSQL %s', (what, before, awayMs) => {
  it('answers 503 for what needs it, 200 for the rest, and serves again as soon as it is back', async () => {
    const traffic = new Traffic([service.port], kinds);
    await sleep(700);
    const goneAt = performance.now();
    await before();
    if (awayMs > 0) {
      await sleep(awayMs / 2);
      expect(await isReady()).toBe(false);
      expect(await setting()).toMatchObject({ status: 503, answer: { success: false, code: 'UNAVAILABLE' } });
      await sleep(awayMs / 2);
    }
    await postgres.restart();
    const backAt = performance.now();
    const backMs = await until(async () => (await setting()).status === 200, backWithinMs, 'the first success');
    expect(await isReady()).toBe(true);
    await sleep(1_000);
    const outcomes = await traffic.stop();

    const failures = failuresOf(outcomes);
    const lastFailedAt = Math.max(goneAt, ...failures.map(({ endedAt }) => endedAt));
    const slowestByDatabase = slowest(of(outcomes, 'setting', 'me')) - slowest(of(outcomes, 'health'));
    tell(`while PostgreSQL ${what}`, outcomes, {
      failed: failures.length,
      awayMs: Math.round(backAt - goneAt),
      backMs: Math.round(backMs),
      failedForMs: Math.round(lastFailedAt - goneAt),
      slowestByDatabaseMs: Math.round(slowestByDatabase),
    });
    expect(Object.keys(tally(failures)).filter((name) => !name.endsWith(' 503'))).toEqual([]);
    for (const { body } of failures) expect(JSON.parse(body)).toMatchObject({ success: false, code: 'UNAVAILABLE' });
    expect(tally(of(failures, 'health'))).toEqual({});
    expect(slowestByDatabase).toBeLessThan(poolTimeoutSeconds * 1000);
    // Nobody fails but who came while it was away: what was under way then is sent again.
    expect(lastFailedAt).toBeLessThan(backAt + margin);
    expect(of(outcomes, 'setting', 'me').filter(({ endedAt }) => endedAt > backAt + margin).length).toBeGreaterThan(10);
  }, 30_000);
});
