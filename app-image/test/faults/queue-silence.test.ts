import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { JobQueues } from '../../src/queues/job-queues';
import { Workers } from '../../src/queues/workers';
import { openRedis } from '../../src/redis/redis';
import { captureLog, environmentOf } from '../database/environment';
import { freshRedis } from '../stores';
import { until } from './service';

/** Between the service and Redis. Silenced, the connections that there are stay open, and nothing passes any more. */
async function openProxy(port: number) {
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {}));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    silence() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

it('leaves a Redis that has gone silent, and adds and does jobs by new connections', async () => {
  const store = await freshRedis();
  const proxy = await openProxy(Number(store.environment.REDIS_PORT));
  const { log } = captureLog();
  const redis = openRedis(environmentOf({ ...store.environment, REDIS_PORT: String(proxy.port) }), log);
  const jobQueues = new JobQueues(redis);
  const done = new Set<string>();
  const handlers = { email: { send: async (_: unknown, { id }: { readonly id: string }) => void done.add(id) } };
  const workers = new Workers({ redis, jobQueues, log, handlers });
  const added = new Set<string>();
  const add = () =>
    jobQueues.add('email', 'send', { to: 'a@school.test', template: 'otp', data: { code: '471147' } }).then(
      (id) => Boolean(added.add(id)),
      () => false,
    );
  const allDone = () => [...added].every((id) => done.has(id));
  await until(add, 5_000, 'a job is added');
  await until(async () => allDone(), 5_000, 'it is done');

  proxy.silence();
  expect(await add()).toBe(false);
  await until(add, 30_000, 'another one is added');
  await until(async () => allDone(), 30_000, 'it is done as well');

  await workers.close(5_000);
  await jobQueues.close();
  await redis.close();
  proxy.close();
  await store.close();
}, 90_000);
