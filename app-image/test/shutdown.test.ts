import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  environmentFor,
  freePort,
  rawConnection,
  ServiceProcess,
  startServer,
  stopServers,
  stores,
} from './server-process';
import { connectPostgres } from './store-clients';

const graceful = { code: 0, signal: null };
const forced = { code: 1, signal: null };
/** Far less than what must not be waited for, and enough for a busy machine. */
const closingMs = 5_000;

afterAll(stopServers);
jest.setTimeout(30_000);

const complaints = ({ logs }: ServiceProcess) => logs.filter(({ level }) => level === 'error' || level === 'fatal');

it.each(['SIGTERM', 'SIGINT'] as const)('on %s says draining, serves on, then exits 0', async (signal) => {
  const { server, url } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '1', APP_REVISION: '1a2b3c4' });
  await server.logged('start-up report');
  server.kill(signal);
  const signalledAt = Date.now();
  await server.logged('draining');

  for (const path of ['/api/health', '/api/ready']) {
    const answer = await fetch(url + path);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toMatchObject({
      success: false,
      message: 'draining',
      role: 'all',
      revision: '1a2b3c4',
    });
  }
  const other = await fetch(`${url}/api/system-config/no.such`);
  expect(other.status).toBe(404);
  expect(other.headers.get('connection')).toBe('close');

  expect(await server.exited).toEqual(graceful);
  expect(Date.now() - signalledAt).toBeGreaterThanOrEqual(990);
  expect(Date.now() - signalledAt).toBeLessThan(1000 + closingMs);
  const told = ['listening', 'draining', 'listener closing', 'exit'];
  expect(server.logs.map(({ msg }) => msg).filter((msg) => told.includes(msg))).toEqual(told);
  expect(complaints(server)).toEqual([]);
  expect(server.stderr).not.toMatch(/^\s+at /m);
});

it('closes its connections to PostgreSQL and Redis', async () => {
  const environment = await stores();
  const postgres = await connectPostgres(environment);
  const connected = async () => {
    const { rows } = await postgres.query(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'mr-mentor-web' AND datname = $1`,
      [environment.DB_NAME],
    );
    return rows[0].count;
  };
  try {
    const { server, url } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0', PROCESS_ROLE: 'web' });
    await fetch(`${url}/api/ready`);
    expect(await connected()).toBeGreaterThan(0);
    server.kill('SIGTERM');
    expect(await server.exited).toEqual(graceful);
    expect(await connected()).toBe(0);
    expect(server.logs.map(({ msg }) => msg)).not.toContain('stores are left open');
  } finally {
    await postgres.end();
  }
});

it('finishes requests that began before the signal and end after the listener closed', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0' });
  const slowHead = await rawConnection(port);
  const slowBody = await rawConnection(port);
  slowHead.socket.write('GET /api/system-config/no.such HTTP/1.1\r\nhost:');
  slowBody.socket.write(
    'POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{',
  );
  await sleep(50);
  server.kill('SIGTERM');
  await server.logged('listener closing');

  // Long enough for several rounds of closing idle connections: these two must not count as idle.
  await sleep(350);
  slowHead.socket.write(' x\r\n\r\n');
  slowBody.socket.write('}');
  const answers = await Promise.all([slowHead.closed, slowBody.closed]);
  expect(answers[0]).toMatch(/^HTTP\/1\.1 404 .*"code":"NOT_FOUND",.*\}$/s);
  expect(answers[1]).toMatch(/^HTTP\/1\.1 400 .*"code":"VALIDATION_FAILED",.*\}$/s);
  for (const answer of answers) expect(answer).toMatch(/^connection: close\r$/im);
  expect(await server.exited).toEqual(graceful);
});

it('does not wait for connections that are idle or never sent a byte', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0' });
  const idle = await rawConnection(port);
  const silent = await rawConnection(port);
  idle.socket.write('GET /api/health HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(idle.socket, 'data');
  server.kill('SIGTERM');
  const signalledAt = Date.now();
  expect(await server.exited).toEqual(graceful);
  expect(Date.now() - signalledAt).toBeLessThan(closingMs);
  expect(await idle.closed).toMatch(/^HTTP\/1\.1 200 /);
  expect(await silent.closed).toBe('');
});

it('cuts what is left before the deadline, ends in order all the same, and exits 1', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0', SHUTDOWN_DEADLINE_SECONDS: '2' });
  const { socket, closed } = await rawConnection(port);
  socket.write('GET / HTTP/1.1\r\n');
  await sleep(50);
  server.kill('SIGTERM');
  expect(await server.exited).toEqual(forced);
  expect(await closed).toBe('');
  expect(await server.logged('connections cut, to end in order before the deadline')).toMatchObject({
    level: 'error',
    openConnections: 1,
  });
  expect(server.logs.at(-1)).toMatchObject({ msg: 'exit', exitCode: 1 });
  // What is flushed in the end.
  expect(server.metric('RequestsNotRateLimited')).toEqual([0]);
});

it('exits 1 at once on a second signal', async () => {
  const { server } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '30' });
  server.kill('SIGTERM');
  await server.logged('draining');
  server.kill('SIGINT');
  const signalledAt = Date.now();
  expect(await server.exited).toEqual(forced);
  expect(Date.now() - signalledAt).toBeLessThan(closingMs);
  expect(server.logs.at(-1)).toMatchObject({ level: 'error', msg: 'second signal, forced exit', signal: 'SIGINT' });
});

it('exits 0 at once while it still waits for PostgreSQL', async () => {
  const starting = new ServiceProcess('main', await environmentFor({ DB_PORT: String(await freePort()) }));
  await starting.logged('waiting for postgres');
  starting.kill('SIGTERM');
  const signalledAt = Date.now();
  expect(await starting.exited).toEqual(graceful);
  expect(Date.now() - signalledAt).toBeLessThan(closingMs);
  expect(starting.logs.at(-1)).toMatchObject({ level: 'info', msg: 'stopped while starting', signal: 'SIGTERM' });
});

it('does not wait for a Redis that is away', async () => {
  const { server } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '0', REDIS_PORT: String(await freePort()) });
  await server.logged('start-up report');
  server.kill('SIGTERM');
  const signalledAt = Date.now();
  expect(await server.exited).toEqual(graceful);
  expect(Date.now() - signalledAt).toBeLessThan(2 * closingMs);
  expect(complaints(server).map(({ msg }) => msg)).not.toContain('unhandledRejection');
});
