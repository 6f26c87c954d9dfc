import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, stopServers } from '../server-process';
import { startLoad } from './load';

afterAll(stopServers);

/**
 * Milliseconds around a change within which either side of it is right: on a busy machine a request waits that
 * long in the kernel, or its answer in the other process.
 */
const margin = 400;

it('loses no request under load until the listener closes', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '2', PROCESS_ROLE: 'web' });
  // One asks PostgreSQL and Redis, the others nobody.
  const load = startLoad(port, ['/api/health', '/api/ready', '/nothing'], 20);
  await sleep(1000);
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  await sleep(50);
  const outcomes = await load.stop();

  const time = async (msg: string) => Date.parse((await server.logged(msg)).time);
  const drainingAt = await time('draining');
  // A connection that the kernel had accepted and node had not is reset with the listener: that is no longer draining.
  const lastSafeStart = (await time('listener closing')) - margin;
  const results = (from: number, to: number) =>
    new Set(outcomes.filter(({ startedAt }) => startedAt > from && startedAt < to).map(({ result }) => result));

  expect(results(0, drainingAt - margin)).toEqual(new Set(['200', '404']));
  expect(results(drainingAt + margin, lastSafeStart)).toEqual(new Set(['503', '404']));
  expect(results(0, lastSafeStart)).toEqual(new Set(['200', '404', '503']));
  expect(results(lastSafeStart, Number.POSITIVE_INFINITY)).toContain('ECONNREFUSED');
  expect(outcomes.length).toBeGreaterThan(300);
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
}, 30_000);
