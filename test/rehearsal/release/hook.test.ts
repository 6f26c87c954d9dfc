import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer } from 'ws';
import { type Certificates, issueCertificates } from '../../../local/certificates';
import { freePort } from '../../../local/free-port';
import type { LifecycleHook } from '../../../rehearsal/assembly/deployment';
import { hookEnvironment, hookInvoker, readAnswer } from '../../../rehearsal/release/hook';
import { type HookQuestion, hookEvent } from '../../../rehearsal/release/lifecycle-hook';

const hosts = ['api.mrmentor.in', 'balancer.ap-south-1.elb.amazonaws.com'];
const service = { account: '123456789012', region: 'ap-south-1', cluster: 'mr-mentor', service: 'web' };
const question: HookQuestion = { stage: 'POST_TEST_TRAFFIC_SHIFT', weights: { target: 100, source: 0 } };
const never = new AbortController().signal;

const smokeTest: LifecycleHook = {
  logicalId: 'SmokeTest',
  stages: ['POST_TEST_TRAFFIC_SHIFT'],
  codeDirectory: join(__dirname, '../../../lib/functions/smoke-test'),
  handler: 'index.handler',
  environment: {
    BASE_URL: 'https://api.mrmentor.in',
    CONNECT_TO: 'balancer.ap-south-1.elb.amazonaws.com',
    TEST_HEADER_NAME: 'x-mr-mentor-release',
    TEST_HEADER_VALUE: 'green',
    EXPECTED_ENVIRONMENT: 'production',
    CHECKS: 'health,database,redis,socket-io,terminal-relay',
  },
  timeout: 60,
};

let certificates: Certificates;
beforeAll(async () => {
  certificates = await issueCertificates([...hosts]);
});
afterAll(() => certificates.remove());

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const surroundings = (port: number, speed = 20) => ({
  ...service,
  hosts,
  port,
  caFile: certificates.caFile,
  localNames: join(__dirname, '../../../rehearsal/parts/local-names.cjs'),
  speed,
});

/** What the load balancer's test rule shows of green. */
async function green(databaseOk: boolean): Promise<number> {
  const respond: http.RequestListener = ({ url, headers }, response) => {
    const { pathname } = new URL(url ?? '', 'https://green');
    if (headers['x-mr-mentor-release'] !== 'green') response.writeHead(404).end();
    else if (pathname === '/api/health')
      response.end(JSON.stringify({ success: true, environment: 'production', host: headers.host }));
    else if (pathname === '/api/ready')
      response
        .writeHead(databaseOk ? 200 : 503)
        .end(JSON.stringify({ success: databaseOk, checks: { database: { ok: databaseOk }, redis: { ok: true } } }));
    else response.writeHead(404).end();
  };
  const server = https.createServer({ key: certificates.key, cert: certificates.cert }, respond);
  const io = new SocketIoServer(server);
  const relay = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => relay.handleUpgrade(request, socket, head, () => {}));
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await io.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('the smoke test that is deployed', () => {
  test('lets a good green pass', async () => {
    const lines: string[] = [];
    const ask = hookInvoker({ ...surroundings(await green(true)), onLog: (_hook, log) => lines.push(...log) });
    expect(await ask(smokeTest, question, never)).toEqual({ hookStatus: 'SUCCEEDED' });
    const health = lines.map((line) => JSON.parse(line)).find(({ check }) => check === 'health');
    expect(health).toMatchObject({ ok: true, attempts: 3 });
  });

  test('fails a green without its database, and says so', async () => {
    const verdict = await hookInvoker(surroundings(await green(false)))(smokeTest, question, never);
    expect(verdict.hookStatus).toBe('FAILED');
    expect(verdict.reason).toMatch(/database: status is 503, expected 200; .*checks\.database\.ok is false/);
    expect(verdict.reason).not.toMatch(/socket-io|terminal-relay|health:|redis\.ok/);
  });

  test('fails a green that is not there', async () => {
    const verdict = await hookInvoker(surroundings(await freePort(), 100))(smokeTest, question, never);
    expect(verdict.hookStatus).toBe('FAILED');
    expect(verdict.reason).toMatch(/health: connect ECONNREFUSED/);
  });
});

/** A function of these lines, and what ECS makes of it. */
async function verdictOf(lines: string, more: Partial<LifecycleHook> = {}, signal = never) {
  const codeDirectory = mkdtempSync(join(tmpdir(), 'mr-mentor-hook-'));
  closing.push(() => rmSync(codeDirectory, { recursive: true }));
  writeFileSync(join(codeDirectory, 'index.mjs'), lines);
  const hook = { ...smokeTest, codeDirectory, ...more };
  return hookInvoker(surroundings(1, 1000))(hook, question, signal);
}

test.each<[title: string, lines: string, more: Partial<LifecycleHook>, reason: RegExp]>([
  [
    'throws',
    `export const handler = () => { console.log('before'); throw new TypeError('broken'); };`,
    {},
    /^The function failed: TypeError: broken\. Its last lines:\nbefore$/,
  ],
  [
    'never answers',
    'export const handler = () => new Promise((r) => setInterval(r, 1e6));',
    { timeout: 2 },
    /failed: it did not answer within its 2 s/,
  ],
  ['ends its process', 'export const handler = () => process.exit(3);', {}, /without an answer \(exit code 3\)/],
  [
    'answers nonsense',
    `export const handler = () => ({ hookStatus: 'FINE' });`,
    {},
    /^It answered hookStatus "FINE"; al/,
  ],
  ['answers nothing', 'export const handler = () => undefined;', {}, /^It answered hookStatus nothing; allowed: SUCC/],
  ['has no such handler', 'export const other = 1;', {}, /index exports no function handler/],
  ['has no such file', '', { handler: 'elsewhere.handler' }, /none of .*elsewhere\.js, .* exists/],
  ['does not compile', 'export const handler = ', {}, /The function failed: SyntaxError/],
])('a function that %s fails the deployment', async (_title, lines, more, reason) => {
  expect(await verdictOf(lines, more)).toEqual({ hookStatus: 'FAILED', reason: expect.stringMatching(reason) });
});

test('a function is called again, with what it has left, until it has decided', async () => {
  const lines = `export const handler = ({ hookDetails = { calls: 0 } }) => hookDetails.calls === 2
    ? { hookStatus: 'SUCCEEDED' }
    : { hookStatus: 'IN_PROGRESS', callBackDelay: 60, hookDetails: { calls: hookDetails.calls + 1 } };`;
  expect(await verdictOf(lines)).toEqual({ hookStatus: 'SUCCEEDED' });
});

test('what a function waits for is shorter, its time limits are not', async () => {
  const lines = `import { setTimeout as sleep } from 'node:timers/promises';
    export const handler = async () => {
      await sleep(300_000);
      const from = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { hookStatus: performance.now() - from > 190 ? 'SUCCEEDED' : 'FAILED' };
    };`;
  expect(await verdictOf(lines, { timeout: 15 })).toEqual({ hookStatus: 'SUCCEEDED' });
});

test('a function sees its own variables and Lambda’s, its event and its time, and nothing of this process', async () => {
  const lines = `export const handler = (event, context) => ({ hookStatus: 'FAILED', log: console.log(JSON.stringify({
    reason: JSON.stringify([Object.keys(process.env).sort(), event.lifecycleStage, context.getRemainingTimeInMillis() > 1000]) })) });`;
  const { reason = '' } = await verdictOf(lines);
  expect(JSON.parse(reason)).toEqual([
    [
      ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_REGION', 'BASE_URL', 'CHECKS', 'CONNECT_TO', 'EXPECTED_ENVIRONMENT'],
      ...['LOCAL_NAMES', 'NODE_EXTRA_CA_CERTS', 'TEST_HEADER_NAME', 'TEST_HEADER_VALUE', 'TZ', 'WAITS_DIVIDED_BY'],
    ],
    'POST_TEST_TRAFFIC_SHIFT',
    true,
  ]);
});

test('whoever stops waiting for a function ends it', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('an alarm')), 300);
  const lines = `export const handler = () => new Promise((r) => setInterval(r, 1e6));`;
  await expect(verdictOf(lines, {}, stop.signal)).rejects.toThrow('an alarm');
});

test('only URLs of the load balancer get its port', () => {
  const environment = {
    BASE_URL: 'https://api.mrmentor.in',
    WITH_PATH: 'https://api.mrmentor.in/v1?a=b',
    OTHER: 'https://example.com',
    CONNECT_TO: 'balancer.ap-south-1.elb.amazonaws.com',
  };
  expect(hookEnvironment({ ...smokeTest, environment }, surroundings(8443))).toMatchObject({
    BASE_URL: 'https://api.mrmentor.in:8443',
    WITH_PATH: 'https://api.mrmentor.in:8443/v1?a=b',
    OTHER: 'https://example.com',
    CONNECT_TO: 'balancer.ap-south-1.elb.amazonaws.com',
    AWS_REGION: 'ap-south-1',
    AWS_LAMBDA_FUNCTION_NAME: 'SmokeTest',
  });
});

test.each<[HookQuestion['stage'], test: boolean, production: boolean]>([
  ['POST_TEST_TRAFFIC_SHIFT', false, false],
  ['TEST_TRAFFIC_SHIFT', true, false],
  ['PRODUCTION_TRAFFIC_SHIFT', false, true],
])('the event at %s has the weights of what is shifted', (stage, test, production) => {
  const { executionDetails, ...event } = hookEvent(service, { stage, weights: { target: 0, source: 100 } });
  expect(event).toMatchObject({
    lifecycleStage: stage,
    resourceArn: expect.stringMatching(/^arn:aws:ecs:ap-south-1:123456789012:service-deployment\/mr-mentor\/web\//),
  });
  const { testTrafficWeights, productionTrafficWeights, targetServiceRevisionArn } = executionDetails;
  expect(Object.keys(testTrafficWeights)).toHaveLength(test ? 2 : 0);
  expect(Object.keys(productionTrafficWeights)).toHaveLength(production ? 2 : 0);
  const weights = { ...testTrafficWeights, ...productionTrafficWeights };
  if (test || production) expect(weights[targetServiceRevisionArn]).toBe(0);
});

test('a failure without a reason has the last lines', () => {
  const log = ['one', '{"ok":false}', 'three'];
  expect(readAnswer({ answer: { hookStatus: 'FAILED' }, log })).toEqual({
    hookStatus: 'FAILED',
    reason: 'It gave no reason. Its last lines:\none\n{"ok":false}\nthree',
  });
});
