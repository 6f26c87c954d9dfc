import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Router } from 'express';
import { freePort } from '../../../local/free-port';
import { syncConfigRoutes } from '../../src/external-sync/admin-routes';
import { JobQueues } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { openRedis, type RedisConnections } from '../../src/redis/redis';
import { type Parts, type Stack, startStack } from '../identity/stack';
import { type DatabaseVariable, freshDatabase, freshRedis, type RedisVariable, type Store } from '../stores';

const operator = 'operator@school.test';

async function start(variables: Readonly<Record<string, string>>) {
  const opened: { redis?: RedisConnections; jobQueues?: JobQueues } = {};
  function addRoutes(router: Router, { environment, database, identity: { guards }, log }: Parts): void {
    opened.redis = openRedis(environment, log);
    opened.jobQueues = new JobQueues(opened.redis);
    const { jobQueues } = opened;
    router.use('/admin/sync-configs', syncConfigRoutes({ environment, database, jobQueues, guards, log }));
  }
  const stack = await startStack({ ADMIN_USER_IDS: operator, ...variables }, addRoutes);
  const { redis, jobQueues } = opened;
  if (redis === undefined || jobQueues === undefined) throw new Error('The routes were not added.');
  return {
    stack,
    jobQueues,
    async close() {
      await Promise.allSettled([jobQueues.close(), stack.close()]);
      await redis.close();
    },
  };
}

let postgres: Store<DatabaseVariable>;
let redis: Store<RedisVariable>;
let service: Awaited<ReturnType<typeof start>>;
let token: string;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  service = await start({
    ...{ ...postgres.environment, ...redis.environment },
    GRAPHY_BASE_URL: 'http://127.0.0.1:1',
  });
  ({ token } = await service.stack.addUser('ADMIN', { email: operator }));
  if (service.jobQueues.connection.status !== 'ready') await once(service.jobQueues.connection, 'ready');
});
afterAll(async () => {
  await service?.close();
  await Promise.all([postgres?.close(), redis?.close()]);
});

const call = (path: string, method = 'GET', body?: unknown, stack: Stack = service.stack) =>
  stack.call(`/admin/sync-configs${path}`, { method, token, body });
const schedules = async (key: 'mrlearnSync' | 'mrtestSync' = 'mrlearnSync') =>
  (await service.jobQueues.queue(queues[key]).getJobSchedulers()).map(({ key, every, name, template }) => ({
    ...{ key, every, name },
    data: template?.data,
  }));
async function created(body: Readonly<Record<string, unknown>>, kind = 'mrlearn'): Promise<string> {
  const answer = await call(`/${kind}`, 'POST', { name: 'Nightly', ...body });
  expect(answer.status).toBe(201);
  return (answer.body.data as { id: string }).id;
}
afterEach(async () => {
  for (const kind of ['mrlearn', 'mrtest'])
    for (const { id } of (await call(`/${kind}`)).body.data as { id: string }[]) await call(`/${kind}/${id}`, 'DELETE');
});

it.each([
  ['GET', ''],
  ['POST', ''],
  ['PUT', `/${randomUUID()}`],
  ['DELETE', `/${randomUUID()}`],
  ['POST', `/${randomUUID()}/run`],
])('is closed to those who are no listed administrators: %s %s', async (method, path) => {
  const other = await service.stack.addUser('ADMIN');
  const answerTo = (shown?: string) =>
    service.stack.call(`/admin/sync-configs/mrlearn${path}`, { method, token: shown });
  expect(await answerTo()).toMatchObject({ status: 401 });
  expect(await answerTo(other.token)).toMatchObject({ status: 403 });
});

it('stores a configuration, disabled and with defaults, and shows no lease', async () => {
  const id = await created({});
  const { body } = await call('/mrlearn');
  expect(body.data).toEqual([
    {
      ...{ id, name: 'Nightly', enabled: false, intervalMinutes: 60, onlyIds: [], pageSize: 100 },
      ...{ lastRunAt: null, lastStatus: null, lastError: null, lastCount: null },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    },
  ]);
  expect(await schedules()).toEqual([]);
});

it('registers and removes the schedule with each change', async () => {
  const id = await created({ enabled: true, intervalMinutes: 30 });
  const scheduled = { key: `config-${id}`, name: 'sync', data: { configId: id } };
  expect(await schedules()).toEqual([{ ...scheduled, every: 30 * 60_000 }]);
  expect(await schedules('mrtestSync')).toEqual([]);

  expect(await call(`/mrlearn/${id}`, 'PUT', { intervalMinutes: 45, onlyIds: ['sql'] })).toMatchObject({
    status: 200,
    body: { schedule: 'registered', data: { enabled: true, intervalMinutes: 45, onlyIds: ['sql'], name: 'Nightly' } },
  });
  expect(await schedules()).toEqual([{ ...scheduled, every: 45 * 60_000 }]);

  expect(await call(`/mrlearn/${id}`, 'PUT', { enabled: false })).toMatchObject({ body: { schedule: 'removed' } });
  expect(await schedules()).toEqual([]);
  expect(await call(`/mrlearn/${id}`, 'PUT', { enabled: true })).toMatchObject({ body: { schedule: 'registered' } });
  expect(await call(`/mrlearn/${id}`, 'DELETE')).toMatchObject({ status: 200, body: { schedule: 'removed' } });
  expect(await schedules()).toEqual([]);
  expect(await call(`/mrlearn/${id}`, 'DELETE')).toMatchObject({ status: 404 });
  expect(await call(`/mrlearn/${id}`, 'PUT', { enabled: true })).toMatchObject({ status: 404 });
});

it('runs one now', async () => {
  const id = await created({ enabled: true });
  const { status, body } = await call(`/mrlearn/${id}/run`, 'POST');
  expect(status).toBe(202);
  const job = await service.jobQueues.queue(queues.mrlearnSync).getJob((body.data as { jobId: string }).jobId);
  expect(job).toMatchObject({ name: 'sync', data: { configId: id } });

  // Whatever PostgreSQL takes for a UUID; nobody made this one up at random.
  const other = '11111111-1111-1111-1111-111111111111';
  await service.stack.database.query('INSERT INTO mrlearn_sync_configs (id, enabled) VALUES ($1, true)', [other]);
  expect((await call(`/mrlearn/${other}/run`, 'POST')).status).toBe(202);

  await call(`/mrlearn/${id}`, 'PUT', { enabled: false });
  expect(await call(`/mrlearn/${id}/run`, 'POST')).toMatchObject({ status: 409, body: { code: 'SYNC_DISABLED' } });
  expect(await call(`/mrlearn/${randomUUID()}/run`, 'POST')).toMatchObject({ status: 404 });
  expect(await call(`/mrtest/${await created({ enabled: true }, 'mrtest')}/run`, 'POST')).toMatchObject({
    status: 503,
    body: { code: 'SYNC_NOT_CONFIGURED', message: 'The other side is not configured: set EZEXAM_BASE_URL' },
  });
});

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['an interval below five minutes', { intervalMinutes: 4 }, 'intervalMinutes'],
  ['an interval above a week', { intervalMinutes: 10_081 }, 'intervalMinutes'],
  ['an id with a comma', { onlyIds: ['a,b'] }, 'onlyIds.0'],
  ['a name with a zero byte', { name: 'a\0b' }, 'name'],
  ['a page of nothing', { pageSize: 0 }, 'pageSize'],
  ['an unknown field', { every: 5 }, ''],
])('refuses %s', async (_what, fields, field) => {
  const refused = await call('/mrlearn', 'POST', { name: 'x', ...fields });
  expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', fields: [{ field }] } });
  expect((await call(`/mrlearn/${randomUUID()}`, 'PUT', fields)).status).toBe(400);
});

it('refuses a change of nothing, and an id that is none', async () => {
  expect(await call(`/mrlearn/${randomUUID()}`, 'PUT', {})).toMatchObject({ status: 400 });
  expect(await call('/mrlearn/1/run', 'POST')).toMatchObject({ status: 400 });
});

it('stores what Redis cannot be told, and says so', async () => {
  const nowhere = { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(await freePort()) };
  const alone = await start({ ...postgres.environment, ...nowhere, GRAPHY_BASE_URL: 'http://127.0.0.1:1' });
  const pending = { schedule: 'pending', note: expect.stringContaining('Redis is away') };
  const { status, body } = await call('/mrlearn', 'POST', { name: 'x', enabled: true }, alone.stack);
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...pending, data: { enabled: true } });
  const { id } = body.data as { id: string };
  expect(await call(`/mrlearn/${id}`, 'PUT', { name: 'y' }, alone.stack)).toMatchObject({ status: 200, body: pending });
  expect((await call(`/mrlearn/${id}/run`, 'POST', undefined, alone.stack)).status).toBe(503);
  expect(await call(`/mrlearn/${id}`, 'DELETE', undefined, alone.stack)).toMatchObject({ status: 200, body: pending });
  await alone.close();
});
