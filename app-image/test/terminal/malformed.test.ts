import { setTimeout as sleep } from 'node:timers/promises';
import { rawConnection, type StartedServer, stopServers } from '../server-process';
import { malformedConnections } from './malformed-connections';
import { startRelays } from './relay-process';
import { createSession, disconnectAll, pair } from './terminal-client';

let started: StartedServer;
beforeAll(async () => {
  [started] = (await startRelays(1)) as [StartedServer];
}, 30_000);
afterEach(disconnectAll);
afterAll(stopServers);

const count = 600;
const patienceMs = 15_000;

it(`survives ${count} malformed upgrades and frames, while a good pair works on`, async () => {
  const { port, server, url } = started;
  const { cli, browser } = await pair(port, port);
  const credentials = await Promise.all(Array.from({ length: 10 }, () => createSession(port)));
  const queue = malformedConnections(count, 20_261_121, credentials).values();
  const statuses = new Map<string, number>();
  const closings = new Map<number, number>();
  const hanging: string[] = [];

  const work = async () => {
    for (const { opening, bytes } of queue) {
      const { socket, closed } = await rawConnection(port);
      if (opening.length > 0) {
        const ready = new Promise<void>((resolve) => {
          socket.on('data', (text: string) => text.includes('"ready"') && resolve());
        });
        socket.write(opening);
        await Promise.race([ready, closed]);
      }
      socket.end(bytes);
      const answer = await Promise.race([closed, sleep(patienceMs, undefined, { ref: false })]);
      socket.destroy();
      if (answer === undefined) hanging.push(bytes.toString('latin1').slice(0, 300));
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer ?? '')?.[1] ?? 'none';
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const code = closeCodeOf(answer ?? '');
      if (code !== undefined) closings.set(code, (closings.get(code) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));

  expect(hanging).toEqual([]);
  // They came as far as each place that refuses something.
  expect([...statuses.keys()].sort()).toEqual(['100', '101', '400', '403', '404', '405', '431', 'none']);
  expect([...closings.keys()]).toEqual(expect.arrayContaining([1002, 1007, 1009, 4400]));

  cli.ws.send(Buffer.from('still'));
  browser.ws.send(Buffer.from('here'));
  await Promise.all([browser.received(5), cli.received(4)]);
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  expect(server.logs.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  expect(server.stderr).not.toMatch(/^\s+at /m);
}, 60_000);

/** Of the last frame of an upgraded connection's answer, if that is a goodbye. */
function closeCodeOf(answer: string): number | undefined {
  const frames = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
  for (let offset = 0; offset + 2 <= frames.length; ) {
    const length = (frames[offset + 1] ?? 0) & 127;
    if (frames[offset] === 0x88 && length >= 2) return frames.readUInt16BE(offset + 2);
    offset += 2 + (length === 126 ? 2 + frames.readUInt16BE(offset + 2) : length);
  }
  return undefined;
}
