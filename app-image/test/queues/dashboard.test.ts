import { once } from 'node:events';
import { Queue } from 'bullmq';
import { type Redis, startRedis } from '../../../local/redis';
import { withoutSecretFields } from '../../src/queues/dashboard-redaction';
import { queuePrefix } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { type StartedServer, startServer, stopServers } from '../server-process';
import { connectRedis } from '../store-clients';

const operator = { BULL_BOARD_USERNAME: 'operator', BULL_BOARD_PASSWORD: 'päss-of-the-operators' };
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const right = basic(operator.BULL_BOARD_USERNAME, operator.BULL_BOARD_PASSWORD);
const job = { to: 'asha@school.test', template: 'otp', data: { code: '471147', name: 'Asha' } };

let redisServer: Redis;
let service: StartedServer;
let client: ReturnType<typeof connectRedis>;
let emails: Queue;

beforeAll(async () => {
  redisServer = await startRedis();
  const variables = { REDIS_HOST: redisServer.host, REDIS_PORT: String(redisServer.port), REDIS_DB: '0' };
  service = await startServer({ PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1', ...operator, ...variables });
  client = connectRedis(variables);
  client.on('error', () => {});
  emails = new Queue(queues.email.name, { connection: client, prefix: queuePrefix }).on('error', () => {});
}, 30_000);
afterAll(async () => {
  await stopServers();
  client?.disconnect();
  await redisServer?.stop();
});

let addresses = 0;
interface Asked {
  readonly method?: string;
  readonly authorization?: string;
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** From an address that nobody had before. */
async function ask(path: string, { method = 'GET', authorization = right, address, headers, body }: Asked = {}) {
  addresses += 1;
  const response = await fetch(`${service.url}/admin/queues${path}`, {
    method,
    headers: {
      'x-forwarded-for': address ?? `10.1.0.${addresses}`,
      ...(authorization && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('whoever is no operator', () => {
  it.each([
    ['nothing', ''],
    ['a wrong password', basic('operator', 'wrong')],
    ['a wrong name', basic('admin', operator.BULL_BOARD_PASSWORD)],
    ['the right password and more', basic('operator', `${operator.BULL_BOARD_PASSWORD}x`)],
    ['what is not base64', 'Basic ???'],
    ['a token', 'Bearer abc'],
  ])('is asked to sign in with %s', async (_, authorization) => {
    for (const path of ['', '/', '/api/queues', '/static/favicon.ico']) {
      const { status, headers, text } = await ask(path, { authorization });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Basic realm="Job queues", charset="UTF-8"');
      expect(JSON.parse(text)).toMatchObject({ success: false, code: 'UNAUTHORIZED' });
    }
  });

  it('is turned away after ten wrong passwords, with the right one, too; others are not', async () => {
    const address = '10.2.0.1';
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1)
      statuses.push((await ask('/', { address, authorization: basic('operator', String(guess)) })).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const { status, headers, text } = await ask('/', { address });
    expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 429, retryAfter: '900' });
    expect(JSON.parse(text)).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    expect((await ask('/', { address: '10.2.0.2' })).status).toBe(200);
    expect(service.server.stdout).not.toContain(operator.BULL_BOARD_PASSWORD);
  });
});

it('an operator gets the page, which may run its own scripts only', async () => {
  const { status, headers, text } = await ask('');
  expect(status).toBe(200);
  expect(text).toContain('<base href="/admin/queues/" />');
  expect(headers.get('x-powered-by')).toBeNull();
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy.split(';')).toEqual(
    expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]),
  );
  const scripts = [...text.matchAll(/src="(static\/js\/[^"]+)"/g)].map(([, path]) => path);
  expect(scripts.length).toBeGreaterThan(0);
  for (const path of scripts) {
    const script = await ask(`/${path}`);
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  }
  // The rest of the service has no page.
  const rest = await fetch(`${service.url}/api/nothing`);
  expect(rest.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
});

it('an operator sees every queue, and jobs without their secrets', async () => {
  await emails.add('send', job, { jobId: 'shown' });
  const { status, headers, text } = await ask('/api/queues?activeQueue=emailQueue&status=waiting&page=1');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  const listed: { name: string; description: string; jobs: { data: unknown }[] }[] = JSON.parse(text).queues;
  expect(listed.map(({ name }) => name)).toEqual(Object.values(queues).map(({ name }) => name));
  expect(listed.find(({ name }) => name === 'kpiQueue')?.description).toBe("The dashboard's key figures");
  expect(listed.find(({ name }) => name === 'warningQueue')?.description).toContain('MAS LMS');
  expect(listed[0]?.jobs[0]?.data).toEqual({ ...job, data: { code: '[redacted]', name: 'Asha' } });
  for (const path of ['', '/flow', '/logs'])
    expect((await ask(`/api/queues/emailQueue/shown${path}`)).text).not.toContain('471147');
});

it('leaves out what may be a secret, at every depth', () => {
  const payload = {
    ...{ to: 'a', otp: '1', resetLink: 'l', parameters: ['Asha', '4711'], codes: 'c' },
    inner: [{ accessToken: 't', url: 'u', password: 'p', text: 'hello' }],
  };
  const redacted = '[redacted]';
  expect(withoutSecretFields(payload)).toEqual({
    ...{ to: 'a', otp: redacted, resetLink: redacted, parameters: redacted, codes: 'c' },
    inner: [{ accessToken: redacted, url: redacted, password: redacted, text: 'hello' }],
  });
});

describe('what changes something', () => {
  const remove = '/api/queues/emailQueue/to-be-removed/clean';
  const addJob = () => emails.add('send', job, { jobId: 'to-be-removed' });
  const isThere = async () => (await emails.getJob('to-be-removed')) !== undefined;
  beforeEach(addJob);

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }],
    ['another of our hosts', { 'sec-fetch-site': 'same-site' }],
    ['a page of an old browser', { origin: 'https://evil.test' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('is not done for %s', async (_, headers) => {
    const { status, text } = await ask(remove, { method: 'PUT', headers });
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await isThere()).toBe(true);
  });

  it.each([
    ['the page itself', () => ({ 'sec-fetch-site': 'same-origin', origin: service.url })],
    ['the page itself in an old browser', () => ({ origin: service.url })],
    ['a script', () => ({})],
  ])('is done for %s, and logged', async (_, headers) => {
    expect((await ask(remove, { method: 'PUT', headers: headers() })).status).toBe(204);
    expect(await isThere()).toBe(false);
    expect(await service.server.logged('queue dashboard used')).toMatchObject({ method: 'PUT', path: remove });
  });

  it('retries a job that failed', async () => {
    await emails.remove('to-be-removed');
    await client.hset(emails.toKey('was-bad'), {
      name: 'send',
      data: JSON.stringify(job),
      opts: '{}',
      timestamp: '1',
      failedReason: 'no',
    });
    await client.zadd(emails.toKey('failed'), 1, 'was-bad');
    expect((await ask('/api/queues/emailQueue/was-bad/retry', { method: 'PUT' })).status).toBe(204);
    expect(await emails.getJobState('was-bad')).toBe('waiting');
  });

  it('does not store a job without its secrets', async () => {
    const redacted = { ...job, data: { code: '[redacted]' } };
    const edit = await ask('/api/queues/emailQueue/to-be-removed/update-data', {
      method: 'PATCH',
      body: { jobData: redacted },
    });
    const copy = await ask('/api/queues/emailQueue/add', { method: 'POST', body: { name: 'send', data: redacted } });
    for (const { status, text } of [edit, copy]) {
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ code: 'REDACTED' });
    }
    expect((await emails.getJob('to-be-removed'))?.data).toEqual(job);
  });
});

it('is not there without a password', async () => {
  const { url } = await startServer({ PROCESS_ROLE: 'web' });
  const response = await fetch(`${url}/admin/queues`, { headers: { authorization: right } });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' });
}, 15_000);

it('says so at once while Redis is away, and goes on when it is back', async () => {
  await redisServer.kill();
  await service.server.logged('redis is away');
  const away = await ask('/api/queues');
  expect(away.status).toBe(503);
  expect(JSON.parse(away.text)).toMatchObject({ message: 'The job queues are away for a moment: try again' });
  // The page itself asks nobody.
  expect((await ask('')).status).toBe(200);
  await redisServer.restart();
  if (client.status !== 'ready') await once(client, 'ready');
  await service.server.logged('redis is back');
  const until = Date.now() + 5_000;
  let status = 0;
  while (status !== 200 && Date.now() < until) ({ status } = await ask('/api/queues'));
  expect(status).toBe(200);
}, 20_000);
