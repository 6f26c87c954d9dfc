import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from './load';
import { killLeftovers, startServer } from './server-process';

afterAll(killLeftovers);

it('loses no request under load until the listener closes', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '1' });
  const load = startLoad(port, ['/api/health', '/api/anything'], 20);
  await sleep(500);
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  await sleep(50);
  const outcomes = await load.stop();

  const time = async (msg: string) => Date.parse((await server.logged(msg)).time);
  const drainingAt = await time('draining');
  // A connection that the kernel had accepted and node had not is reset with the listener: that is no longer draining.
  const lastSafeStart = (await time('listener closing')) - 50;
  const results = (from: number, to: number) =>
    new Set(outcomes.filter(({ startedAt }) => startedAt > from && startedAt < to).map(({ result }) => result));

  expect(results(0, drainingAt - 50)).toEqual(new Set(['200', '404']));
  expect(results(drainingAt + 50, lastSafeStart)).toEqual(new Set(['503', '404']));
  expect(results(0, lastSafeStart)).toEqual(new Set(['200', '404', '503']));
  expect(results(lastSafeStart, Number.POSITIVE_INFINITY)).toContain('ECONNREFUSED');
  expect(outcomes.length).toBeGreaterThan(500);
});
