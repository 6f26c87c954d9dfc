import { killLeftovers, startServer } from './server-process';

let url: string;
let started: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  started = await startServer({
    APP_ENV: 'staging',
    PROCESS_ROLE: 'worker',
    APP_REVISION: '1a2b3c4',
    SECRETS_JSON: '{"JWT_SECRET":"never-to-be-seen"}',
  });
  url = started.url;
});
afterAll(killLeftovers);

it('reports environment, role, revision and uptime, as a worker too', async () => {
  const response = await fetch(`${url}/api/health?probe=1`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({
    success: true,
    environment: 'staging',
    role: 'worker',
    revision: '1a2b3c4',
    uptimeSeconds: expect.any(Number),
  });
});

it('answers HEAD with the headers of GET and no body', async () => {
  const response = await fetch(`${url}/api/health`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  expect(await response.text()).toBe('');
});

it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  'refuses %s on the health path with 405 and Allow',
  async (method) => {
    const response = await fetch(`${url}/api/health`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toMatchObject({ success: false, code: 'METHOD_NOT_ALLOWED' });
  },
);

it.each(['/', '/api', '/api/health/', '/api/healthz', '/API/HEALTH', '/favicon.ico'])(
  'answers 404 at %s',
  async (path) => {
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ success: false, code: 'NOT_FOUND', message: expect.any(String) });
  },
);

it('reads a body of any size before answering', async () => {
  const response = await fetch(`${url}/api/uploads`, { method: 'POST', body: 'x'.repeat(5_000_000) });
  expect(response.status).toBe(404);
});

it('logs its start, no request, and never the injected secret', async () => {
  expect(started.server.logs.map((line) => line.msg)).toEqual(['listening']);
  expect(started.server.logs[0]).toMatchObject({ level: 'info', appEnvironment: 'staging', processRole: 'worker' });
  expect(started.server.stdout + started.server.stderr).not.toContain('never-to-be-seen');
});
