import { setTimeout as sleep } from 'node:timers/promises';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { connectDatabase, type Database, openDatabase } from '../../src/database/database';
import { isUnavailable } from '../../src/database/unavailable';
import { captureLog, environmentOf } from '../database/environment';

jest.setTimeout(30_000);

let postgres: Postgres;
let database: Database | undefined;

const environment = (variables: Record<string, string> = {}) =>
  environmentOf({
    DB_HOST: postgres.host,
    DB_PORT: String(postgres.port),
    DB_NAME: 'postgres',
    DB_USERNAME: postgres.superuser,
    DB_PASSWORD: postgres.password,
    DB_POOL_TIMEOUT: '2',
    ...variables,
  });

beforeAll(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  await database?.close();
  database = undefined;
});
afterAll(() => postgres.stop());

it('waits for a PostgreSQL that is not there yet', async () => {
  await postgres.kill();
  const { log, messages } = captureLog();
  const opening = openDatabase(environment(), log);
  await sleep(700);
  await postgres.restart();
  database = await opening;
  expect(await database.read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(messages().slice(0, 1)).toEqual(['waiting for postgres']);
});

it('gives up with what to check', async () => {
  const { DB_HOST: host } = environment();
  const opening = openDatabase(environment({ DB_PORT: '1' }), captureLog().log, { patienceMs: 600 });
  await expect(opening).rejects.toThrow(
    `PostgreSQL at ${host}:1, database postgres: not reachable within 0.6 s (ECONNREFUSED); check that it runs, DB_HOST and DB_PORT, and what may connect to it (security group)`,
  );
});

it.each([
  [
    { DB_PASSWORD: 'wrong-password' },
    /password authentication failed for user "postgres"; check DB_USERNAME and DB_PASS/,
  ],
  [{ DB_NAME: 'nowhere' }, /database nowhere: there is no such database; create it or check DB_NAME$/],
])('fails at once with %j', async (variables, message) => {
  const begun = performance.now();
  await expect(openDatabase(environment(variables), captureLog().log)).rejects.toThrow(message);
  expect(performance.now() - begun).toBeLessThan(1_500);
});

it('survives a restart of PostgreSQL under load', async () => {
  const opened = await connectDatabase(environment(), captureLog().log);
  database = opened;
  const failures: unknown[] = [];
  let answered = 0;
  let over = false;
  const load = Array.from({ length: 10 }, async () => {
    while (!over) {
      try {
        expect(await opened.read('SELECT pg_sleep(0.005), $1::int AS number', [7])).toMatchObject([{ number: 7 }]);
        answered += 1;
      } catch (error) {
        failures.push(error);
        await sleep(20);
      }
    }
  });
  await sleep(300);
  await postgres.restart();
  // The first answers after it open the connections again.
  await sleep(300);
  const failed = failures.length;
  const before = answered;
  await sleep(500);
  over = true;
  await Promise.all(load);

  expect(answered).toBeGreaterThan(before);
  expect(failures.slice(failed)).toEqual([]);
  expect(failures.filter((error) => !isUnavailable(error))).toEqual([]);
});

it('sends a read again when all pooled connections had been ended, and says that only once', async () => {
  const { log, messages } = captureLog();
  const opened = await connectDatabase(environment(), log);
  database = opened;
  await Promise.all(Array.from({ length: 5 }, () => opened.read('SELECT pg_sleep(0.05)')));
  const end =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mr-mentor-all' AND pid <> $1";
  const [{ pid }] = (await opened.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
  await opened.query(end, [pid]);
  // The one that is left ends itself, in the middle of a statement.
  expect(await opened.read('SELECT pg_terminate_backend(pg_backend_pid()) WHERE pg_backend_pid() = $1', [pid])).toEqual(
    [],
  );
  await sleep(50);
  expect(messages()).toEqual(['postgres is away', 'postgres is back']);
});

it('keeps the connection after a statement that failed', async () => {
  const opened = await connectDatabase(environment({ DB_CONNECTION_LIMIT: '1' }), captureLog().log);
  database = opened;
  const pid = () => opened.query('SELECT pg_backend_pid() AS pid');
  const before = await pid();
  await expect(opened.query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
  await expect(opened.read('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });
  expect(await pid()).toEqual(before);
});

it('reads what it had prepared although a migration changed the table meanwhile', async () => {
  const opened = await connectDatabase(environment(), captureLog().log);
  database = opened;
  await opened.query('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)');
  const read = () =>
    Promise.all(Array.from({ length: 5 }, () => opened.read('SELECT *, pg_sleep(0.02) FROM changing')));
  await read();
  await opened.query('ALTER TABLE changing ADD COLUMN b int');
  expect((await read()).flat()).toMatchObject(Array.from({ length: 5 }, () => ({ a: 1, b: null })));
});

it('is unavailable, and says so in time, while every connection is taken', async () => {
  const opened = await connectDatabase(
    environment({ DB_CONNECTION_LIMIT: '1', DB_POOL_TIMEOUT: '1' }),
    captureLog().log,
  );
  database = opened;
  const long = opened.query('SELECT pg_sleep(2.5)');
  const waiting = opened.query('SELECT 1').catch((error: unknown) => error);
  const begun = performance.now();
  await expect(opened.ping()).rejects.toThrow(/timeout exceeded|took longer/);
  expect(performance.now() - begun).toBeLessThan(2_200);
  expect(isUnavailable(await waiting)).toBe(true);
  await long;
  await opened.ping();
});

it('holds no more connections than its limit', async () => {
  const opened = await openDatabase(environment({ DB_CONNECTION_LIMIT: '3' }), captureLog().log);
  database = opened;
  const count =
    "SELECT count(*)::int AS used, pg_sleep(0.05) FROM pg_stat_activity WHERE application_name = 'mr-mentor-all'";
  const through = Array.from({ length: 20 }, (_, index) =>
    index % 2 === 0 ? opened.read<{ used: number }>(count) : opened.source.query<{ used: number }[]>(count),
  );
  const used = (await Promise.all(through)).flat().map((row) => row.used);
  expect(Math.max(...used)).toBe(3);
});
