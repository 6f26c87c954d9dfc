import { once } from 'node:events';
import { connect as connectInTheClear } from 'node:net';
import { type ConnectionOptions, connect as connectWithTls } from 'node:tls';
import { type Certificates, issueCertificates } from '../../local/certificates';
import { type Redis, startRedis } from '../../local/redis';
import { isRunning } from './processes';

const started: Redis[] = [];
const start = async (options?: Parameters<typeof startRedis>[0]): Promise<Redis> => {
  const redis = await startRedis(options);
  started.push(redis);
  return redis;
};
afterAll(() => Promise.all(started.map((redis) => redis.stop())));

/** Sends commands as a person at a terminal would, and returns what came back. */
async function ask({ port }: Redis, commands: string[], tls?: ConnectionOptions): Promise<string> {
  const at = { port, host: '127.0.0.1' };
  const socket = tls ? connectWithTls({ ...at, ...tls }) : connectInTheClear(at);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
  await once(socket, tls ? 'secureConnect' : 'connect');
  socket.write([...commands, 'QUIT', ''].join('\r\n'));
  await once(socket, 'close');
  return answer;
}

it('answers, evicts nothing, and loses its keys with a restart', async () => {
  const redis = await start({ databases: 20 });
  expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
  expect(await ask(redis, ['SELECT 19', 'SET key value', 'GET key'])).toBe('+OK\r\n+OK\r\n$5\r\nvalue\r\n+OK\r\n');
  expect(await ask(redis, ['CONFIG GET maxmemory-policy'])).toContain('noeviction');
  await redis.restart();
  expect(await ask(redis, ['SELECT 19', 'GET key'])).toBe('+OK\r\n$-1\r\n+OK\r\n');
});

it('keeps its keys over a restart and a crash when asked to, and leaves nothing when stopped', async () => {
  const redis = await start({ appendonly: true, maxmemoryPolicy: 'allkeys-lru' });
  expect(await ask(redis, ['CONFIG GET maxmemory-policy'])).toContain('allkeys-lru');
  await ask(redis, ['SET key value']);
  await redis.restart();
  expect(await ask(redis, ['GET key'])).toContain('value');

  await redis.kill();
  await expect(ask(redis, ['PING'])).rejects.toThrow('ECONNREFUSED');
  await redis.restart();
  expect(await ask(redis, ['GET key'])).toContain('value');

  const { pid } = redis;
  expect(isRunning(pid)).toBe(true);
  await redis.stop();
  expect(isRunning(pid)).toBe(false);
});

it('comes back when somebody else has killed it', async () => {
  const redis = await start();
  process.kill(redis.pid, 'SIGKILL');
  await redis.restart();
  expect(await ask(redis, ['PING'])).toContain('+PONG');
});

it('asks for the password that it was given', async () => {
  const redis = await start({ password: 'p@ss' });
  expect(redis.url).toBe(`redis://:p%40ss@127.0.0.1:${redis.port}`);
  expect(await ask(redis, ['PING'])).toContain('-NOAUTH');
  expect(await ask(redis, ['AUTH p@ss', 'PING'])).toContain('+PONG');
});

it('takes the port that it is given, or says that it is taken', async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toThrow(/Redis ended before it was ready[\s\S]*Address already in use/);
});

describe('with a certificate', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await issueCertificates(['cache.test']);
  });
  afterAll(() => certificates.remove());

  it('is verified by the authority, and refused without it or by another name', async () => {
    const { caPem: ca } = certificates;
    const redis = await start({ tls: certificates });
    expect(redis.url).toBe(`rediss://127.0.0.1:${redis.port}`);
    expect(await ask(redis, ['PING'], { ca })).toContain('+PONG');
    expect(await ask(redis, ['PING'], { ca, servername: 'cache.test' })).toContain('+PONG');
    await expect(ask(redis, ['PING'], { ca, servername: 'elsewhere.test' })).rejects.toThrow('altnames');
    await expect(ask(redis, ['PING'], {})).rejects.toThrow('unable to verify');
  });
});
