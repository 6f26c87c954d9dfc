import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Endpoint, openEndpoint } from '../../../rehearsal/parts/endpoint';

const servers: Server[] = [];
const sockets: Socket[] = [];
let endpoint: Endpoint;
afterEach(async () => {
  await endpoint.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server that says who it is, and then what it is told. */
async function serve(name: string): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.write(`${name} `);
    socket.pipe(socket);
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function dial(): Socket {
  const socket = connect({ port: endpoint.port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  return socket;
}

async function ask(question: string): Promise<string> {
  const socket = dial();
  socket.end(question);
  return text(socket);
}

const broken = (socket: Socket): Promise<string> =>
  once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? '');

it('passes on what both sides say, to the end', async () => {
  endpoint = await openEndpoint(await serve('primary'));
  expect(await ask('hello')).toBe('primary hello');
  const long = 'x'.repeat(1_000_000);
  expect(await ask(long)).toBe(`primary ${long}`);
});

it('follows a failover on the same port, and cuts whoever is connected to the old server', async () => {
  endpoint = await openEndpoint(await serve('primary'));
  const { port } = endpoint;
  const connected = dial();
  await once(connected, 'data');
  const cut = broken(connected);
  endpoint.follow(await serve('replica'));
  expect(await cut).toBe('ECONNRESET');
  expect(await ask('hello')).toBe('replica hello');
  expect(endpoint.port).toBe(port);
});

it('lets nobody in while it is down, and keeps whoever is connected', async () => {
  const primary = await serve('primary');
  endpoint = await openEndpoint(primary);
  const connected = dial();
  await once(connected, 'data');
  endpoint.down();
  expect(await broken(dial())).toBe('ECONNRESET');
  connected.write('still here');
  expect(String((await once(connected, 'data'))[0])).toBe('still here');
  const cut = broken(connected);
  endpoint.follow(primary);
  await cut;
  expect(await ask('hello')).toBe('primary hello');
});

it('breaks a connection to a server that is not there', async () => {
  const gone = await serve('gone');
  const [server] = servers.splice(0);
  server?.close();
  endpoint = await openEndpoint(gone);
  expect(await broken(dial())).toBe('ECONNRESET');
});
