import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Postgres, startPostgres } from '../../../local/postgres';
import { type Redis, startRedis } from '../../../local/redis';
import { complaints } from '../realtime/complaints';
import { Guest, hangUp } from '../realtime/guest';
import { eventually, School } from '../realtime/school';
import { stopServers } from '../server-process';
import { connectPostgres } from '../store-clients';
import { tell } from './outcomes';
import { type Service, startService, variablesOf } from './service';

/** Until every connection of both processes is used again: a second at most between two tries. */
const backWithinMs = 6_000;

let postgres: Postgres;
/** It keeps what it knew, as ElastiCache does by its replica; the other one forgets it. */
let keeping: Redis;
let forgetting: Redis;
let variables: Awaited<ReturnType<typeof variablesOf>>;
let database: Client;
let school: School;
beforeAll(async () => {
  [postgres, keeping, forgetting] = await Promise.all([
    startPostgres(),
    startRedis({ appendonly: true }),
    startRedis(),
  ]);
}, 30_000);
afterEach(async () => {
  hangUp();
  await database?.end();
  await stopServers();
});
afterAll(() => Promise.all([postgres?.stop(), keeping?.stop(), forgetting?.stop()]));

async function startTwo(redis: Redis): Promise<readonly [Service, Service]> {
  variables = await variablesOf(postgres, redis);
  const environment = { ...variables, DB_POOL_TIMEOUT: '1', MEETING_GRACE_SECONDS: '2' };
  const services = [await startService(environment), await startService(environment)] as const;
  database = await connectPostgres(variables);
  school = new School(database);
  return services;
}

const urlOf = ({ port }: Service) => `http://127.0.0.1:${port}`;
/** Says something every 50 ms until the other one hears it. @returns milliseconds */
async function untilHeard(speaker: Guest, listener: Guest, limitMs: number): Promise<number> {
  const began = performance.now();
  const text = `is anybody there, ${began}?`;
  while (listener.heard('chat-message').every((message) => message.text !== text)) {
    if (performance.now() - began > limitMs) throw new Error(`Not heard within ${limitMs} ms`);
    await speaker.does('chat-message', { text });
    await sleep(50);
  }
  return performance.now() - began;
}

describe.each([
  [
    'is killed, and comes back with its data',
    () => keeping,
    (redis: Redis) => redis.kill(),
    (redis: Redis) => redis.restart(),
  ],
  [
    'is killed, and comes back empty',
    () => forgetting,
    (redis: Redis) => redis.kill(),
    (redis: Redis) => redis.restart(),
  ],
  [
    'hangs, and goes on',
    () => keeping,
    async (redis: Redis) => void process.kill(redis.pid, 'SIGSTOP'),
    async (redis: Redis) => void process.kill(redis.pid, 'SIGCONT'),
  ],
])('while Redis %s', (what, redisOf, goAway, comeBack) => {
  it('sockets stay, each process is a room of its own, and afterwards all rooms are one with whoever is there', async () => {
    const redis = redisOf();
    const services = await startTwo(redis);
    const [one, other] = [urlOf(services[0]), urlOf(services[1])];
    const meeting = await school.meeting();
    const mentor = await Guest.connect(one, meeting.mentor);
    const student = await Guest.connect(other, meeting.student);
    const leaver = await Guest.connect(one, await school.person('Leaver', 'ADMIN'));
    const late = await Guest.connect(one, await school.person('Late', 'ADMIN'));
    for (const guest of [mentor, student, leaver]) await guest.does('join-room', { meetingId: meeting.id });
    await student.seesUsers(mentor, student, leaver);

    await goAway(redis);
    // Of one process, work goes on: chat, media, leaving, and joining, as PostgreSQL says who may.
    await mentor.does('chat-message', { text: 'here' });
    expect(await leaver.hears('chat-message')).toMatchObject({ text: 'here' });
    await mentor.does('audio-toggle', { enabled: false });
    await leaver.hears('audio-toggle');
    await leaver.does('leave-room');
    expect(await mentor.hears('user-left')).toMatchObject({ userId: leaver.userId });
    expect(await late.does('join-room', { meetingId: meeting.id })).toMatchObject({ meetingId: meeting.id });
    await mentor.hears('room-users-updated', ({ users }) =>
      (users as { userId: string }[]).some(({ userId }) => userId === late.userId),
    );
    // Longer than it takes to count a silent process as gone.
    await sleep(6_000);
    expect([mentor, student, leaver, late].map(({ socket }) => socket.connected)).toEqual([true, true, true, true]);

    await comeBack(redis);
    const backMs = Math.max(
      ...(await Promise.all([untilHeard(mentor, student, backWithinMs), untilHeard(student, late, backWithinMs)])),
    );
    tell(`meetings while Redis ${what}`, [], { backMs: Math.round(backMs) });
    for (const guest of [mentor, student, late])
      await eventually(
        () => guest.does('get-online-users'),
        ({ users }) => JSON.stringify(userIds(users)) === JSON.stringify(userIds([mentor, student, late])),
      );
    const { users } = await student.does('get-online-users');
    expect((users as { userId: string }[]).find(({ userId }) => userId === mentor.userId)).toMatchObject({
      audio: false,
    });

    // Nobody is taken out afterwards because a process looked dead while Redis was away.
    await sleep(7_000);
    for (const guest of [mentor, student, late])
      expect(guest.heard('user-left').filter(({ reason }) => reason === 'connection-lost')).toEqual([]);
    await mentor.does('end-meeting');
    await student.hears('meeting-ended');
    expect(await school.logs(meeting.id)).toMatchObject([{ endReason: 'ended', endedBy: mentor.userId }]);
    for (const service of services) expect(complaints(service.process)).toEqual([]);
  }, 90_000);
});

const userIds = (users: unknown) => (users as { userId: string }[]).map(({ userId }) => userId).sort();

it('while PostgreSQL is away, those in a meeting go on; its end is written when it is back', async () => {
  const services = await startTwo(keeping);
  const [one, other] = [urlOf(services[0]), urlOf(services[1])];
  const meeting = await school.meeting();
  const mentor = await Guest.connect(one, meeting.mentor);
  const student = await Guest.connect(other, meeting.student);
  const late = await Guest.connect(other, await school.person('Late', 'ADMIN'));
  for (const guest of [mentor, student]) await guest.does('join-room', { meetingId: meeting.id });
  await student.seesUsers(mentor, student);

  // The tests' server writes late, and would forget that the meeting has begun.
  await database.query('CHECKPOINT');
  await postgres.kill();
  await student.does('offer', { to: mentor.id, offer: { type: 'offer', sdp: 'x' } });
  await mentor.hears('offer');
  const { recordingId } = await mentor.does('start-recording');
  await student.hears('recording-started');
  await mentor.does('stop-recording');
  expect(await late.ask('join-room', { meetingId: meeting.id })).toMatchObject({ ok: false, code: 'UNAVAILABLE' });
  const { endedAt } = await mentor.does('end-meeting');
  expect(await student.hears('meeting-ended')).toMatchObject({ endedAt });

  await postgres.restart();
  await database.end();
  database = await connectPostgres(variables);
  school = new School(database);
  expect(
    await eventually(
      () => school.logs(meeting.id),
      ([row]) => row?.endedAt != null,
      20_000,
    ),
  ).toMatchObject([{ endReason: 'ended', endedBy: mentor.userId, endedAt: new Date(endedAt as number) }]);
  expect(await school.recordings(meeting.id)).toMatchObject([{ id: recordingId, stoppedBy: mentor.userId }]);
  expect(await late.ask('join-room', { meetingId: meeting.id })).toMatchObject({ ok: false, code: 'MEETING_ENDED' });
  for (const service of services) expect(complaints(service.process)).toEqual([]);
}, 90_000);
