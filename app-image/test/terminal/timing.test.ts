import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { openRedis, type RedisConnections } from '../../src/redis/redis';
import { TerminalRelay } from '../../src/terminal/relay';
import { Sessions } from '../../src/terminal/sessions';
import { captureLog, environmentOf } from '../database/environment';
import { rawConnection } from '../server-process';
import { freshRedis, type RedisVariable, type Store } from '../stores';
import { frame, opcodes } from './frames';
import { heartbeats } from './relay-process';
import { type Credentials, connect, disconnectAll, join, newToken, peer, tokens } from './terminal-client';

/** As in the service, with less patience. */
const timings = { helloWithinMs: 200, sweepEveryMs: 50, beatEveryMs: 100, aliveForMs: 1_000, recheckEveryMs: 50 };

let store: Store<RedisVariable>;
let redis: RedisConnections;
let client: Redis;
let server: Server;
let relay: TerminalRelay;
let port: number;
const revoked = new Set<string>();

beforeAll(async () => {
  store = await freshRedis();
  const environment = environmentOf({
    ...store.environment,
    SOCKET_PING_INTERVAL_SECONDS: '1',
    SOCKET_PING_TIMEOUT_SECONDS: '1',
  });
  const { log } = captureLog();
  redis = openRedis(environment, log);
  const { REDIS_HOST: host, REDIS_PORT, REDIS_DB } = store.environment;
  client = new Redis({ host, port: Number(REDIS_PORT), db: Number(REDIS_DB) });
  const revocations = { isRevoked: async ({ userId }: { userId: string }) => revoked.has(userId) };
  server = createServer();
  relay = new TerminalRelay(server, { environment, tokens, revocations, redis, log, timings });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  // The first heartbeat, before which nobody is let in.
  await heartbeats(client, 1);
});
afterEach(disconnectAll);
afterAll(async () => {
  relay?.close();
  server?.close();
  client?.disconnect();
  await redis?.close();
  await store?.close();
});

async function newSession(): Promise<Credentials> {
  const token = await newToken();
  const created = await new Sessions(client).create(await tokens.verify(token));
  return { session: created?.id ?? '', cliToken: created?.cliToken ?? '', token };
}
const recordOf = ({ session }: Credentials) => `terminal:session:${session}`;

async function joined() {
  const credentials = await newSession();
  const cli = await join('cli', port, credentials);
  const browser = await join('browser', port, credentials);
  expect(await cli.next()).toEqual(peer('connected'));
  return { credentials, cli, browser };
}

it('sends away who says no hello', async () => {
  const silent = await connect(port);
  const clumsy = await connect(port);
  clumsy.ws.send('{"type":', { fin: false });
  expect((await silent.closed).code).toBe(4408);
  expect((await clumsy.closed).code).toBe(4408);
});

it('ends a session that expires while somebody waits in it', async () => {
  const credentials = await newSession();
  expect(await client.pttl(recordOf(credentials))).toBeGreaterThan(290_000);
  const cli = await join('cli', port, credentials);
  await client.pexpire(recordOf(credentials), 200);
  expect((await cli.closed).code).toBe(4410);
});

it('does not let a session expire while both are there, and gives five minutes from then', async () => {
  const { credentials, cli, browser } = await joined();
  await client.pexpire(recordOf(credentials), 20_000);
  while ((await client.pttl(recordOf(credentials))) < 290_000);
  browser.ws.terminate();
  expect(await cli.next()).toEqual(peer('gone'));
  await client.pexpire(recordOf(credentials), 300);
  expect((await cli.closed).code).toBe(4410);
});

it('ends a session that is older than half a day', async () => {
  const { credentials, cli, browser } = await joined();
  await client.hset(recordOf(credentials), 'createdAt', Date.now() - 12 * 3_600_000 - 1);
  for (const { closed } of [cli, browser]) expect((await closed).code).toBe(4410);
  expect(await client.exists(recordOf(credentials))).toBe(0);
});

it('closes both ends when the user signs out, and nobody else’s', async () => {
  const { credentials, cli, browser } = await joined();
  const others = await joined();
  revoked.add((await tokens.verify(credentials.token)).userId);
  for (const { closed } of [cli, browser]) expect((await closed).code).toBe(4401);
  others.cli.say({ type: 'ping' });
  expect(await others.cli.next()).toEqual({ type: 'pong' });
});

it('cuts off who does not answer a ping, and tells the other one', async () => {
  const credentials = await newSession();
  const cli = await join('cli', port, credentials);
  const { socket, closed } = await rawConnection(port);
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const upgrade = `connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}`;
  socket.write(`GET /api/terminal/relay HTTP/1.1\r\nhost: x\r\n${upgrade}\r\n\r\n`);
  const { session, token } = credentials;
  socket.write(frame(opcodes.text, JSON.stringify({ type: 'hello', role: 'browser', session, token })));
  expect(await cli.next()).toEqual(peer('connected'));
  // Its library answers pings; this one has none.
  expect(await cli.next()).toEqual(peer('gone'));
  expect(await closed).toContain('\x89\x00');
  cli.say({ type: 'ping' });
  expect(await cli.next()).toEqual({ type: 'pong' });
});

it('counts those who are connected', async () => {
  const connections = async (count: number) => {
    while (relay.connected !== count) await new Promise(setImmediate);
  };
  await connections(0);
  const strangers = [await connect(port), await connect(port)];
  await connections(2);
  for (const { ws, closed } of strangers) {
    ws.close();
    await closed;
  }
  await connections(0);
});
