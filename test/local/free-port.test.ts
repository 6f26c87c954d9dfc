import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../../local/free-port';

it('gives a port that can be listened on, and passes over one that is taken', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  // The same draw again, then another one.
  const draws = [(port - 20_000) / 12_000 + 1e-9, 0.5];
  const random = jest.spyOn(Math, 'random').mockImplementation(() => draws.shift() ?? 0.25);
  const next = await freePort();
  random.mockRestore();
  expect(next).not.toBe(port);
  expect(draws).toEqual([]);
  server.close();
  await once(server, 'close');
});
