import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort, killLeftovers, SourceProcess, startServer } from './server-process';

const check = (port: number) => new SourceProcess('healthcheck', { PORT: String(port) });

afterAll(killLeftovers);

it.concurrent('exits 0 while the server is ready and 1 while it drains', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '30' });
  expect(await check(port).exited).toEqual({ code: 0, signal: null });

  server.kill('SIGTERM');
  await server.logged('draining');
  const draining = check(port);
  expect(await draining.exited).toEqual({ code: 1, signal: null });
  expect(draining.stderr).toBe('/api/health answered 503\n');
});

it.concurrent('exits 1 where nobody listens', async () => {
  expect(await check(await freePort()).exited).toEqual({ code: 1, signal: null });
});

it.concurrent('gives up after 3 seconds on a server that never answers', async () => {
  const hanging = createServer().listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const startedAt = Date.now();
  expect(await check((hanging.address() as AddressInfo).port).exited).toEqual({ code: 1, signal: null });
  expect(Date.now() - startedAt).toBeLessThan(4500);
  hanging.close();
});
