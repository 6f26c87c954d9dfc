import { randomUUID } from 'node:crypto';
import { UnrecoverableError } from 'bullmq';
import { SyncConfigs } from '../../src/external-sync/configs';
import type { SyncConfig } from '../../src/external-sync/entities';
import { leaseSeconds, longestWaitMs, pageTimeoutMs, pageTries } from '../../src/external-sync/timings';
import { mrlearnSyncHandlers } from '../../src/workers/mrlearn-sync';
import { json, OtherCompany } from '../outgoing/other-company';
import { failureOf, startWork, type Work } from '../workers/work';
import { holdFirst, inPages, progress } from './graphy-records';

const key = 'graphy-key-that-nobody-sees';
const graphy = new OtherCompany();
let work: Work;
let configs: SyncConfigs;
beforeAll(async () => {
  [work] = await Promise.all([startWork(), graphy.listen()]);
  configs = new SyncConfigs(work.database, 'mrlearn_sync_configs');
});
afterEach(async () => {
  graphy.reset();
  await work.database.query('DELETE FROM graphy_progress');
});
afterAll(async () => {
  graphy.close();
  await work?.close();
});

const addConfig = (config: Partial<SyncConfig> = {}) =>
  configs.create({ name: 'x', enabled: true, intervalMinutes: 60, onlyIds: [], pageSize: 100, ...config });
function sync(configId: string, jobId?: string, variables?: Readonly<Record<string, string>>) {
  const environment = work.environmentWith(variables ?? { GRAPHY_BASE_URL: graphy.url, GRAPHY_API_KEY: key });
  return mrlearnSyncHandlers({ environment, database: work.database }).sync({ configId }, work.context(jobId));
}
const state = async (id: string): Promise<SyncConfig | undefined> =>
  (await work.database.query<SyncConfig>('SELECT * FROM mrlearn_sync_configs WHERE id = $1', [id]))[0];
const stored = () =>
  work.database.query('SELECT "learnerId", "courseId", "progressPercent" FROM graphy_progress ORDER BY 1, 2');
const free = { leaseUntil: null, leaseJob: null, leaseToken: null };

it('leaves more time between two signs of life than a page may take', () => {
  expect(leaseSeconds * 1000).toBeGreaterThan(pageTries * pageTimeoutMs + (pageTries - 1) * longestWaitMs);
});

it('fetches all pages with the key, stores each record once, and says how it went', async () => {
  const { id } = await addConfig({ onlyIds: ['sql', 'python & pandas'], pageSize: 2 });
  graphy.respond = inPages([progress(1, 10), progress(2, 20)], [progress(3, 30), progress(1, 15)]);
  expect(await sync(id)).toEqual({ stored: 4, refused: 0 });
  expect(graphy.received.map(({ url }) => [url.pathname, Object.fromEntries(url.searchParams)])).toEqual([
    ['/api/v1/progress', { limit: '2', courseIds: 'sql,python & pandas' }],
    ['/api/v1/progress', { limit: '2', courseIds: 'sql,python & pandas', cursor: '1' }],
  ]);
  expect(graphy.received[0]?.headers.authorization).toBe(`Bearer ${key}`);
  expect(await stored()).toEqual([progress(1, 15), progress(2, 20), progress(3, 30)]);
  expect(await state(id)).toMatchObject({
    ...{ ...free, lastStatus: 'succeeded', lastError: null, lastCount: 4 },
    lastRunAt: expect.any(Date),
  });

  graphy.respond = inPages([progress(2, 90), progress(2, 95)]);
  expect(await sync(id)).toEqual({ stored: 1, refused: 0 });
  expect(await stored()).toEqual([progress(1, 15), progress(2, 95), progress(3, 30)]);
  expect(work.text()).not.toContain(key);
});

it('sends no key where there is none, and asks for every course where none is named', async () => {
  const { id } = await addConfig();
  graphy.respond = inPages([]);
  expect(await sync(id, undefined, { GRAPHY_BASE_URL: graphy.url })).toEqual({ stored: 0, refused: 0 });
  expect(graphy.received[0]?.headers.authorization).toBeUndefined();
  expect(graphy.received[0]?.url.search).toBe('?limit=100');
});

it('does nothing for a configuration that is disabled or gone', async () => {
  const { id } = await addConfig({ enabled: false });
  expect(await sync(id)).toEqual({ skipped: 'the configuration is disabled' });
  expect(await sync(randomUUID())).toEqual({ skipped: 'the configuration is gone' });
  expect(graphy.received).toEqual([]);
  expect(await state(id)).toMatchObject({ lastRunAt: null, lastStatus: null });
});

it.each([
  [500, false],
  [401, true],
])('fails with %d, for good: %s; what was stored stays, and the row says why', async (status, forGood) => {
  const { id } = await addConfig();
  graphy.respond = (call, response) =>
    call.url.searchParams.has('cursor')
      ? json(response, { inside: 'of graphy' }, status)
      : json(response, { items: [progress(1, 10)], next: 'more' });
  const error = await failureOf(sync(id));
  expect(error.message).toBe(`Graphy answered ${status}`);
  expect(error instanceof UnrecoverableError).toBe(forGood);
  expect(await state(id)).toMatchObject({ ...free, lastStatus: 'failed', lastError: error.message, lastCount: 1 });
  expect(await stored()).toEqual([progress(1, 10)]);
});

it('fails for good where Graphy is not configured', async () => {
  const { id } = await addConfig();
  const error = await failureOf(sync(id, undefined, {}));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toBe('Graphy is not configured: set GRAPHY_BASE_URL');
  expect(await state(id)).toMatchObject({ lastStatus: 'failed', lastError: error.message });
});

it('asks for a page again after the time that Graphy states, and not for those before it', async () => {
  const { id } = await addConfig();
  const pages = inPages([progress(1, 10)], [progress(2, 20)]);
  let refusals = 0;
  graphy.respond = (call, response) => {
    if (!call.url.searchParams.has('cursor') || refusals === 2) return pages(call, response);
    refusals += 1;
    json(response, {}, 429, { 'retry-after': '0' });
  };
  expect(await sync(id)).toEqual({ stored: 2, refused: 0 });
  expect(graphy.received.map(({ url }) => url.searchParams.get('cursor'))).toEqual([null, '1', '1', '1']);
});

it.each([
  ['for longer than it waits', '3600', 1],
  ['again and again', '0', pageTries],
])('gives up when Graphy wants to be left alone %s', async (_how, retryAfter, calls) => {
  const { id } = await addConfig();
  graphy.respond = (_call, response) => json(response, {}, 429, { 'retry-after': retryAfter });
  expect((await failureOf(sync(id))).message).toBe('Graphy answered 429');
  expect(graphy.received).toHaveLength(calls);
});

it('leaves records out that are not as they have to be, and says so without their values', async () => {
  const { id } = await addConfig();
  const wrong = { ...progress(2, 20), progressPercent: 'private-value' };
  graphy.respond = inPages([progress(1, 10), wrong, { ...progress(3, 1), courseId: 'a\0b' }, null]);
  expect(await sync(id)).toEqual({ stored: 1, refused: 3 });
  const { lastStatus, lastError } = (await state(id)) ?? {};
  expect(lastStatus).toBe('partly');
  expect(lastError).toMatch(/^3 records were left out, the first one for progressPercent: /);
  expect(lastError).not.toContain('private-value');
  expect(await stored()).toEqual([progress(1, 10)]);
});

it('leaves out what only PostgreSQL would refuse, and no more than that', async () => {
  const { id } = await addConfig();
  const half = { ...progress(2, 20), learnerId: 'l\ud83d' };
  const inYearZero = { ...progress(3, 30), lastActivityAt: '0000-01-01T00:00:00Z' };
  const farOff = { ...progress(4, 40), completedAt: '2026-11-01T10:00:00+23:30' };
  graphy.respond = inPages([progress(1, 10), half, inYearZero, farOff]);
  expect(await sync(id)).toEqual({ stored: 2, refused: 2 });
  expect(await stored()).toEqual([progress(1, 10), progress(4, 40)]);
  expect(await work.database.query('SELECT "completedAt" FROM graphy_progress ORDER BY "learnerId"')).toEqual([
    { completedAt: null },
    { completedAt: new Date('2026-10-31T10:30:00Z') },
  ]);
});

it.each<[string, unknown, RegExp]>([
  ['nothing but wrong records', { items: [{ a: 1 }], next: null }, /^No record of a page of Graphy is as it has to be/],
  ['no page', { data: [] }, /^The answer of Graphy is not as it has to be: items: /],
  ['the same page for ever', { items: [], next: 'same' }, /^Graphy gives the same page again and again$/],
])('fails for good when Graphy answers %s', async (_what, body, message) => {
  const { id } = await addConfig();
  graphy.respond = (_call, response) => json(response, body);
  const error = await failureOf(sync(id));
  expect(error).toBeInstanceOf(UnrecoverableError);
  expect(error.message).toMatch(message);
});

it('ends where the pages of Graphy go round in a circle', async () => {
  const { id } = await addConfig();
  graphy.respond = ({ url }, response) =>
    json(response, { items: [], next: url.searchParams.get('cursor') === 'a' ? 'b' : 'a' });
  expect((await failureOf(sync(id))).message).toBe('Graphy gives the same page again and again');
  expect(graphy.received).toHaveLength(3);
});

describe('while a run is at work', () => {
  const held = () => holdFirst(graphy, (isFirst) => [progress(1, isFirst ? 1 : 99)]);

  it('another one of the same configuration does nothing', async () => {
    const { id } = await addConfig();
    const { arrived, release } = held();
    const first = sync(id);
    await arrived;
    expect(await state(id)).toMatchObject({ lastStatus: 'running' });
    expect(await sync(id)).toEqual({ skipped: 'another run is at work' });
    release();
    expect(await first).toEqual({ stored: 1, refused: 0 });
    expect(graphy.received).toHaveLength(1);
  });

  it.each([
    ['the same job, taken over by another process,', 'taken-over', 'taken-over', ''],
    ['another job, when it was quiet for too long,', 'one', 'other', `SET "leaseUntil" = now() - interval '1 second'`],
  ])('%s takes its place, and what it brings later is not stored', async (_who, job, next, change) => {
    const { id } = await addConfig();
    const { arrived, release } = held();
    const first = sync(id, job);
    await arrived;
    if (change) await work.database.query(`UPDATE mrlearn_sync_configs ${change} WHERE id = $1`, [id]);
    expect(await sync(id, next)).toEqual({ stored: 1, refused: 0 });
    release();
    expect(await first).toEqual({ skipped: expect.stringMatching(/^Another run has taken over/) });
    expect(await stored()).toEqual([progress(1, 99)]);
    expect(await state(id)).toMatchObject({ ...free, lastStatus: 'succeeded' });
  });

  it('a deleted configuration ends it', async () => {
    const { id } = await addConfig();
    const { arrived, release } = held();
    const running = sync(id);
    await arrived;
    await configs.delete(id);
    release();
    expect(await running).toEqual({ skipped: expect.stringContaining('deleted') });
    expect(await stored()).toEqual([]);
  });
});
