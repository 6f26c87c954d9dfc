import { randomBytes, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { farewells } from '../../src/terminal/protocol';
import { type StartedServer, stopServers } from '../server-process';
import { startRelays } from './relay-process';
import { call, connect, createSession, disconnectAll, join, newToken, pair, peer } from './terminal-client';

const allowedOrigin = 'https://www.mrmentor.in';

let one: StartedServer;
beforeAll(async () => {
  [one] = (await startRelays(1, { CORS_ALLOWED_ORIGINS: JSON.stringify([allowedOrigin]) })) as [StartedServer];
}, 30_000);
afterEach(disconnectAll);
afterAll(stopServers);

it.each(Object.entries(farewells))('the reason of %s fits into its frame', (_name, { reason }) => {
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
});

describe('a first frame', () => {
  const json = (message: unknown) => JSON.stringify(message);
  const hello = { type: 'hello', role: 'cli', session: randomUUID(), token: 'x' };

  it.each<readonly [title: string, frame: string | Buffer, code: number]>([
    ['that is empty', '', 4400],
    ['that is no JSON', 'hello', 4400],
    ['that is null', 'null', 4400],
    ['that is a list', '[]', 4400],
    ['that is another message', json({ type: 'ping' }), 4400],
    ['that is a hello in binary', Buffer.from(json(hello)), 4400],
    ['without a role', json({ ...hello, role: undefined }), 4400],
    ['of an unknown role', json({ ...hello, role: 'admin' }), 4400],
    ['without a session', json({ ...hello, session: undefined }), 4400],
    ['of a session that is no UUID', json({ ...hello, session: '../1' }), 4400],
    ['without a token', json({ ...hello, token: undefined }), 4400],
    ['with an empty token', json({ ...hello, token: '' }), 4400],
    ['with a token that is no text', json({ ...hello, token: { a: 1 } }), 4400],
    ['with a field too many', json({ ...hello, user: 'me' }), 4400],
    ['that is too long', json({ ...hello, token: 'x'.repeat(5_000) }), 1009],
    ['of the largest size', json({ ...hello, token: 'x'.repeat(1_000_000) }), 1009],
    ['of an unknown session', json(hello), 4410],
  ])('%s is refused', async (_title, frame, code) => {
    const client = await connect(one.port);
    client.ws.send(frame);
    const closing = await client.closed;
    expect(closing.code).toBe(code);
    expect(closing.reason).not.toBe('');
  });

  it('with another token than that of the session is refused', async () => {
    const credentials = await createSession(one.port);
    const { session, cliToken, token } = credentials;
    const stranger = await newToken();
    const { cliToken: another } = await createSession(one.port);
    const attempts = [
      { role: 'cli', shown: another, code: 4401 },
      { role: 'cli', shown: token, code: 4401 },
      { role: 'browser', shown: cliToken, code: 4401 },
      { role: 'browser', shown: `${token}x`, code: 4401 },
      { role: 'browser', shown: stranger, code: 4403 },
    ];
    for (const { role, shown, code } of attempts) {
      const client = await connect(one.port);
      client.say({ type: 'hello', role, session, token: shown });
      expect({ role, ...(await client.closed) }).toMatchObject({ role, code });
    }
    // And none of them took the session's place from the right one.
    expect((await join('cli', one.port, credentials)).ws.readyState).toBe(1);
  });

  it('of a user who signed out is refused, and so is the CLI of their session', async () => {
    const credentials = await createSession(one.port);
    const headers = { authorization: `Bearer ${credentials.token}` };
    expect((await fetch(`${one.url}/api/auth/logout`, { method: 'POST', headers })).status).toBe(200);
    for (const role of ['cli', 'browser'] as const) {
      const client = await connect(one.port);
      client.hello(role, credentials);
      expect((await client.closed).code).toBe(4401);
    }
  });

  it('is not followed by more before the relay is ready', async () => {
    const credentials = await createSession(one.port);
    const client = await connect(one.port);
    // In one packet: where this machine is busy, the relay might be ready before a second one is on its way.
    const { _socket: socket } = client.ws as unknown as { readonly _socket: Socket };
    socket.cork();
    client.hello('cli', credentials);
    client.ws.send(Buffer.from('early'));
    socket.uncork();
    expect((await client.closed).code).toBe(4400);
    // The place that it had by then is free again.
    const again = await join('cli', one.port, credentials);
    expect((await call(one.port, credentials.token, 'GET', `/${credentials.session}`)).body.data.cli).toBe('connected');
    again.ws.terminate();
  });
});

describe('a text frame after the hello', () => {
  it('that asks for an answer gets one', async () => {
    const cli = await join('cli', one.port, await createSession(one.port));
    cli.say({ type: 'ping' });
    expect(await cli.next()).toEqual({ type: 'pong' });
  });

  it.each([
    ['no JSON', 'ls -l', 4400],
    ['a list', '[1]', 4400],
    ['no message', '{"cols":1}', 4400],
    ['what only the relay says', '{"type":"peer","state":"gone"}', 4400],
    ['a second hello', '{"type":"hello"}', 4400],
    ['too long', JSON.stringify({ type: 'resize', x: 'x'.repeat(5_000) }), 1009],
  ])('that is %s ends the connection', async (_title, frame, code) => {
    const { cli, browser } = await pair(one.port, one.port);
    cli.ws.send(frame);
    expect((await cli.closed).code).toBe(code);
    expect(await browser.next()).toEqual(peer('gone'));
  });
});

it('ends a connection whose frame is larger than a megabyte', async () => {
  const { cli, browser } = await pair(one.port, one.port);
  cli.ws.send(randomBytes(1_048_577));
  expect((await cli.closed).code).toBe(1009);
  expect(await browser.next()).toEqual(peer('gone'));
});

describe('the upgrade', () => {
  const status = async (port: number, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve) => {
      void connect(port, true, headers).then(
        () => resolve(101),
        ({ message }: Error) => resolve(Number(/(\d{3})$/.exec(message)?.[1])),
      );
    });

  it('is for pages of an allowed origin, and for those that are no pages', async () => {
    expect(await status(one.port, { origin: allowedOrigin })).toBe(101);
    expect(await status(one.port, {})).toBe(101);
    for (const origin of ['https://evil.example', `${allowedOrigin}.evil.example`, 'null', ''])
      expect([origin, await status(one.port, { origin })]).toEqual([origin, 403]);
  });
});
