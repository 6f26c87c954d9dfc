import { type StartedServer, stopServers } from '../server-process';
import { startRelays } from '../terminal/relay-process';
import { disconnectAll, pair } from '../terminal/terminal-client';

afterEach(disconnectAll);
afterAll(stopServers);

it('a process ends in order although a client neither reads nor answers', async () => {
  const [{ server, port }] = (await startRelays(1)) as [StartedServer];
  const { cli, browser } = await pair(port, port, false);
  browser.ws.pause();
  for (let sent = 0; sent < 50; sent += 1) cli.ws.send(Buffer.alloc(1_000_000));
  // As soon as its peer is slow, it is itself.
  while (cli.ws.bufferedAmount === 0) await new Promise(setImmediate);
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
}, 60_000);
