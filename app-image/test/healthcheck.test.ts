import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort, ServiceProcess, startServer, stopServers } from './server-process';

const check = (port: number) => new ServiceProcess('healthcheck', { APP_ENV: 'test', PORT: String(port) });

afterAll(stopServers);

it('exits 0 while the server is ready and 1 while it drains', async () => {
  const { server, port } = await startServer({ SHUTDOWN_DRAIN_SECONDS: '30' });
  expect(await check(port).exited).toEqual({ code: 0, signal: null });

  server.kill('SIGTERM');
  await server.logged('draining');
  const draining = check(port);
  expect(await draining.exited).toEqual({ code: 1, signal: null });
  expect(draining.stderr).toBe('/api/health answered 503\n');
}, 30_000);

it('exits 1 where nobody listens', async () => {
  expect(await check(await freePort()).exited).toEqual({ code: 1, signal: null });
});

it('gives up after 3 seconds on a server that never answers', async () => {
  const hanging = createServer().listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const startedAt = Date.now();
  expect(await check((hanging.address() as AddressInfo).port).exited).toEqual({ code: 1, signal: null });
  expect(Date.now() - startedAt).toBeLessThan(4500);
  hanging.close();
});
