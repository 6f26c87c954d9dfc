import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { io } from 'socket.io-client';
import { openDatabase } from '../../src/database/database';
import { type Identity, Tokens } from '../../src/identity/tokens';
import { SocketServer } from '../../src/realtime/socket-server';
import { openRedis } from '../../src/redis/redis';
import { environmentOf } from '../database/environment';
import { stopServers, stores } from '../server-process';

afterAll(stopServers);

it('closes the sockets of a token that was revoked without a word, and no others', async () => {
  const environment = environmentOf(await stores());
  const tokens = new Tokens(environment);
  const revoked = new Set<string>();
  const revocations = {
    isRevoked: async ({ tokenId }: Identity) => revoked.has(tokenId),
    onRevocation: () => {},
  };
  const server = createServer();
  const log = pino({ level: 'silent' });
  const redis = openRedis(environment, log);
  const database = await openDatabase(environment, log);
  const parts = { environment, database, redis, tokens, revocations, log };
  const sockets = new SocketServer(server, { ...parts, recheckEveryMs: 50 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const open = async (id: string) => {
    const token = await tokens.issue({ id, role: 'USER' });
    const client = io(url, { auth: { token }, transports: ['websocket'], forceNew: true });
    await new Promise<void>((resolve) => client.once('connect', resolve));
    return { client, tokenId: (await tokens.verify(token)).tokenId };
  };
  const [signedOut, stays] = [await open('a'), await open('b')];
  const closed = new Promise<string>((resolve) => signedOut.client.once('disconnect', resolve));
  revoked.add(signedOut.tokenId);
  expect(await closed).toBe('io server disconnect');
  expect(stays.client.connected).toBe(true);

  for (const { client } of [signedOut, stays]) client.close();
  sockets.close();
  server.close();
  await sockets.settled();
  await Promise.all([redis.close(), database.close()]);
});
