import { randomUUID } from 'node:crypto';
import { loadEnvironment } from '../src/config/load';
import { Tokens } from '../src/identity/tokens';
import { freePort, type StartedServer, startServer, stopServers } from './server-process';

const limiters = [
  ['auth', '/api/auth/login', 10, 15 * 60],
  ['ai', '/api/ai/ask', 30, 60],
  ['ai', '/api/tts/speak', 30, 60],
  ['ai', '/api/translation/translate', 30, 60],
  ['general', '/api/system-config/no.such', 100, 60],
] as const;

/** Two processes, as a service has: behind one load balancer, on the same stores. */
let first: StartedServer;
let second: StartedServer;
beforeAll(async () => {
  first = await startServer({ PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1' });
  second = await startServer({ PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1' });
}, 30_000);
afterAll(stopServers);

let clients = 0;
const newAddress = () => {
  clients += 1;
  return `10.2.0.${clients}`;
};
const request = async ({ url }: StartedServer, path: string, headers: Record<string, string>) => {
  const response = await fetch(url + path, { method: path.includes('login') ? 'POST' : 'GET', headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { readonly retryAfter?: number },
  };
};
const from = (address: string) => ({ 'x-forwarded-for': address });
const left = ({ headers }: { headers: Headers }) => Number(headers.get('ratelimit-remaining'));

it.each(limiters)('%s: %s takes %d requests in %d s over both processes', async (_name, path, limit, windowSeconds) => {
  const client = from(newAddress());
  for (let count = 1; count <= limit; count += 1) {
    const answer = await request(count % 2 ? first : second, path, client);
    expect(answer.status).not.toBe(429);
    expect(left(answer)).toBe(limit - count);
  }
  for (const server of [first, second]) {
    const { status, headers, body } = await request(server, path, client);
    expect(status).toBe(429);
    const now = Date.now() / 1000;
    expect(body).toEqual({
      success: false,
      code: 'RATE_LIMIT_EXCEEDED',
      message: 'Too many requests. Please slow down and try again later.',
      retryAfter: expect.any(Number),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(body.retryAfter).toBeLessThanOrEqual(windowSeconds);
    expect(body.retryAfter).toBeGreaterThan(windowSeconds - 30);
    expect(headers.get('ratelimit-limit')).toBe(String(limit));
    expect(headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(headers.get('ratelimit-reset')) - now).toBeGreaterThan(windowSeconds - 30);
    expect(Number(headers.get('ratelimit-reset')) - now).toBeLessThan(windowSeconds + 2);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(windowSeconds - 30);
    expect(headers.has('x-ratelimit-limit')).toBe(false);
  }
});

it('lets webhooks come in bursts, in a window of their own', async () => {
  const client = from(newAddress());
  const windowOf = async (path: string) => {
    const { status, headers } = await request(first, path, client);
    return [status, Number(headers.get('ratelimit-limit')), left({ headers })];
  };
  expect(await windowOf('/api/exotel/status')).toEqual([404, 1_000, 999]);
  expect(await windowOf('/api/whatsapp/webhook')).toEqual([503, 1_000, 998]);
  expect(await windowOf('/api/whatsapp/messages')).toEqual([404, 100, 99]);
});

it('counts the sign-in pages together, however they are written', async () => {
  const client = from(newAddress());
  const spellings = [
    '/api/auth/login',
    '/API/AUTH/LOGIN',
    '/api/Auth/me',
    '/api/auth/login/',
    '/api/auth',
    '/api/auth/?a=b',
  ];
  const answers = [];
  for (const path of spellings) answers.push(await request(first, path, client));
  expect(answers.map(left)).toEqual([9, 8, 7, 6, 5, 4]);
  // Not a spelling of it: nothing answers there.
  for (const path of ['/api//auth/login', '/api/%61uth/login']) {
    const { status, headers } = await request(first, path, client);
    expect([status, headers.get('ratelimit-limit')]).toEqual([404, '100']);
  }
});

it('counts one window for each limiter, and none for health', async () => {
  const client = from(newAddress());
  expect(left(await request(first, '/api/auth/me', client))).toBe(9);
  expect(left(await request(first, '/api/ai/ask', client))).toBe(29);
  expect(left(await request(first, '/api/nothing', client))).toBe(99);
  expect(left(await request(first, '/api/authors', client))).toBe(98);
  for (const path of ['/api/health', '/api/ready'])
    expect((await request(first, path, client)).headers.has('ratelimit-limit')).toBe(false);
});

it('gives everyone with a valid token a window of their own, and nobody one for an invalid token', async () => {
  const { environment } = loadEnvironment({ APP_ENV: 'test' });
  const tokens = new Tokens(environment);
  const client = from(newAddress());
  const path = '/api/ai/ask';
  const bearer = async (userId: string) => ({
    ...client,
    authorization: `Bearer ${await tokens.issue({ id: userId, role: 'USER' })}`,
  });
  const [one, other] = [randomUUID(), randomUUID()];
  expect(left(await request(first, path, client))).toBe(29);
  expect(left(await request(first, path, await bearer(one)))).toBe(29);
  expect(left(await request(second, path, { ...(await bearer(one)), ...from(newAddress()) }))).toBe(28);
  expect(left(await request(first, path, await bearer(other)))).toBe(29);
  const forged = await new Tokens({ ...environment, JWT_SECRET: 'x'.repeat(40) }).issue({ id: one, role: 'USER' });
  expect(left(await request(first, path, { ...client, authorization: `Bearer ${forged}` }))).toBe(28);
  // The sign-in pages count addresses: a token must not buy more guesses.
  expect(left(await request(first, '/api/auth/me', await bearer(one)))).toBe(9);
  expect(left(await request(first, '/api/auth/me', await bearer(other)))).toBe(8);
});

it('believes the last hop only, and nobody without a load balancer', async () => {
  const hop = newAddress();
  expect(left(await request(first, '/api/ai/ask', from(`192.0.2.1, ${hop}`)))).toBe(29);
  expect(left(await request(first, '/api/ai/ask', from(`192.0.2.2, ${hop}`)))).toBe(28);

  const { url, ...direct } = await startServer({ PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '0' });
  for (let count = 1; count <= 3; count += 1)
    expect(left(await request({ url, ...direct }, '/api/ai/ask', from(newAddress())))).toBe(30 - count);
}, 30_000);

it('lets everybody through without Redis, says so once and counts it', async () => {
  const lonely = await startServer({ REDIS_PORT: String(await freePort()), SHUTDOWN_DRAIN_SECONDS: '0' });
  const client = from(newAddress());
  for (let count = 1; count <= 15; count += 1) expect((await request(lonely, '/api/auth/me', client)).status).toBe(401);

  const { server } = lonely;
  const said = 'redis is away: requests are not rate-limited';
  expect(server.logs.filter(({ msg }) => msg === said)).toMatchObject([{ level: 'warn' }]);
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.metric('RequestsNotRateLimited')).toEqual([15]);
}, 30_000);
