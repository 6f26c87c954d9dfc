import type { Router } from 'express';
import { figures } from '../../src/workers/figures';
import { kpiHandlers } from '../../src/workers/kpi';
import { kpiRoutes } from '../../src/workers/kpi-routes';
import { captureLog } from '../database/environment';
import { type Parts, type Stack, startStack } from '../identity/stack';
import { freshDatabase, freshRedis } from '../stores';
import { failureOf } from './work';

let stack: Stack;
let closeStores: () => Promise<unknown>;
let token: string;
const { log, text } = captureLog();
const context = { id: 'job', attempt: 1, log };

beforeAll(async () => {
  const [postgres, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  closeStores = () => Promise.all([postgres.close(), redis.close()]);
  const addRoutes = (router: Router, { database, identity: { guards } }: Parts) =>
    void router.use('/admin/kpis', kpiRoutes({ database, guards }));
  stack = await startStack({ ...postgres.environment, ...redis.environment }, addRoutes);
  ({ token } = await stack.addUser('SUPERADMIN'));
});
afterAll(async () => {
  await stack?.close();
  await closeStores?.();
});

const compute = () => kpiHandlers({ database: stack.database }).compute({}, context);
const shown = async () => {
  const { status, body } = await stack.call('/admin/kpis', { token });
  expect(status).toBe(200);
  return body.data as { name: string; computedAt: string; values: { value: number; dimensions: unknown }[] }[];
};
const valuesOf = async (name: string) => (await shown()).find((figure) => figure.name === name)?.values;

it('is for administrators', async () => {
  expect(await stack.call('/admin/kpis')).toMatchObject({ status: 401 });
  for (const role of ['USER', 'SALES', 'EXPERT'] as const)
    expect(await stack.call('/admin/kpis', { token: (await stack.addUser(role)).token })).toMatchObject({
      status: 403,
    });
});

it('shows nothing before anything was computed, then every figure, at zero where there is nothing to count', async () => {
  expect(await shown()).toEqual([]);
  await compute();
  expect((await shown()).map(({ name }) => name)).toEqual(figures.map(({ name }) => name).sort());
  expect(await valuesOf('mrtestResultsIn24h')).toEqual([{ value: 0, dimensions: {} }]);
});

it('counts what there is now, and shows the latest', async () => {
  const { database } = stack;
  await database.query('DELETE FROM login_events');
  await database.query('DELETE FROM users WHERE role <> $1', ['SUPERADMIN']);
  const asha = await stack.addUser('EXPERT');
  await stack.addUser('EXPERT', { isActive: false });
  await database.query(
    `INSERT INTO login_events ("userId", email, kind, succeeded, "occurredAt") VALUES
       ($1, 'a', 'password', true, now()), ($1, 'a', 'password', true, now()), ($1, 'a', 'password', false, now()),
       ($1, 'a', 'password', true, now() - interval '25 hours')`,
    [asha.id],
  );
  await database.query(
    `INSERT INTO ezexam_results ("examId", "candidateId", attempt, score, "maxScore", passed, "submittedAt") VALUES
       ('e', '1', 1, 5, 10, true, now()), ('e', '2', 1, 5, 10, NULL, now())`,
  );
  await database.query(
    `INSERT INTO raw_leads (source, "createdAt") VALUES
       ('fair', now()), ('fair', now()), (NULL, now()), ('fair', now() - interval '25 hours')`,
  );
  await database.query(
    `INSERT INTO meeting_logs ("startedAt", "endedAt") VALUES
       (now() - interval '50 minutes', now() - interval '5 minutes'), (now() - interval '3 days', now() - interval '2 days'),
       (now() - interval '30 minutes', now()), (now(), NULL)`,
  );
  await compute();
  expect(await valuesOf('meetingsEndedIn24h')).toEqual([{ value: 2, dimensions: {} }]);
  expect(await valuesOf('meetingMinutesIn24h')).toEqual([{ value: 75, dimensions: {} }]);
  expect(await valuesOf('leadsIn24h')).toEqual(
    expect.arrayContaining([
      { value: 2, dimensions: { source: 'fair' } },
      { value: 1, dimensions: { source: null } },
    ]),
  );
  expect(await valuesOf('activeUsers')).toEqual(
    expect.arrayContaining([
      { value: 1, dimensions: { role: 'EXPERT' } },
      { value: 1, dimensions: { role: 'SUPERADMIN' } },
    ]),
  );
  expect(await valuesOf('signInsIn24h')).toEqual(
    expect.arrayContaining([
      { value: 2, dimensions: { succeeded: true } },
      { value: 1, dimensions: { succeeded: false } },
    ]),
  );
  expect(await valuesOf('peopleSignedInIn24h')).toEqual([{ value: 1, dimensions: {} }]);
  expect(await valuesOf('mrtestResultsIn24h')).toHaveLength(2);

  // A group that is gone does not go on with its last value.
  await database.query('DELETE FROM ezexam_results');
  await compute();
  expect(await valuesOf('mrtestResultsIn24h')).toEqual([{ value: 0, dimensions: {} }]);
});

it('keeps the other figures when one fails, and fails in the end', async () => {
  const broken = { name: 'broken', statement: 'SELECT 1 / 0 AS value, null::jsonb AS dimensions' };
  const before = (await shown())[0]?.computedAt;
  const compute = kpiHandlers({ database: stack.database, figures: [broken, ...figures] }).compute({}, context);
  expect((await failureOf(compute)).message).toBe(`1 of ${figures.length + 1} failed: broken`);
  expect(text()).toContain('division by zero');
  expect((await shown())[0]?.computedAt).not.toBe(before);
});
