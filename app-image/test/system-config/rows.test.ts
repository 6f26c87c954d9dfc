import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { freePort } from '../../../local/free-port';
import { loadEnvironment } from '../../src/config/load';
import { connectRows } from '../../src/system-config/rows';
import { freshDatabase } from '../stores';
import { created, type Platform, startPlatform } from './platform';

const sockets: Socket[] = [];
const silent = createServer((socket) => sockets.push(socket));

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform?.close();
  silent.close();
  for (const socket of sockets) socket.destroy();
});

const environmentAt = (port: number) =>
  loadEnvironment({ APP_ENV: 'test', DB_HOST: '127.0.0.1', DB_PORT: String(port) }).environment;

it('reads active rows, and encrypted ones in plain text, without the service', async () => {
  await created(platform, { key: 'plain_row', value: 'as it is' });
  await created(platform, { key: 'encrypted_row', value: 'decrypted', encrypted: true });
  await created(platform, { key: 'disabled_row', value: 'x', isActive: false });
  const { rows, close } = await connectRows(platform.stack.environment);
  try {
    expect(await rows.active('plain_row')).toEqual({ value: 'as it is', encrypted: false });
    expect(await rows.active('encrypted_row')).toEqual({ value: 'decrypted', encrypted: true });
    expect(await rows.active('disabled_row')).toBeNull();
    expect(await rows.active('absent_row')).toBeNull();
  } finally {
    await close();
  }
});

it('leaves an empty database as it is', async () => {
  const postgres = await freshDatabase();
  const { environment } = loadEnvironment({ APP_ENV: 'test', ...postgres.environment });
  const { rows, close } = await connectRows(environment);
  try {
    await expect(rows.active('any')).rejects.toThrow('system_configs');
  } finally {
    await close();
    await postgres.close();
  }
});

it('gives up within three seconds where nobody listens, and where nobody answers', async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  for (const port of [await freePort(), (silent.address() as AddressInfo).port]) {
    const began = performance.now();
    await expect(connectRows(environmentAt(port))).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(3_500);
  }
}, 10_000);
