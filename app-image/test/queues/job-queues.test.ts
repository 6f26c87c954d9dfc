import { once } from 'node:events';
import { type Redis, startRedis } from '../../../local/redis';
import { JobQueues } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { QueuesUnavailable } from '../../src/queues/unavailable';
import { openRedis, type RedisConnections } from '../../src/redis/redis';
import { captureLog, environmentOf } from '../database/environment';

const otp = { to: 'a@school.test', template: 'otp', data: { code: '123456' } } as const;

let redis: Redis;
let connections: RedisConnections;
let jobQueues: JobQueues;

function open(): void {
  const variables = { REDIS_HOST: redis.host, REDIS_PORT: String(redis.port) };
  connections = openRedis(environmentOf(variables), captureLog().log);
  jobQueues = new JobQueues(connections);
}

beforeAll(async () => {
  redis = await startRedis();
  open();
  if (!jobQueues.available) await once(jobQueues.connection, 'ready');
});
afterAll(async () => {
  await jobQueues?.close();
  await connections?.close();
  await redis?.stop();
});

const emails = () => jobQueues.queue(queues.email);

it('adds a job with its payload, under an id that no other job ever has', async () => {
  const ids = [await jobQueues.add('email', 'send', otp), await jobQueues.add('email', 'send', otp)];
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await emails().getJob(id)).toMatchObject({ name: 'send', data: otp, opts: { attempts: 10 } });
  }
  expect(new Set(ids).size).toBe(2);
});

it('keeps one of two jobs with the same id', async () => {
  const added = { id: 'the-same', delayMs: 60_000 };
  expect(await jobQueues.add('email', 'send', otp, added)).toBe('the-same');
  expect(await jobQueues.add('email', 'send', { ...otp, to: 'b@school.test' }, added)).toBe('the-same');
  expect(await emails().getDelayedCount()).toBe(1);
  expect(await emails().getJob('the-same')).toMatchObject({ data: otp, opts: { delay: 60_000 } });
});

it('refuses an id with a colon and a payload that is not as it has to be, and adds nothing', async () => {
  const before = await emails().getJobCounts();
  await expect(jobQueues.add('email', 'send', otp, { id: 'lead:1' })).rejects.toThrow('leave out the colon');
  const wrong = { ...otp, to: 'nobody' };
  await expect(jobQueues.add('email', 'send', wrong)).rejects.toMatchObject({
    issues: [expect.objectContaining({ path: ['to'] })],
  });
  expect(await emails().getJobCounts()).toEqual(before);
});

it('stores what the schema knows, and nothing else', async () => {
  const id = await jobQueues.add('email', 'send', Object.assign({ password: 'never-to-be-stored' }, otp));
  expect((await emails().getJob(id))?.data).toEqual(otp);
});

it('says that the queues are away, and not the database, when Redis has no room', async () => {
  await jobQueues.connection.config('SET', 'maxmemory', '1mb');
  await expect(jobQueues.add('email', 'send', otp)).rejects.toThrow(QueuesUnavailable);
  await jobQueues.connection.config('SET', 'maxmemory', '0');
  expect(await jobQueues.add('email', 'send', otp)).toEqual(expect.any(String));
});

it('waits a second for a Redis that hangs, and no longer', async () => {
  process.kill(redis.pid, 'SIGSTOP');
  try {
    await expect(jobQueues.add('email', 'send', otp, { id: 'while-it-hung' })).rejects.toThrow(QueuesUnavailable);
  } finally {
    process.kill(redis.pid, 'SIGCONT');
  }
  // Nobody could know: it was on its way. Whoever tries again with an id of theirs gets one job.
  expect(await jobQueues.add('email', 'send', otp, { id: 'while-it-hung' })).toBe('while-it-hung');
  expect(await emails().getJob('while-it-hung')).toMatchObject({ data: otp });
});

it('fails at once while Redis is away, opens queues all the same, and uses them when it is back', async () => {
  await jobQueues.close();
  await connections.close();
  await redis.kill();

  open();
  await expect(jobQueues.add('email', 'send', otp)).rejects.toThrow(new QueuesUnavailable('Redis is away'));
  expect(jobQueues.available).toBe(false);
  expect(jobQueues.all).toHaveLength(Object.keys(queues).length);

  await redis.restart();
  if (!jobQueues.available) await once(jobQueues.connection, 'ready');
  const id = await jobQueues.add('email', 'send', otp);
  expect(await emails().getJob(id)).toMatchObject({ data: otp });
});

it('closes while Redis is away', async () => {
  await redis.kill();
  await jobQueues.close();
  expect(jobQueues.connection.status).not.toBe('ready');
  await redis.restart();
});
