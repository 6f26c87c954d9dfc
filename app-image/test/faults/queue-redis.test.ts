import { setTimeout as sleep } from 'node:timers/promises';
import { type Redis, startRedis } from '../../../local/redis';
import { type MailServer, startMailServer } from '../../../rehearsal/parts/mail-server';
import { queues } from '../../src/queues/queue';
import { rawConnection, type StartedServer, startServer, stopServers } from '../server-process';
import { openProducer, tally } from './mail-jobs';
import { tell } from './outcomes';
import { call, redisVariables, signIn, until } from './service';

const operator = { BULL_BOARD_USERNAME: 'operator', BULL_BOARD_PASSWORD: 'password-of-the-operators' };

let redis: Redis;
let mailServer: MailServer;
let variables: Readonly<Record<string, string>>;
let web: StartedServer;
let worker: StartedServer;
let producer: Awaited<ReturnType<typeof openProducer>>;

beforeAll(async () => {
  [redis, mailServer] = await Promise.all([startRedis({ appendonly: 'always' }), startMailServer()]);
  variables = { ...redisVariables(redis), REDIS_DB: '0', ...mailServer.environment, SHUTDOWN_DRAIN_SECONDS: '0' };
  web = await startServer({ ...variables, ...operator, PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1' });
  worker = await startServer({ ...variables, PROCESS_ROLE: 'worker' });
  producer = await openProducer(variables);
}, 60_000);
afterAll(async () => {
  await producer?.close();
  await stopServers();
  await Promise.all([redis?.stop(), mailServer?.stop()]);
});

const alive = ({ server }: StartedServer) => !server.logs.some(({ level }) => level === 'fatal');

it('a Redis that is killed and restarted under load loses no job that was acknowledged', async () => {
  const stop = producer.load(8, 5);
  for (let outage = 0; outage < 3; outage += 1) {
    await sleep(1_500);
    await redis.kill();
    await sleep(800);
    await redis.restart();
  }
  await sleep(1_500);
  await stop();

  const began = performance.now();
  const { jobQueues, acknowledged } = producer;
  await until(async () => tally(acknowledged, mailServer).lost === 0, 90_000, 'every mail arrives');
  const queue = jobQueues.queue(queues.email);
  const unfinished = async () => {
    const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts();
    return waiting + active + delayed;
  };
  await until(async () => (await unfinished()) === 0, 90_000, 'no job is left');
  tell('Redis killed three times under mails', [], {
    ...tally(acknowledged, mailServer),
    refused: producer.refused,
    arrivedWithinMs: Math.round(performance.now() - began),
  });
  expect(acknowledged.size).toBeGreaterThan(200);
  expect(producer.refused).toBeGreaterThan(0);
  expect(await queue.getFailedCount()).toBe(0);
  expect([alive(web), alive(worker)]).toEqual([true, true]);
}, 240_000);

it('requests that add a job are told that the queues are away, whether Redis is gone or hangs', async () => {
  const token = await signIn(web.port);
  const add = () => call(web.port, '/api/admin/emails/test', { token, body: {} });
  expect((await add()).status).toBe(202);
  const away = { status: 503, answer: { message: 'The job queues are away for a moment: try again' } };

  await redis.kill();
  await until(async () => (await add()).status === 503, 5_000, 'Redis seen as away');
  expect(await add()).toMatchObject(away);
  await redis.restart();
  await until(async () => (await add()).status === 202, 10_000, 'jobs are added again');

  const authorization = `Basic ${Buffer.from(Object.values(operator).join(':')).toString('base64')}`;
  process.kill(redis.pid, 'SIGSTOP');
  try {
    // Who hangs up while Redis is asked for wrong passwords is forgotten.
    const { socket } = await rawConnection(web.port);
    socket.write(`GET /admin/queues/api/nothing HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`);
    setTimeout(() => socket.destroy(), 100);
    expect(await add()).toMatchObject(away);
    const board = await fetch(`${web.url}/admin/queues/api/queues`, { headers: { authorization } });
    expect([board.status, await board.json()]).toMatchObject([503, away.answer]);
  } finally {
    process.kill(redis.pid, 'SIGCONT');
  }
  await until(async () => (await add()).status === 202, 10_000, 'jobs are added again');
  // The board's late answers went nowhere.
  expect(web.server.stderr).not.toMatch(/^\s+at /m);
  expect((await fetch(`${web.url}/api/health`)).status).toBe(200);
  expect(alive(web)).toBe(true);
}, 60_000);

it('the schedules are back after Redis was flushed and the worker restarted', async () => {
  const queue = producer.jobQueues.queue(queues.cleanup);
  const registered = async () => (await queue.getJobSchedulers()).map(({ key }) => key).sort();
  const before = await registered();
  expect(before.length).toBeGreaterThan(0);
  await producer.jobQueues.connection.flushall();
  expect(await registered()).toEqual([]);
  const { server } = await startServer({ ...redisVariables(redis), REDIS_DB: '0', PROCESS_ROLE: 'worker' });
  await until(async () => (await registered()).length === before.length, 10_000, 'the schedules are back');
  expect(await registered()).toEqual(before);
  server.kill('SIGKILL');
  await server.exited;
}, 30_000);

it('processes start and end in order while Redis is away, and use it when it is back', async () => {
  await redis.kill();
  for (const { server } of [worker, web]) server.kill('SIGTERM');
  for (const { server } of [worker, web]) expect(await server.exited).toEqual({ code: 0, signal: null });

  const early = await startServer({ ...variables, PROCESS_ROLE: 'all' });
  await early.server.logged('redis is away');
  await redis.restart();
  await until(async () => producer.jobQueues.available, 5_000, 'Redis is back');
  await producer.add();
  await until(async () => tally(producer.acknowledged, mailServer).lost === 0, 30_000, 'the mail arrives');

  await redis.kill();
  early.server.kill('SIGTERM');
  expect(await early.server.exited).toEqual({ code: 0, signal: null });
  await redis.restart();
}, 90_000);
