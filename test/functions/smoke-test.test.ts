import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import net from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer } from 'ws';
import { timings } from '../../lib/config/timings';

const header = { name: 'x-smoke-test', value: 'dont-print-4f1c9a' };
const everyCheck = ['health', 'database', 'redis', 'socket-io', 'terminal-relay'];
const fast = { settle: 0, requestTimeout: 400, attempts: 7, consecutive: 3, interval: 5, backoff: 5, budget: 3_000 };

type Respond = (response: http.ServerResponse, nth: number) => void;
type Upgrade = (socket: Duplex, request: http.IncomingMessage) => void;

/** What green gets wrong; the rest of it is the real thing. */
interface Faults {
  readonly health?: Respond;
  readonly ready?: Respond;
  readonly handshake?: Respond;
  readonly relay?: Upgrade;
}

const killing: (() => void)[] = [];
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const json =
  (status: number, body: unknown): Respond =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const text =
  (status: number, body: string): Respond =>
  (response) =>
    response.writeHead(status).end(body);
/** The last answer stays. */
const inTurn =
  (...answers: Respond[]): Respond =>
  (response, nth) =>
    answers[Math.min(nth, answers.length) - 1]?.(response, nth);

const healthy = json(200, { success: true, environment: 'production' });
const unavailable = text(503, '<html>Service Unavailable</html>');
const ready = (database: boolean, redis: boolean) => ({
  success: true,
  checks: { database: { ok: database }, redis: { ok: redis } },
});

async function listen(server: net.Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A web task as the load balancer's test rule shows it: HTTP, Socket.IO and the terminal relay on one port. */
async function startGreen(faults: Faults = {}) {
  const requests: { path: string; host: string | undefined; header: string | string[] | undefined }[] = [];
  const closeCodes: number[] = [];
  const pathOf = (request: http.IncomingMessage) => new URL(request.url ?? '', 'http://green').pathname;
  const record = (request: http.IncomingMessage) =>
    requests.push({ path: pathOf(request), host: request.headers.host, header: request.headers[header.name] });

  const server = http.createServer((request, response) => {
    const pathname = pathOf(request);
    const nth = requests.filter((seen) => seen.path === pathname).length;
    if (pathname === '/api/health') (faults.health ?? healthy)(response, nth);
    else if (pathname === '/api/ready') (faults.ready ?? json(200, ready(true, true)))(response, nth);
    else if (pathname === '/socket.io/' && faults.handshake) faults.handshake(response, nth);
    else response.writeHead(404).end();
  });
  if (!faults.handshake) {
    const io = new SocketIoServer(server);
    closing.push(() => io.close());
  }
  const relay = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (faults.relay) faults.relay(socket, request);
    else relay.handleUpgrade(request, socket, head, (ws) => ws.on('close', (code) => closeCodes.push(code)));
  });
  // After Socket.IO, which keeps the requests of its path from the listeners before it.
  server.prependListener('request', record);
  server.prependListener('upgrade', record);
  return { url: await listen(server), requests, closeCodes };
}

interface Result {
  readonly check: string;
  readonly ok: boolean;
  readonly attempts: number;
  readonly ms: number;
  readonly reason?: string;
}
interface Outcome<Answer> {
  readonly answer: Answer;
  // biome-ignore lint/suspicious/noExplicitAny: log lines of any shape
  readonly logs: any[];
  readonly printed: string;
}

/** A Node process of its own, as in Lambda: Jest can't import ES modules without an experimental flag. */
async function inNode<Answer>(script: string, input: unknown, env: Record<string, string> = {}) {
  const directory = path.join(__dirname, '../../lib/functions/smoke-test/');
  const source = `
    const load = (file) => import(${JSON.stringify(pathToFileURL(directory).href)} + file);
    const input = ${JSON.stringify(input)};
    console.log(JSON.stringify(await (async () => { ${script} })()));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { env });
  killing.push(() => child.kill());
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const code = await new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));
  if (code !== 0) throw new Error(`node ended with ${code}: ${printed}`);
  const lines = printed.trim().split('\n');
  const answer = JSON.parse(lines.pop() ?? '');
  const outcome: Outcome<Answer> = { answer, logs: lines.map((line) => JSON.parse(line)), printed };
  return outcome;
}

const environment = (url: string, more: Record<string, string> = {}) => ({
  BASE_URL: url,
  TEST_HEADER_NAME: header.name,
  TEST_HEADER_VALUE: header.value,
  EXPECTED_ENVIRONMENT: 'production',
  CHECKS: everyCheck.join(','),
  ...more,
});

async function smokeTest(url: string, timing: Partial<typeof fast> = {}, env: Record<string, string> = {}) {
  const script = `
    const { runSmokeTest } = await load('smoke-test.mjs');
    const { readConfiguration } = await load('configuration.mjs');
    const { checks } = await load('checks.mjs');
    const report = (result) => console.log(JSON.stringify(result));
    return runSmokeTest(readConfiguration(input.env, checks), input.timing, report);`;
  const input = { env: environment(url, env), timing: { ...fast, ...timing } };
  const { answer, ...rest } = await inNode<{ hookStatus: string; results: Result[] }>(script, input);
  const failed = answer.results.filter(({ ok }) => !ok);
  return {
    ...rest,
    ...answer,
    failed: failed.map(({ check }) => check),
    reasons: failed.map(({ reason }) => reason).join('\n'),
    of: (check: string) => answer.results.find((result) => result.check === check),
  };
}

const event = {
  executionId: '3a0345ba-b029-404b-890d-7da2a4b266aa',
  lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
  resourceArn: 'arn:aws:ecs:ap-south-1:123456789012:service-deployment/cluster/web/EZe5RNVLH6PPzHXINuP28',
  executionDetails: {
    serviceArn: 'arn:aws:ecs:ap-south-1:123456789012:service/cluster/web',
    targetServiceRevisionArn: 'arn:aws:ecs:ap-south-1:123456789012:service-revision/cluster/web/9313423515462893900',
    testTrafficWeights: {},
    productionTrafficWeights: {},
  },
};

const invoke = (env: Record<string, string>, remaining = 120_000, input: unknown = event) =>
  inNode<{ hookStatus: string }>(
    `const { handler } = await load('index.mjs');
     return handler(input.event ?? undefined, { getRemainingTimeInMillis: () => input.remaining });`,
    { event: input, remaining },
    env,
  );

// The handler's own timing takes about seven seconds: the other tests run meanwhile.
let good: {
  green: Awaited<ReturnType<typeof startGreen>>;
  invocation: ReturnType<typeof invoke>;
  close: typeof closing;
};
beforeAll(async () => {
  const green = await startGreen();
  good = { green, close: closing.splice(0), invocation: invoke(environment(green.url)) };
});
afterAll(async () => {
  // It still runs when only other tests were asked for.
  for (const kill of killing) kill();
  await good.invocation.catch(() => undefined);
  await Promise.all(good.close.map((close) => close()));
});

describe('the handler', () => {
  test.each([
    ['an unknown check', { CHECKS: 'health,databse' }, /CHECKS: unknown "databse"; known: health, database/],
    ['no checks', { CHECKS: ' ' }, /CHECKS is empty; name at least one of: health/],
    ['a hole in the checks', { CHECKS: 'health,,redis' }, /CHECKS: unknown ""/],
    ['no header value', { TEST_HEADER_VALUE: '' }, /TEST_HEADER_VALUE is empty/],
    ['a path in the base URL', { BASE_URL: 'https://api.example.com/v1' }, /BASE_URL: .* is no origin/],
  ])('fails closed with %s', async (_title, env, reason) => {
    const { answer, logs, printed } = await invoke(environment('https://api.example.com', env));
    expect(answer).toEqual({ hookStatus: 'FAILED' });
    expect(logs).toEqual([expect.objectContaining({ hookStatus: 'FAILED', reason: expect.stringMatching(reason) })]);
    expect(printed).not.toContain(header.value);
  });

  test('names every configuration error at once', async () => {
    const { answer, logs } = await invoke({});
    expect(answer).toEqual({ hookStatus: 'FAILED' });
    for (const name of ['BASE_URL', 'TEST_HEADER_NAME', 'TEST_HEADER_VALUE', 'EXPECTED_ENVIRONMENT', 'CHECKS'])
      expect(logs[0].reason).toContain(name);
  });

  test('answers before Lambda ends it, and without an event', async () => {
    const { url } = await startGreen();
    const { answer, logs } = await invoke(environment(url), 3_300, null);
    expect(answer).toEqual({ hookStatus: 'FAILED' });
    expect(logs).toContainEqual(expect.objectContaining({ reason: 'the time budget of 300 ms is used up' }));
  });

  test('finishes inside the Lambda function’s timeout when green never answers', async () => {
    const script = `return (await load('smoke-test.mjs')).defaultTiming;`;
    const { answer: timing } = await inNode<typeof fast>(script, {});
    const failures = timing.attempts - timing.consecutive + 1;
    const longest = timing.settle + failures * timing.requestTimeout + timing.backoff * (2 ** (failures - 1) - 1);
    expect(longest).toBeLessThan(timing.budget);
    expect(timing.budget).toBeLessThan(timings.smokeTestTimeout * 1000);
  });
});

describe('one fault fails the check it belongs to, and no other', () => {
  const raw = (answer: string) => (socket: Duplex) => socket.end(answer);
  const upgraded = (accept: string) =>
    ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
      .map((line) => `${line}\r\n`)
      .join('')
      .concat('\r\n');
  const handshake = (fields: object) =>
    text(200, `0${JSON.stringify({ sid: 'a1', upgrades: ['websocket'], pingInterval: 25000, ...fields })}`);
  const body = { success: true, environment: 'production' };

  test.each<[title: string, faults: Faults, failed: string[], reason: RegExp]>([
    [
      'wrong environment',
      { health: json(200, { ...body, environment: 'staging' }) },
      ['health'],
      /^environment is "staging", expected "production"$/,
    ],
    [
      'success false',
      { health: json(200, { ...body, success: false }) },
      ['health'],
      /success is false, expected true/,
    ],
    ['503 as HTML', { health: unavailable }, ['health'], /status is 503, and the body is not JSON/],
    ['503 as JSON', { health: json(503, body) }, ['health'], /^status is 503, expected 200$/],
    ['null', { health: json(200, null) }, ['health'], /success is undefined/],
    ['a nested bomb', { health: text(200, '['.repeat(200_000)) }, ['health'], /not JSON/],
    ['binary rubbish', { health: text(200, '\0\u{fffd}\x1b[31m{'.repeat(99)) }, ['health'], /not JSON/],
    ['a huge body', { health: text(200, ' '.repeat(3_000_000)) }, ['health'], /body is longer than 262144 characters/],
    ['a cut answer', { health: (response) => response.socket?.destroy() }, ['health'], /socket hang up/],
    ['database down', { ready: json(200, ready(false, true)) }, ['database'], /^checks.database.ok is false/],
    ['redis down', { ready: json(200, ready(true, false)) }, ['redis'], /^checks.redis.ok is false/],
    [
      'not ready',
      { ready: json(503, { ...ready(false, true), success: false }) },
      ['database', 'redis'],
      /status is 503, expected 200; success is false, expected true; checks.database.ok is false/,
    ],
    ['no checks reported', { ready: json(200, { success: true }) }, ['database', 'redis'], /ok is undefined/],
    ['no sid', { handshake: handshake({ sid: undefined }) }, ['socket-io'], /type of sid is "undefined"/],
    ['polling only', { handshake: handshake({ upgrades: [] }) }, ['socket-io'], /offer of websocket is false/],
    ['no ping', { handshake: handshake({ pingInterval: null }) }, ['socket-io'], /type of pingInterval is "object"/],
    ['an SPA page', { handshake: text(200, '<!doctype html>') }, ['socket-io'], /open packet is false/],
    ['a cut packet', { handshake: text(200, '0{"sid":') }, ['socket-io'], /not JSON/],
    [
      'relay 404',
      { relay: raw(`HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n${'x'.repeat(99_999)}`) },
      ['terminal-relay'],
      /^status is 404, expected 101$/,
    ],
    [
      'wrong accept key',
      { relay: raw(upgraded('d3Jvbmc=')) },
      ['terminal-relay'],
      /correct Sec-WebSocket-Accept is false/,
    ],
    ['no HTTP', { relay: raw('ping\r\n\r\n') }, ['terminal-relay'], /Parse Error/],
    ['reset', { relay: (socket) => (socket as Socket).resetAndDestroy() }, ['terminal-relay'], /ECONNRESET/],
  ])('%s', async (_title, faults, failed, reason) => {
    const { url } = await startGreen(faults);
    const outcome = await smokeTest(url);
    expect(outcome).toMatchObject({ hookStatus: 'FAILED', failed });
    expect(outcome.reasons).toMatch(reason);
    expect(outcome.logs).toHaveLength(everyCheck.length);
  });

  test.each<[title: string, after: (socket: Socket) => void]>([
    ['ignores the Close frame', () => {}],
    ['resets the connection', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ])('a relay that accepts and then %s passes', async (_title, after) => {
    const { url } = await startGreen({
      relay: (socket, { headers }) => {
        const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
        socket.write(upgraded(createHash('sha1').update(key).digest('base64')));
        after(socket as Socket);
      },
    });
    const outcome = await smokeTest(url, { consecutive: 1 }, { CHECKS: 'terminal-relay' });
    expect(outcome.hookStatus).toBe('SUCCEEDED');
    expect(outcome.of('terminal-relay')?.ms).toBeLessThan(2_000);
  });
});

describe('stability', () => {
  test('a slow start passes', async () => {
    const { url } = await startGreen({ health: inTurn(unavailable, unavailable, healthy) });
    const outcome = await smokeTest(url);
    expect(outcome).toMatchObject({ hookStatus: 'SUCCEEDED', failed: [] });
    expect(outcome.of('health')).toMatchObject({ ok: true, attempts: 5 });
  });

  test('a green that answers one time in five fails', async () => {
    const { url } = await startGreen({
      health: (response, nth) => (nth % 5 === 1 ? healthy : unavailable)(response, nth),
    });
    expect(await smokeTest(url)).toMatchObject({ hookStatus: 'FAILED', failed: ['health'] });
  });

  test('the pauses between failures double', async () => {
    const { url } = await startGreen({ health: unavailable });
    const { ms } = (await smokeTest(url, { backoff: 20 })).of('health') ?? { ms: 0 };
    expect(ms).toBeGreaterThanOrEqual(20 + 40 + 80 + 160);
    expect(ms).toBeLessThan(1_000);
  });

  test('every other answer is not enough', async () => {
    const { url } = await startGreen({ health: (response, nth) => (nth % 2 ? healthy : unavailable)(response, nth) });
    expect(await smokeTest(url)).toMatchObject({ hookStatus: 'FAILED', failed: ['health'] });
  });

  test('waits for green’s revision while blue still answers', async () => {
    const revision = (value: string) => json(200, { success: true, environment: 'production', revision: value });
    const { url } = await startGreen({ health: inTurn(revision('main-old'), revision('main-new')) });
    const outcome = await smokeTest(url, {}, { EXPECTED_REVISION: 'main-new' });
    expect(outcome.of('health')).toMatchObject({ ok: true, attempts: 4 });
  });

  test('the wrong revision fails, none passes', async () => {
    const old = await startGreen({ health: json(200, { success: true, environment: 'production', revision: 'a' }) });
    const silent = await startGreen();
    const [wrong, none] = await Promise.all(
      [old, silent].map(({ url }) => smokeTest(url, {}, { EXPECTED_REVISION: 'b' })),
    );
    expect(wrong?.reasons).toBe('revision is "a", expected "b"');
    expect(none?.hookStatus).toBe('SUCCEEDED');
  });
});

describe('the network', () => {
  test('connection refused fails every check', async () => {
    const server = net.createServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const outcome = await smokeTest(url);
    expect(outcome).toMatchObject({ hookStatus: 'FAILED', failed: everyCheck });
    expect(outcome.reasons).toMatch(/ECONNREFUSED/);
  });

  test('a server that never answers takes a bounded time, not the whole budget', async () => {
    const url = await listen(net.createServer(() => {}));
    const outcome = await smokeTest(url, { requestTimeout: 80 });
    expect(outcome).toMatchObject({ hookStatus: 'FAILED', failed: everyCheck });
    expect(outcome.reasons).toMatch(/no complete answer within 80 ms/);
    for (const { attempts, ms } of outcome.results) {
      expect(attempts).toBe(5);
      expect(ms).toBeLessThan(1_500);
    }
  });

  test('a drip of bytes is no answer', async () => {
    const drip: Respond = (response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    const { url } = await startGreen({ health: drip });
    expect(await smokeTest(url, { requestTimeout: 120 })).toMatchObject({ hookStatus: 'FAILED', failed: ['health'] });
  });

  test('the budget ends what the attempts would not, and keeps the last reason', async () => {
    const { url } = await startGreen({ health: unavailable });
    const outcome = await smokeTest(url, { backoff: 5_000, budget: 300 });
    expect(outcome.reasons).toBe(
      'the time budget of 300 ms is used up; last failure: status is 503, and the body is not JSON',
    );
    expect(outcome.of('health')?.ms).toBeLessThan(1_000);
  });

  test('the budget ends a request that its own timeout would not', async () => {
    const outcome = await smokeTest(await listen(net.createServer()), { requestTimeout: 2_000, budget: 200 });
    expect(outcome.failed).toEqual(everyCheck);
    for (const { ms } of outcome.results) expect(ms).toBeLessThan(1_000);
  });

  test('a name that leads elsewhere is asked where it is told, under its own name', async () => {
    const { url, requests } = await startGreen();
    const { port } = new URL(url);
    const outcome = await smokeTest(`http://api.example.test:${port}`, {}, { CONNECT_TO: '127.0.0.1' });
    expect(outcome).toMatchObject({ hookStatus: 'SUCCEEDED', failed: [] });
    expect(new Set(requests.map(({ host }) => host))).toEqual(new Set([`api.example.test:${port}`]));
  });

  test('a redirect is not followed', async () => {
    const elsewhere = await startGreen();
    const { url } = await startGreen({
      health: (response) => response.writeHead(302, { location: `${elsewhere.url}/api/health` }).end('{}'),
    });
    const outcome = await smokeTest(url);
    expect(outcome).toMatchObject({ hookStatus: 'FAILED', failed: ['health'] });
    expect(outcome.reasons).toMatch(/status is 302, expected 200/);
    expect(elsewhere.requests).toEqual([]);
  });

  test('the header’s value stays out of the logs even when green echoes it', async () => {
    const echo = json(200, { success: header.value, environment: `${header.value} ${'x'.repeat(99)}` });
    const { url } = await startGreen({ health: echo, handshake: text(200, `0{${header.value}`) });
    const outcome = await smokeTest(url);
    expect(outcome.failed).toEqual(['health', 'socket-io']);
    expect(outcome.reasons).toContain('success is "***"');
    expect(outcome.reasons).toContain('environment is a text of 117 characters');
    expect(outcome.printed).not.toContain(header.value);
  });
});

describe('the handler against a good green', () => {
  let outcome: Awaited<typeof good.invocation>;
  beforeAll(async () => {
    outcome = await good.invocation;
  }, 20_000);

  test('answers SUCCEEDED and logs a line for each check', () => {
    const { answer, logs } = outcome;
    expect(answer).toEqual({ hookStatus: 'SUCCEEDED' });
    for (const check of everyCheck)
      expect(logs).toContainEqual({ check, ok: true, attempts: 3, ms: expect.any(Number) });
    expect(logs.at(-1)).toEqual({
      lifecycleStage: event.lifecycleStage,
      executionId: event.executionId,
      serviceDeployment: event.resourceArn,
      targetServiceRevision: event.executionDetails.targetServiceRevisionArn,
      hookStatus: 'SUCCEEDED',
      failed: [],
    });
  });

  test('sends the test header with every request, and never logs its value', () => {
    expect(good.green.requests).toHaveLength(15);
    expect(new Set(good.green.requests.map(({ header }) => header))).toEqual(new Set([header.value]));
    expect(outcome.printed).not.toContain(header.value);
  });

  test('closes the terminal relay politely', () => {
    expect(good.green.closeCodes).toEqual([1000, 1000, 1000]);
  });
});
