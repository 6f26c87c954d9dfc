import { randomBytes } from 'node:crypto';
import { type StartedServer, stopServers } from '../server-process';
import { randomFrames } from './frames';
import { startRelays } from './relay-process';
import { call, connect, createSession, disconnectAll, join, pair, peer } from './terminal-client';

let one: StartedServer;
let other: StartedServer;
beforeAll(async () => {
  [one, other] = (await startRelays(2)) as [StartedServer, StartedServer];
}, 30_000);
afterEach(disconnectAll);
afterAll(stopServers);

const ports = (across: boolean) => [one.port, across ? other.port : one.port] as const;

describe.each([
  ['one process', false],
  ['two processes', true],
])('a CLI and a browser on %s', (_title, across) => {
  it('are told of each other, in either order', async () => {
    const [here, there] = ports(across);
    for (const [first, second] of [
      ['cli', 'browser'],
      ['browser', 'cli'],
    ] as const) {
      const credentials = await createSession(here);
      const waiting = await connect(here);
      waiting.hello(first, credentials);
      expect(await waiting.next()).toEqual({ type: 'ready', peer: 'waiting' });
      const late = await connect(there);
      late.hello(second, credentials);
      const ready = await late.next();
      expect(ready.type).toBe('ready');
      if (ready.peer === 'waiting') expect(await late.next()).toEqual(peer('connected'));
      expect(await waiting.next()).toEqual(peer('connected'));
    }
  });

  it('get all data of each other, unchanged and in order', async () => {
    const [here, there] = ports(across);
    const { cli, browser } = await pair(here, there, false);
    const [toBrowser, toCli] = [randomFrames(8_000_000, 1), randomFrames(4_000_000, 2)];
    for (const frame of toBrowser.frames) cli.ws.send(frame);
    for (const frame of toCli.frames) browser.ws.send(frame);
    await Promise.all([browser.received(toBrowser.bytes), cli.received(toCli.bytes)]);
    expect(browser.digest()).toBe(toBrowser.digest);
    expect(cli.digest()).toBe(toCli.digest);
  });

  it('get each frame as it was cut, empty ones and the largest ones included', async () => {
    const { cli, browser } = await pair(...ports(across));
    const frames = [0, 1, 125, 126, 65_535, 65_536, 1_048_576, 0, 3].map((bytes) => randomBytes(bytes));
    for (const frame of frames) cli.ws.send(frame);
    await browser.received(frames.reduce((sum, { length }) => sum + length, 0));
    expect(browser.data.map(({ length }) => length)).toEqual(frames.map(({ length }) => length));
    expect(Buffer.concat(browser.data).equals(Buffer.concat(frames))).toBe(true);
  });

  it('get control of each other in its place among the data', async () => {
    const { cli, browser } = await pair(...ports(across));
    const order: unknown[] = [];
    cli.ws.on('message', (message: Buffer, binary) => order.push(binary ? message.toString() : 'control'));
    browser.ws.send(Buffer.from('before'));
    browser.say({ type: 'resize', cols: 120, rows: 40 });
    browser.ws.send(Buffer.from('{"type":"resize"}'));
    expect(await cli.next()).toEqual({ type: 'resize', cols: 120, rows: 40 });
    await cli.received(23);
    expect(order).toEqual(['before', 'control', '{"type":"resize"}']);
  });

  it('get first what the other one said while it was alone', async () => {
    const [here, there] = ports(across);
    const credentials = await createSession(here);
    const cli = await join('cli', here, credentials);
    cli.ws.send(Buffer.from('$ '));
    cli.say({ type: 'resize', cols: 80, rows: 24 });
    const browser = await connect(there);
    browser.hello('browser', credentials);
    await browser.received(2);
    expect(browser.text).toBe('$ ');
  });

  it('are told when the other one is gone, and go on when it is back', async () => {
    const [here, there] = ports(across);
    const { cli, browser, credentials } = await pair(here, there);
    browser.ws.terminate();
    expect(await cli.next()).toEqual(peer('gone'));
    cli.ws.send(Buffer.from('meanwhile'));
    const again = await connect(there);
    again.hello('browser', credentials);
    expect(await cli.next()).toEqual(peer('connected'));
    await again.received(9);
    expect(again.text).toBe('meanwhile');
    again.ws.send(Buffer.from('hello again'));
    await cli.received(11);
    expect(cli.text).toBe('hello again');
  });

  it('lose their place to a second one of their kind', async () => {
    const [here, there] = ports(across);
    const { cli, browser, credentials } = await pair(here, here);
    const second = await connect(there);
    second.hello('browser', credentials);
    expect(await browser.closed).toEqual({ code: 4409, reason: expect.any(String) });
    expect([await cli.next(), await cli.next()]).toEqual([peer('gone'), peer('connected')]);
    cli.ws.send(Buffer.from('to the second one'));
    await second.received(17);
    second.ws.send(Buffer.from('from the second one'));
    await cli.received(19);
    expect([second.text, cli.text]).toEqual(['to the second one', 'from the second one']);
  });

  it('are sent away when their session is ended', async () => {
    const [here, there] = ports(across);
    const { cli, browser, credentials } = await pair(here, there);
    const { session, token } = credentials;
    expect(await call(there, token, 'DELETE', `/${session}`)).toEqual({ status: 200, body: { success: true } });
    for (const client of [cli, browser]) expect((await client.closed).code).toBe(4410);
    const late = await connect(here);
    late.hello('cli', credentials);
    expect((await late.closed).code).toBe(4410);
  });
});

it('gives the place to one of many that want it at once, and pairs that one', async () => {
  const credentials = await createSession(one.port);
  const cli = await join('cli', one.port, credentials);
  const browsers = await Promise.all(Array.from({ length: 12 }, (_, index) => connect(ports(index % 2 === 0)[1])));
  for (const browser of browsers) browser.hello('browser', credentials);
  const losers = new Set<number>();
  await new Promise<void>((resolve) => {
    for (const [index, { closed }] of browsers.entries())
      void closed.then(({ code }) => {
        if (code === 4409) losers.add(index);
        if (losers.size === browsers.length - 1) resolve();
      });
  });
  const winner = browsers.find((_, index) => !losers.has(index));
  winner?.ws.send(Buffer.from('it is me'));
  await cli.received(8);
  cli.ws.send(Buffer.from('welcome'));
  await winner?.received(7);
  expect(winner?.text).toBe('welcome');
});
