import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backfill } from '../../src/workers/backfills';
import { type DatabaseWorkProps, databaseHandlers } from '../../src/workers/database';
import { oldRows, type RowRetention } from '../../src/workers/old-rows';
import { until } from '../faults/service';
import { failureOf, startWork, type Work } from './work';

let work: Work;
beforeAll(async () => {
  work = await startWork();
  await work.database.query('CREATE TABLE numbers (n integer PRIMARY KEY, twice integer)');
});
afterEach(async () => {
  for (const table of ['service_kpis', 'graphy_learners', 'users', 'backfills', 'numbers'])
    await work.database.query(`DELETE FROM ${table}`);
});
afterAll(() => work?.close());

const handlers = (props: Partial<DatabaseWorkProps> = {}, variables: Readonly<Record<string, string>> = {}) =>
  databaseHandlers({ environment: work.environmentWith(variables), database: work.database, ...props });
const count = async (from: string) => (await work.database.query(`SELECT FROM ${from}`)).length;

describe('old rows', () => {
  const addFigures = (...ages: readonly number[]) =>
    work.database.query(
      `INSERT INTO service_kpis (name, value, dimensions, "computedAt")
       SELECT 'x', 1, '{}', now() - age * interval '1 day' FROM unnest($1::int[]) AS age`,
      [ages],
    );
  const prune = (variables: Readonly<Record<string, string>> = {}, retention?: readonly RowRetention[]) =>
    handlers({ retention }, variables)['prune-old-rows']({}, work.context());

  it('go when their days are over, and are only counted in a dry run', async () => {
    await addFigures(0, 4, 6, 400);
    const variables = { DATA_RETENTION_ANALYTICS_DAYS: '5' };
    expect(await prune({ ...variables, DRY_RUN: 'true' })).toMatchObject({ service_kpis: 2 });
    expect(await count('service_kpis')).toBe(4);
    expect(await prune(variables)).toMatchObject({ service_kpis: 2 });
    expect(await count('service_kpis')).toBe(2);
    expect(await prune(variables)).toMatchObject({ service_kpis: 0 });
  });

  it('go by the batch', async () => {
    await addFigures(...Array(5_001).fill(100));
    expect(await prune()).toMatchObject({ service_kpis: 5_001 });
  });

  it('are pruned in every table that is listed', async () => {
    expect(await prune()).toEqual(Object.fromEntries(oldRows.map(({ table }) => [table, 0])));
  });

  it('of one table that cannot be pruned leave those of the others to go, and the job fails', async () => {
    await addFigures(400);
    const rule = { time: 'computedAt', days: () => 90, because: 'a test says so' };
    const rules = ['no_such_table', 'service_kpis'].map((table) => ({ ...rule, table }));
    const { message } = await failureOf(prune({}, rules));
    expect(message).toBe('1 of 2 failed: no_such_table');
    expect(work.text()).toContain('relation \\"no_such_table\\" does not exist');
    expect(await count('service_kpis')).toBe(0);
  });
});

describe('backfills', () => {
  const fill = (list?: readonly Backfill[], variables: Readonly<Record<string, string>> = {}) =>
    handlers({ backfills: list }, variables)['application-backfill']({}, work.context());

  /** Two a page. */
  const doubling: Backfill = {
    name: 'doubling',
    because: 'a test says so',
    page: `
      WITH page AS (SELECT n FROM numbers WHERE n > coalesce($1::int, 0) AND $2 > 0 ORDER BY n LIMIT 2),
        changed AS (UPDATE numbers SET twice = 2 * numbers.n FROM page WHERE numbers.n = page.n RETURNING 1)
      SELECT (SELECT max(n)::text FROM page) AS next, (SELECT count(*)::int FROM changed) AS changed`,
  };
  const addNumbers = () => work.database.query('INSERT INTO numbers SELECT generate_series(1, 5)');
  const doubled = () => count('numbers WHERE twice = 2 * n');
  const progress = async () => (await work.database.query('SELECT cursor, changed FROM backfills'))[0];

  it('link learners to users who registered later, whatever the case of their address', async () => {
    await work.database.query(
      `INSERT INTO graphy_learners ("learnerId", email) VALUES ('l1', 'Asha@School.test'), ('l2', 'noor@school.test')`,
    );
    expect(await fill()).toEqual({ 'learners-to-users': 0 });
    await work.database.query(`INSERT INTO users (email) VALUES ('ASHA@school.test')`);
    expect(await fill()).toEqual({ 'learners-to-users': 1 });
    expect(await fill()).toEqual({ 'learners-to-users': 0 });
    expect(
      await work.database.query(
        'SELECT "learnerId", users.email FROM graphy_learners LEFT JOIN users ON users.id = "userId" ORDER BY 1',
      ),
    ).toEqual([
      { learnerId: 'l1', email: 'ASHA@school.test' },
      { learnerId: 'l2', email: null },
    ]);
  });

  it('are done once, unless they are for every night', async () => {
    await addNumbers();
    expect(await fill([doubling])).toEqual({ doubling: 5 });
    await work.database.query('UPDATE numbers SET twice = NULL');
    expect(await fill([doubling])).toEqual({ doubling: 0 });
    expect(await doubled()).toBe(0);
    expect(await fill([{ ...doubling, nightly: true }])).toEqual({ doubling: 5 });
    expect(await doubled()).toBe(5);
  });

  it('go on where they ended', async () => {
    await addNumbers();
    // Not at the third page.
    const ending = { ...doubling, page: doubling.page.replace('twice = 2 * numbers.n', 'twice = 2 / (5 - numbers.n)') };
    const { message } = await failureOf(fill([ending]));
    expect(message).toBe('1 of 1 failed: doubling');
    expect(await progress()).toEqual({ cursor: '4', changed: '4' });
    await work.database.query('UPDATE numbers SET twice = NULL');
    expect(await fill([doubling])).toEqual({ doubling: 1 });
    expect(await doubled()).toBe(1);
    expect(await progress()).toEqual({ cursor: null, changed: '5' });
  });

  it('count each row once when two processes are at it', async () => {
    await addNumbers();
    await Promise.all([fill([doubling]), fill([doubling])]);
    expect(await doubled()).toBe(5);
    expect(await progress()).toEqual({ cursor: null, changed: '5' });
  });

  it('count each row once when another process came to the end while this one was at its first page', async () => {
    await addNumbers();
    const other = work.database.source.createQueryRunner();
    await other.query('SELECT pg_advisory_lock(1)');
    const waiting = {
      ...doubling,
      page: doubling.page.replace('FROM numbers', 'FROM numbers, pg_advisory_xact_lock(1)'),
    };
    const first = fill([waiting]);
    const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`;
    await until(async () => (await other.query(blocked)).length === 1, 5_000, 'the first page');
    expect(await fill([doubling])).toEqual({ doubling: 5 });
    await other.query('SELECT pg_advisory_unlock(1)');
    await other.release();
    expect(await first).toEqual({ doubling: 0 });
    expect(await progress()).toEqual({ cursor: null, changed: '5' });
  });

  it('do nothing in a dry run', async () => {
    await addNumbers();
    expect(await fill([doubling], { DRY_RUN: 'true' })).toEqual({ skipped: 'DRY_RUN is on' });
    expect(await doubled()).toBe(0);
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prune-'));
    await writeFile(join(folder, 'new.log'), 'new');
    await writeFile(join(folder, 'old.log'), 'old');
    await utimes(join(folder, 'old.log'), new Date('2020-01-01'), new Date('2020-01-01'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const prune = (variables: Readonly<Record<string, string>>) =>
    handlers({
      environment: work.environmentWith({
        DATA_RETENTION_MODE: 'delete',
        DATA_RETENTION_LOG_PATHS: folder,
        DATA_RETENTION_ANALYTICS_PATHS: join(folder, 'missing'),
        ...variables,
      }),
    })['prune-files']({}, work.context());

  it('are pruned past their days', async () => {
    expect(await prune({})).toMatchObject({ scanned: 2, eligible: 1, deleted: 1, missing: 1, failed: 0 });
    expect(await readdir(folder)).toEqual(['new.log']);
  });

  it('are only counted in a dry run', async () => {
    expect(await prune({ DRY_RUN: 'true' })).toMatchObject({ eligible: 1, deleted: 0 });
    expect(await readdir(folder)).toEqual(['new.log', 'old.log']);
  });

  it('fail the job where a missing folder has to', async () => {
    const failed = await failureOf(prune({ DATA_RETENTION_MISSING_PATH_POLICY: 'fail' }));
    expect(failed.message).toContain('missing');
  });
});
