import { type StartedServer, startServer, stopServers, stores } from './server-process';
import { connectPostgres } from './store-clients';
import { freshDatabase } from './stores';

let worker: StartedServer;
let url: string;
beforeAll(async () => {
  worker = await startServer({ PROCESS_ROLE: 'worker', APP_REVISION: '1a2b3c4' });
  url = worker.url;
}, 30_000);
afterAll(stopServers);

const identity = {
  environment: 'test',
  role: 'worker',
  revision: '1a2b3c4',
  uptimeSeconds: expect.any(Number),
};
const fine = { ok: true, ms: expect.any(Number) };

it('reports environment, role, revision and uptime', async () => {
  const response = await fetch(`${url}/api/health?probe=1`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ success: true, ...identity });
});

it('is ready when PostgreSQL and Redis answer and every migration has run', async () => {
  const response = await fetch(`${url}/api/ready`);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({
    success: true,
    ...identity,
    checks: { database: fine, redis: fine, migrations: fine },
  });
});

describe.each(['/api/health', '/api/ready'])('%s', (path) => {
  it('answers HEAD with the headers of GET and no body', async () => {
    const response = await fetch(url + path, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('refuses %s with 405 and Allow', async (method) => {
    const response = await fetch(url + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toMatchObject({ success: false, code: 'METHOD_NOT_ALLOWED' });
  });
});

it.each([
  ...['/', '/api', '/api/health/', '/api/healthz', '/API/HEALTH', '/api/ready/', '/favicon.ico'],
  // A worker serves nothing else.
  ...['/api/auth/me', '/api/system-config/a.key', '/socket.io/?EIO=4&transport=polling'],
])('answers 404 at %s', async (path) => {
  const response = await fetch(url + path);
  expect(response.status).toBe(404);
  const { 'x-request-id': requestId } = Object.fromEntries(response.headers);
  expect(await response.json()).toEqual({
    success: false,
    code: 'NOT_FOUND',
    message: 'There is nothing at this path',
    requestId,
  });
});

it('reads a body of any size before answering', async () => {
  const response = await fetch(`${url}/api/uploads`, { method: 'POST', body: 'x'.repeat(5_000_000) });
  expect(response.status).toBe(404);
});

it('is not ready while a migration is missing', async () => {
  const postgres = await connectPostgres(await stores());
  try {
    const { rows } = await postgres.query('DELETE FROM migrations RETURNING *');
    const response = await fetch(`${url}/api/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      success: false,
      checks: { database: fine, redis: fine, migrations: { ok: false, reason: `${rows.length} pending` } },
    });
    for (const { timestamp, name } of rows)
      await postgres.query('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', [timestamp, name]);
  } finally {
    await postgres.end();
  }
  expect((await fetch(`${url}/api/ready`)).status).toBe(200);
});

it('is not ready without its database, says nothing of the inside, and is healthy all the same', async () => {
  const database = await freshDatabase();
  const { server, url: lost } = await startServer({ ...database.environment, PROCESS_ROLE: 'web' });
  await server.logged('start-up report');
  await database.close();

  const unready = await fetch(`${lost}/api/ready`);
  expect(unready.status).toBe(503);
  const unreachable = { ok: false, ms: expect.any(Number), reason: 'unreachable' };
  expect(await unready.json()).toEqual({
    success: false,
    ...{ ...identity, role: 'web', revision: null },
    checks: { database: unreachable, redis: fine, migrations: unreachable },
  });
  const health = await fetch(`${lost}/api/health`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({ success: true, role: 'web' });
}, 30_000);

it('logs its start and no request', async () => {
  await worker.server.logged('start-up report');
  expect(worker.server.logs[0]).toMatchObject({ level: 'info', msg: 'database migrated' });
  expect(await worker.server.logged('listening')).toMatchObject({
    environment: 'test',
    role: 'worker',
    revision: '1a2b3c4',
  });
  expect(worker.server.logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  expect(worker.server.stdout).not.toContain('/api/uploads');
});
