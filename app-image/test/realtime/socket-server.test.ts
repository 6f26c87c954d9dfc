import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { loadEnvironment } from '../../src/config/load';
import { Tokens } from '../../src/identity/tokens';
import { rawConnection, type StartedServer, startServer, stopServers } from '../server-process';
import { complaints } from './complaints';

const drainSeconds = 3;
const { environment } = loadEnvironment({ APP_ENV: 'test' });
const tokens = new Tokens(environment);
const newToken = () => tokens.issue({ id: randomUUID(), role: 'USER' });

let started: StartedServer;
const opened: Socket[] = [];
beforeAll(async () => {
  started = await startServer({ PROCESS_ROLE: 'web', SHUTDOWN_DRAIN_SECONDS: String(drainSeconds) });
}, 30_000);
afterEach(() => {
  for (const socket of opened.splice(0)) socket.disconnect();
});
afterAll(stopServers);

function open(options: Partial<ManagerOptions & SocketOptions>): Socket {
  const socket = io(started.url, { forceNew: true, reconnection: false, ...options });
  opened.push(socket);
  return socket;
}
async function connected(options: Partial<ManagerOptions & SocketOptions>): Promise<Socket> {
  const socket = open(options);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('connect_error', reject);
  });
  return socket;
}
const refusal = async (options: Partial<ManagerOptions & SocketOptions>): Promise<string> =>
  connected(options).then(
    () => 'none',
    ({ message }: Error) => message,
  );

it.each([['polling'], ['websocket'], ['polling', 'websocket']])(
  'admits a valid token over %s %s',
  async (...transports) => {
    const given = transports.filter(Boolean);
    const shown = await connected({ transports: given, auth: { token: await newToken() } });
    expect(shown.connected).toBe(true);
    const header = { authorization: `Bearer ${await newToken()}` };
    expect(await refusal({ transports: given, extraHeaders: header })).toBe('none');
  },
);

it('admits nobody without a valid token', async () => {
  const forged = await new Tokens({ ...environment, JWT_SECRET: 'x'.repeat(40) }).issue({ id: 'x', role: 'USER' });
  for (const auth of [{}, { token: '' }, { token: 'nonsense' }, { token: 42 }, { token: { a: 1 } }, { token: forged }])
    expect(await refusal({ auth })).toBe('UNAUTHORIZED');
  expect(await refusal({ extraHeaders: { authorization: 'Basic abc' } })).toBe('UNAUTHORIZED');
});

it('admits nobody with a token that was signed out', async () => {
  const token = await newToken();
  expect(await refusal({ auth: { token } })).toBe('none');
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${started.url}/api/auth/logout`, { method: 'POST', headers })).status).toBe(200);
  expect(await refusal({ auth: { token } })).toBe('TOKEN_REVOKED');
});

it('cuts off whoever sends more than a megabyte at once', async () => {
  const socket = await connected({ transports: ['websocket'], auth: { token: await newToken() } });
  socket.emit('chat', 'x'.repeat(1_100_000));
  const [reason] = await once(socket as unknown as NodeJS.EventEmitter, 'disconnect');
  expect(['transport close', 'transport error']).toContain(reason);
  expect((await fetch(`${started.url}/api/health`)).status).toBe(200);
});

it.each(['/', '/api/ws', '/socket.io', '/socket.io?EIO=4&transport=websocket', '/socket.iou/'])(
  'answers a WebSocket at %s with 404',
  async (path) => {
    const { socket, closed } = await rawConnection(started.port);
    const key = randomBytes(16).toString('base64');
    const upgrade = `connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}`;
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${upgrade}\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1\.1 404 .*"code":"NOT_FOUND"/s);
  },
);

it('tells everybody to go elsewhere while it drains, and ends what is left with a reason', async () => {
  const { server } = started;
  const auth = { token: await newToken() };
  const sockets = [
    await connected({ transports: ['websocket'], auth }),
    await connected({ transports: ['polling'], auth }),
  ];
  const told = (socket: Socket) =>
    new Promise<{ reconnectAfterMs: number }>((resolve) => void socket.once('server-draining', resolve));
  const ended = (socket: Socket) => new Promise<string>((resolve) => void socket.once('disconnect', resolve));
  const [toldEarly, reasons] = [sockets.map(told), sockets.map(ended)];

  server.kill('SIGTERM');
  await server.logged('draining');
  const late = open({ auth });
  for (const word of await Promise.all([...toldEarly, told(late)])) {
    expect(word.reconnectAfterMs).toBeGreaterThanOrEqual(0);
    expect(word.reconnectAfterMs).toBeLessThan(drainSeconds * 1000);
  }
  expect(sockets.map((socket) => socket.connected)).toEqual([true, true]);
  expect(await Promise.all([...reasons, ended(late)])).toEqual(Array(3).fill('io server disconnect'));
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(complaints(server)).toEqual([]);
}, 30_000);

it('opens no session once it has closed them, on a connection from before either', async () => {
  const { server, port } = await startServer({ PROCESS_ROLE: 'web', SHUTDOWN_DRAIN_SECONDS: '0' });
  const { socket, closed } = await rawConnection(port);
  // Half a request, so that the connection does not count as idle.
  socket.write('GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nhost: x\r\n');
  await fetch(`http://127.0.0.1:${port}/api/health`);
  server.kill('SIGTERM');
  await server.logged('listener closing');
  socket.write('\r\n');
  expect(await closed).toMatch(/^HTTP\/1\.1 403 /);
  expect(await server.exited).toEqual({ code: 0, signal: null });
}, 30_000);
