import type { Client } from 'pg';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { complaints } from '../realtime/complaints';
import { Guest, hangUp } from '../realtime/guest';
import { School } from '../realtime/school';
import { stopServers } from '../server-process';
import { connectPostgres, connectRedis } from '../store-clients';
import { redisVariables, type Service, startService, until, variablesOf } from './service';

let postgres: Postgres;
let redis: Redis;
let services: readonly [Service, Service];
let database: Client;
let school: School;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis({ appendonly: true })]);
  const variables = await variablesOf(postgres, redis);
  services = [await startService(variables), await startService(variables)];
  database = await connectPostgres(variables);
  school = new School(database);
}, 60_000);
const clients: ReturnType<typeof connectRedis>[] = [];
afterEach(() => {
  hangUp();
  for (const client of clients.splice(0)) client.disconnect();
});
afterAll(async () => {
  await database?.end();
  await stopServers();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

const urls = () => services.map(({ port }) => `http://127.0.0.1:${port}`) as [string, string];

function redisClient() {
  const client = connectRedis({ ...redisVariables(redis), REDIS_DB: '0' });
  clients.push(client);
  return client;
}

/** The mentor on the first process, the student on the second one. */
async function meet() {
  const meeting = await school.meeting();
  const mentor = await Guest.connect(urls()[0], meeting.mentor);
  const student = await Guest.connect(urls()[1], meeting.student);
  for (const guest of [mentor, student]) await guest.does('join-room', { meetingId: meeting.id });
  await Promise.all([mentor, student].map((guest) => guest.seesUsers(mentor, student)));
  return { meeting, mentor, student };
}

it('a meeting that is ended while Redis is away ends for those on other processes, too', async () => {
  const { meeting, mentor, student } = await meet();
  await redis.kill();
  const { endedAt } = await mentor.does('end-meeting');
  expect(await student.hears('meeting-ended', () => true, 20_000)).toEqual({
    ...{ meetingId: meeting.id, endedAt, endedBy: mentor.userId },
  });
  expect(await student.ask('chat-message', { text: 'still here?' })).toMatchObject({ code: 'NOT_IN_A_MEETING' });
  await redis.restart();
}, 60_000);

it('two devices that took the same seat while Redis was away are one afterwards, whichever process is back first', async () => {
  for (const first of [0, 1] as const) {
    const { meeting, mentor, student } = await meet();
    await redis.kill();
    const second = await Guest.connect(urls()[0], meeting.student);
    await second.does('join-room', { meetingId: meeting.id });
    const late = services[first === 0 ? 1 : 0].process;
    late.kill('SIGSTOP');
    await redis.restart();
    const client = redisClient();
    await until(async () => (await client.hlen(`meeting:${meeting.id}:participants`)) > 0, 10_000, 'who is back first');
    late.kill('SIGCONT');
    expect(await student.hears('connection-taken-over', () => true, 20_000)).toEqual({ meetingId: meeting.id });
    const { users } = await mentor.does('get-online-users');
    expect(users).toMatchObject([{ socketId: mentor.id }, { socketId: second.id }]);
    hangUp();
  }
}, 90_000);

it('a process that reads so slowly that Redis cuts it off finds out what it missed', async () => {
  const { meeting, mentor, student } = await meet();
  const signedOut = await school.person('Signed out');
  const other = await Guest.connect(urls()[1], signedOut);
  const device = await Guest.connect(urls()[0], meeting.student);
  const late = await Guest.connect(urls()[0], await school.person('Late', 'ADMIN'));

  const client = redisClient();
  await client.config('SET', 'client-output-buffer-limit', 'pubsub 1mb 1mb 1');
  const subscribers = async () => String(await client.client('LIST', 'TYPE', 'PUBSUB')).split('\n').length;
  const before = await subscribers();
  services[1].process.kill('SIGSTOP');
  const junk = Buffer.alloc(100_000);
  await until(
    async () => {
      await client.publish('socket.io:0#/#nobody#', junk);
      return (await subscribers()) < before;
    },
    10_000,
    'a subscriber that is cut off',
  );
  await device.does('join-room', { meetingId: meeting.id });
  await late.does('join-room', { meetingId: meeting.id });
  const headers = { authorization: `Bearer ${signedOut.token}` };
  expect((await fetch(`${urls()[0]}/api/auth/logout`, { method: 'POST', headers })).status).toBe(200);
  services[1].process.kill('SIGCONT');

  expect(await student.hears('connection-taken-over')).toEqual({ meetingId: meeting.id });
  expect(await other.hears('disconnect')).toEqual({ reason: 'io server disconnect' });
  await mentor.seesUsers(mentor, device, late);
  await client.config('SET', 'client-output-buffer-limit', 'pubsub 32mb 8mb 60');
}, 60_000);

it('nobody has complained', () => {
  for (const service of services) expect(complaints(service.process)).toEqual([]);
});
