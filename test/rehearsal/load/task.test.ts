import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StartedServer, startServer, stopServers } from '../../../app-image/test/server-process';
import { idleConnections } from '../../../rehearsal/load/idle-connections';
import { findingOf, stragglers } from '../../../rehearsal/load/stragglers';

const plain: Server[] = [];

async function listen(keepAliveTimeout: number): Promise<number> {
  const server = createServer((_request, response) => response.end('here'));
  server.keepAliveTimeout = keepAliveTimeout;
  plain.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** They wait for seconds: all at the same time. */
let kept: ReturnType<typeof idleConnections>;
let closed: ReturnType<typeof idleConnections>;
let stopping: Promise<StartedServer>;
/** Of a plain server, in the words of a load balancer ten times as slow. */
let plainlyKept: ReturnType<typeof idleConnections>;
let plainlyClosed: ReturnType<typeof idleConnections>;

beforeAll(async () => {
  const pings = { SOCKET_PING_INTERVAL_SECONDS: '1', SOCKET_PING_TIMEOUT_SECONDS: '1' };
  const services = [
    startServer(),
    startServer({ ...pings, KEEP_ALIVE_TIMEOUT_SECONDS: '2.1' }),
    startServer({ TRUST_PROXY_HOPS: '1', SHUTDOWN_DRAIN_SECONDS: '1.5' }),
  ] as const;
  kept = services[0].then(({ port }) => idleConnections({ port, idleTimeout: 1.5 }));
  closed = services[1].then(({ port }) => idleConnections({ port, idleTimeout: 6 }));
  stopping = services[2];
  await Promise.all(services);
  const shortened = { idleTimeout: 1, speed: 10, connections: 2 };
  plainlyKept = idleConnections({ port: await listen(1_500), ...shortened });
  plainlyClosed = idleConnections({ port: await listen(700), ...shortened });
});

afterAll(async () => {
  for (const server of plain) server.close().closeAllConnections();
  await stopServers();
});

describe('idle connections', () => {
  test('that the service keeps longer than the load balancer uses them are no finding', async () => {
    expect(await kept).toBeUndefined();
  });

  test('that the service closes earlier lose every request sent at that moment', async () => {
    const finding = await closed;
    expect(finding?.message).toMatch(
      /^A web task closes an idle connection after [23]\.\d s, and the load balancer uses it for up to 6\.0 s: 8 of 8 /,
    );
    expect(finding?.message).toMatch(/Set KEEP_ALIVE_TIMEOUT_SECONDS above idle_timeout\.timeout_seconds\.$/);
  });

  test('are judged by how long they would be kept without the second that Node adds', async () => {
    expect(await plainlyKept).toBeUndefined();
    expect(await plainlyClosed).toBeDefined();
  });
});

describe('stragglers', () => {
  test('are served by a service that is told to stop, for its drain', async () => {
    const { port, server } = await stopping;
    server.kill('SIGTERM');
    expect(await stragglers({ port, drainSeconds: 1.5 })).toBeUndefined();
    await server.logged('listener closing');
  });

  test('are lost where the listener closes at once', async () => {
    const port = await listen(0);
    plain.at(-1)?.close();
    const finding = await stragglers({ port, drainSeconds: 0.5 });
    expect(finding?.message).toMatch(
      /^A web task that is stopped failed (\d+) of \1 requests \(ECONNREFUSED\), the first 0\.0 s/,
    );
  });

  test('one that got no answer is enough', () => {
    const answer = (at: number, result: number | string) => ({ at, ms: 1, result, headers: {}, body: '' });
    const finding = findingOf([answer(1_000, 200), answer(2_000, 'ECONNRESET')], 1_500, 1.5);
    expect(finding).toMatchObject({
      at: 2_000,
      message: expect.stringContaining('failed 1 of 2 requests (ECONNRESET)'),
    });
    expect(finding?.message).toContain('the first 0.5 s after SIGTERM');
  });
});
