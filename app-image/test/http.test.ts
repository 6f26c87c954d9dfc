import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { rawConnection, type StartedServer, startServer, stopServers, stores } from './server-process';
import { connectPostgres } from './store-clients';

const origin = 'https://www.mrmentor.in';
const stranger = 'https://mrmentor.in.example.net';
/** Somebody typed it into the wrong field: it is an address as well. */
const adminPassword = 'a-good-password@school.test';

let started: StartedServer;
let url: string;
beforeAll(async () => {
  started = await startServer({
    PROCESS_ROLE: 'web',
    LOG_LEVEL: 'debug',
    TRUST_PROXY_HOPS: '1',
    CORS_ALLOWED_ORIGINS: JSON.stringify([origin]),
    ADMIN_PASSWORD: adminPassword,
  });
  url = started.url;
}, 30_000);
afterAll(stopServers);

let clients = 0;
/** From an address of its own, as the limits are not what is tested here. */
function call(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
  clients += 1;
  const address = { 'x-forwarded-for': `10.1.${clients >> 8}.${clients & 255}` };
  return fetch(url + path, { ...init, headers: { ...address, ...(headers as Record<string, string>) } });
}
const post = (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const corsHeaders = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe('another origin', () => {
  const paths = ['/api/system-config/no.such', '/socket.io/?EIO=4&transport=polling'];

  it.each(paths)('reads %s with credentials when it is allowed', async (path) => {
    const response = await call(path, { headers: { origin } });
    expect([200, 404]).toContain(response.status);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    expect(response.headers.get('vary')).toMatch(/origin/i);
  });

  it.each(paths)('is refused at %s when it is not', async (path) => {
    const response = await call(path, { headers: { origin: stranger } });
    expect(response.status).toBe(403);
    expect(corsHeaders(response).filter((name) => name !== 'access-control-allow-credentials')).toEqual([]);
    expect(await response.text()).not.toContain(stranger);
  });

  it('may send PUT with a token when it is allowed, and learns so beforehand', async () => {
    const headers = {
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization,content-type,x-platform',
    };
    const path = '/api/admin/system-config/5b0a6a0e-6a5b-4f0e-9d5c-0c9f6f1f7a11';
    const allowed = await call(path, { method: 'OPTIONS', headers: { ...headers, origin } });
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type.*x-platform/i);

    const refused = await call(path, { method: 'OPTIONS', headers: { ...headers, origin: stranger } });
    expect(refused.status).toBe(403);
    expect(corsHeaders(refused)).toEqual([]);
  });

  it('is served without permission to read when it is null, and as always when there is none', async () => {
    for (const headers of [{ origin: 'null' }, undefined]) {
      const response = await call('/api/system-config/no.such', { headers });
      expect(response.status).toBe(404);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it.each([
    [origin, '101'],
    [stranger, '400'],
    ['null', '400'],
  ])('that is %s gets %s for a WebSocket', async (from, status) => {
    const { socket, closed } = await rawConnection(started.port);
    const upgrade = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
    const key = `sec-websocket-key: ${randomBytes(16).toString('base64')}`;
    const lines = ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', 'host: x', `origin: ${from}`, ...upgrade, key];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.once('data', () => socket.end());
    expect(await closed).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('is any in development with a wildcard', async () => {
    const { url: open } = await startServer({ APP_ENV: 'development', CORS_ALLOWED_ORIGINS: '*' });
    for (const path of paths) {
      const response = await fetch(open + path, { headers: { origin: stranger } });
      expect(response.headers.get('access-control-allow-origin')).toBe(stranger);
    }
  }, 30_000);
});

describe('a body', () => {
  const megabytes20 = 20 * 1024 * 1024;
  const ofLength = (length: number) => `{"email":"${'x'.repeat(length - 12)}"}`;
  const refusals: [string, RequestInit['body'], Record<string, string>, number, string][] = [
    ['of 20 MB is read', ofLength(megabytes20), {}, 400, 'VALIDATION_FAILED'],
    ['of a byte more is not', ofLength(megabytes20 + 1), {}, 413, 'PAYLOAD_TOO_LARGE'],
    [
      'that grows beyond it is not',
      gzipSync(ofLength(10 * megabytes20)),
      { 'content-encoding': 'gzip' },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['that is no JSON', '{"email":', {}, 400, 'BAD_REQUEST'],
    ['that is no object', '"text"', {}, 400, 'BAD_REQUEST'],
    ['that is not compressed as it says', 'plain', { 'content-encoding': 'gzip' }, 400, 'BAD_REQUEST'],
    ['of an unknown encoding', '{}', { 'content-encoding': 'zip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'of an unknown character set',
      '{}',
      { 'content-type': 'application/json; charset=klingon' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'of a form is read',
      'email=nobody&password=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
      'VALIDATION_FAILED',
    ],
    ['of another type is left alone', 'email', { 'content-type': 'text/plain' }, 400, 'VALIDATION_FAILED'],
  ];

  it.each(refusals)('%s', async (_what, body, headers, status, code) => {
    const response = await post('/api/auth/login', body, headers);
    expect(await response.json()).toMatchObject({ success: false, code });
    expect(response.status).toBe(status);
  });

  it('of a form is read field by field', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await post('/api/auth/login', 'email=nobody&password=x', form);
    expect(await response.json()).toMatchObject({ fields: [{ field: 'email', message: 'must be an e-mail address' }] });
  });
});

it('comes at once where nobody reads the body, however long that is', async () => {
  const { socket } = await rawConnection(started.port);
  socket.write('POST /api/nothing HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
  socket.destroy();
});

describe('the answer', () => {
  it('carries the id of the request, the caller’s own where it is one', async () => {
    const given = 'trace-1a2b3c4d:5';
    const kept = await call('/api/nothing', { headers: { 'x-request-id': given } });
    expect(kept.headers.get('x-request-id')).toBe(given);
    expect(await kept.json()).toMatchObject({ requestId: given });
    for (const odd of ['short', 'x'.repeat(129), 'with spaces in it', 'a"quote-in-it']) {
      const { headers } = await call('/api/nothing', { headers: { 'x-request-id': odd } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it.each(['mr-mentor', 'My-Analytics-School', ''])('does not mind the platform "%s"', async (platform) => {
    expect((await call('/api/nothing', { headers: { 'x-platform': platform } })).status).toBe(404);
  });

  it.each(['../etc', 'mr mentor', 'x'.repeat(65), '-a'])('refuses the platform "%s"', async (platform) => {
    const response = await call('/api/nothing', { headers: { 'x-platform': platform } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'INVALID_PLATFORM' });
  });

  it('is JSON behind the usual headers where there is nothing', async () => {
    const response = await call('/api/nothing');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ success: false, code: 'NOT_FOUND' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'strict-transport-security': expect.stringContaining('max-age='),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    });
    expect(response.headers.has('x-powered-by')).toBe(false);
  });
});

it('keeps an error’s inside to its log, under the id of the request, without secrets', async () => {
  const secrets = ['a-key-of-a-vendor', 'what-nobody-may-read', adminPassword];
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJlLW9mLXRoaXM';
  const headers = {
    'x-api-key': 'a-key-of-a-vendor',
    authorization: `Bearer ${token}`,
    'x-request-id': 'broken-by-test',
  };
  const postgres = await connectPostgres(await stores());
  try {
    await postgres.query('ALTER TABLE login_events ADD CONSTRAINT nobody CHECK (length(email) = 0) NOT VALID');
    const login = { email: adminPassword, password: 'what-nobody-may-read' };
    const refused = await post('/api/auth/login', JSON.stringify(login), headers);
    expect(refused.status).toBe(401);
    await postgres.query('DROP TABLE system_configs');
  } finally {
    await postgres.end();
  }

  const response = await call('/api/system-config/a.key', { headers });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    success: false,
    code: 'INTERNAL_ERROR',
    message: 'The service failed to answer this request',
    requestId: 'broken-by-test',
  });
  const { server } = started;
  expect(await server.logged('request failed')).toMatchObject({
    level: 'error',
    requestId: 'broken-by-test',
    err: { message: 'relation "system_configs" does not exist', stack: expect.any(String) },
  });
  const { err } = await server.logged('a login was not recorded');
  expect(err).toMatchObject({ code: '23514', table: 'login_events', constraint: 'nobody' });
  expect(err).not.toHaveProperty('detail');
  for (const secret of [...secrets, token]) expect(server.stdout + server.stderr).not.toContain(secret);
});
