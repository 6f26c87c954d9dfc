import { setTimeout as sleep } from 'node:timers/promises';
import { killLeftovers, rawConnection, startServer } from './server-process';

const GRACEFUL = { code: 0, signal: null };
const FORCED = { code: 1, signal: null };

afterAll(killLeftovers);

it.concurrent.each(['SIGTERM', 'SIGINT'] as const)('on %s says draining, serves on, then exits 0', async (signal) => {
  const { server, url } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '1', APP_REVISION: '1a2b3c4' });
  server.kill(signal);
  const signalledAt = Date.now();
  await server.logged('draining');

  const health = await fetch(`${url}/api/health`);
  expect(health.status).toBe(503);
  expect(health.headers.get('connection')).toBe('close');
  expect(await health.json()).toMatchObject({ success: false, message: 'draining', role: 'all', revision: '1a2b3c4' });
  const other = await fetch(`${url}/api/anything`);
  expect(other.status).toBe(404);
  expect(other.headers.get('connection')).toBe('close');

  expect(await server.exited).toEqual(GRACEFUL);
  expect(Date.now() - signalledAt).toBeGreaterThanOrEqual(990);
  expect(Date.now() - signalledAt).toBeLessThan(2000);
  expect(server.logs.map((line) => line.msg)).toEqual(['listening', 'draining', 'listener closing', 'exit']);
  expect(server.stderr).toBe('');
});

it.concurrent('finishes requests that began before the signal and end after the listener closed', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0' });
  const slowHead = await rawConnection(port);
  const slowBody = await rawConnection(port);
  slowHead.socket.write('GET /api/slow-head HTTP/1.1\r\nhost:');
  slowBody.socket.write('POST /api/slow-body HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nab');
  await sleep(50);
  server.kill('SIGTERM');
  await server.logged('listener closing');

  // Long enough for several rounds of closing idle connections: these two must not count as idle.
  await sleep(350);
  slowHead.socket.write(' x\r\n\r\n');
  slowBody.socket.write('cd');
  for (const answer of await Promise.all([slowHead.closed, slowBody.closed])) {
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).toMatch(/"code":"NOT_FOUND",.*\}$/);
  }
  expect(await server.exited).toEqual(GRACEFUL);
});

it.concurrent('does not wait for connections that are idle or never sent a byte', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0' });
  const idle = await rawConnection(port);
  const silent = await rawConnection(port);
  idle.socket.write('GET /api/health HTTP/1.1\r\nhost: x\r\n\r\n');
  await sleep(50);
  server.kill('SIGTERM');
  const signalledAt = Date.now();
  expect(await server.exited).toEqual(GRACEFUL);
  expect(Date.now() - signalledAt).toBeLessThan(1000);
  expect(await idle.closed).toMatch(/^HTTP\/1\.1 200 /);
  expect(await silent.closed).toBe('');
});

it.concurrent('cuts what is left at the deadline, says so and exits 1', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0', SHUTDOWN_DEADLINE_SECONDS: '1' });
  const { socket, closed } = await rawConnection(port);
  socket.write('GET / HTTP/1.1\r\n');
  await sleep(50);
  server.kill('SIGTERM');
  expect(await server.exited).toEqual(FORCED);
  expect(await closed).toBe('');
  expect(server.logs.at(-1)).toMatchObject({
    level: 'error',
    msg: 'shutdown deadline passed, connections cut',
    openConnections: 1,
    exitCode: 1,
  });
});

it.concurrent('exits 1 at once on a second signal', async () => {
  const { server } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '30' });
  server.kill('SIGTERM');
  await server.logged('draining');
  server.kill('SIGINT');
  const signalledAt = Date.now();
  expect(await server.exited).toEqual(FORCED);
  expect(Date.now() - signalledAt).toBeLessThan(1000);
  expect(server.logs.at(-1)).toMatchObject({ level: 'error', msg: 'second signal, forced exit', signal: 'SIGINT' });
});
