import { type StartedServer, stopServers } from '../server-process';
import { startRelays } from './relay-process';
import { connect, createSession, disconnectAll, pair } from './terminal-client';

afterEach(disconnectAll);
afterAll(stopServers);

const drainSeconds = 3;

it('tells everybody to go elsewhere while it drains, and ends what is left with a reason', async () => {
  const [{ server, port }] = (await startRelays(1, { SHUTDOWN_DRAIN_SECONDS: String(drainSeconds) })) as [
    StartedServer,
  ];
  const { cli, browser } = await pair(port, port);
  const credentials = await createSession(port);

  server.kill('SIGTERM');
  await server.logged('draining');
  const late = await connect(port);
  for (const client of [cli, browser, late]) {
    const { type, reconnectAfterMs } = await client.next();
    expect(type).toBe('server-draining');
    expect(reconnectAfterMs).toBeGreaterThanOrEqual(0);
    expect(reconnectAfterMs).toBeLessThan(drainSeconds * 1000);
  }
  // Until then all goes on.
  late.hello('cli', credentials);
  expect(await late.next()).toEqual({ type: 'ready', peer: 'waiting' });
  cli.ws.send(Buffer.from('as before'));
  await browser.received(9);

  for (const client of [cli, browser, late])
    expect(await client.closed).toEqual({ code: 1012, reason: 'This process ends: connect again, to another one' });
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
}, 30_000);
