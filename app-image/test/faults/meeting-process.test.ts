import type { Client } from 'pg';
import { complaints } from '../realtime/complaints';
import { Guest, hangUp } from '../realtime/guest';
import { eventually, School } from '../realtime/school';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres } from '../store-clients';
import { tell } from './outcomes';

const drainSeconds = 3;
/** A process counts as gone after five seconds without a heartbeat, and the others look every second. */
const toldWithinMs = 8_000;

let postgres: Client;
let school: School;
let stays: StartedServer;
const start = () =>
  startServer({ PROCESS_ROLE: 'web', SHUTDOWN_DRAIN_SECONDS: String(drainSeconds), MEETING_GRACE_SECONDS: '2' });
beforeAll(async () => {
  stays = await start();
  postgres = await connectPostgres(await stores());
  school = new School(postgres);
}, 30_000);
afterEach(hangUp);
afterAll(async () => {
  await postgres?.end();
  await stopServers();
});

/** The mentor on a process of its own, the student on the one that stays. */
async function meet(mentorAt: StartedServer, studentAt: StartedServer = stays) {
  const meeting = await school.meeting();
  const mentor = await Guest.connect(mentorAt.url, meeting.mentor);
  const student = await Guest.connect(studentAt.url, meeting.student);
  for (const guest of [mentor, student]) await guest.does('join-room', { meetingId: meeting.id });
  await Promise.all([mentor, student].map((guest) => guest.seesUsers(mentor, student)));
  return { meeting, mentor, student };
}

const ended = (meetingId: string) =>
  eventually(
    () => school.logs(meetingId),
    (rows) => rows.every((row) => row.endedAt !== null),
    20_000,
  );

describe('a process that is killed in the middle of a meeting', () => {
  it('is noticed by the other one: the peer is told within seconds, and the log ends once', async () => {
    const killed = await start();
    const { meeting, mentor, student } = await meet(killed);
    const mentorId = mentor.id;
    const began = performance.now();
    killed.server.kill('SIGKILL');
    expect(await student.hears('user-left')).toEqual({
      ...{ meetingId: meeting.id, userId: mentor.userId, socketId: mentorId, reason: 'connection-lost' },
    });
    const toldMs = performance.now() - began;
    await student.seesUsers(student);
    tell('a process killed under a meeting', [], { toldMs: Math.round(toldMs) });
    expect(toldMs).toBeLessThan(toldWithinMs);
    expect(student.socket.connected).toBe(true);

    await student.does('leave-room');
    expect(await ended(meeting.id)).toMatchObject([{ endReason: 'everybody-left' }]);
    expect(await school.participants(meeting.id)).toMatchObject([
      { userId: mentor.userId, leaveReason: 'connection-lost', leftAt: expect.any(Date) },
      { userId: student.userId, leaveReason: 'left', leftAt: expect.any(Date) },
    ]);
  }, 60_000);

  it('leaves a meeting that another one ends, when nobody comes back', async () => {
    const killed = await start();
    const { meeting } = await meet(killed, killed);
    killed.server.kill('SIGKILL');
    expect(await ended(meeting.id)).toMatchObject([{ endReason: 'everybody-left', endedAt: expect.any(Date) }]);
    for (const row of await school.participants(meeting.id)) expect(row.leftAt).not.toBeNull();
  }, 60_000);

  it('gives the seat to who comes back at once, before it is missed', async () => {
    const killed = await start();
    const { meeting, student } = await meet(killed);
    killed.server.kill('SIGKILL');
    const back = await Guest.connect(stays.url, meeting.mentor);
    await back.does('join-room', { meetingId: meeting.id });
    expect(await student.hears('user-left')).toMatchObject({ reason: 'connection-taken-over' });
    await student.does('offer', { to: back.id, offer: { type: 'offer', sdp: 'x' } });
    await back.hears('offer');
    // By now the process is missed, and takes nobody with it.
    await new Promise((resolve) => setTimeout(resolve, toldWithinMs));
    expect(await student.does('get-online-users')).toMatchObject({
      users: [{ userId: student.userId }, { socketId: back.id }],
    });
    expect(student.heard('user-left')).toEqual([]);
    expect(await school.logs(meeting.id)).toMatchObject([{ endedAt: null }]);
  }, 60_000);
});

it('a process that drains tells who is in a meeting; whoever goes elsewhere stays in it, in one log', async () => {
  const leaves = await start();
  const { meeting, mentor, student } = await meet(leaves);
  leaves.server.kill('SIGTERM');
  const { reconnectAfterMs } = await mentor.hears('server-draining');
  expect(reconnectAfterMs).toBeLessThan(drainSeconds * 1000);
  const moved = await Guest.connect(stays.url, meeting.mentor);
  await moved.does('join-room', { meetingId: meeting.id });
  expect(await mentor.hears('connection-taken-over')).toEqual({ meetingId: meeting.id });
  await student.does('chat-message', { text: 'still there?' });
  expect(await moved.hears('chat-message')).toMatchObject({ text: 'still there?' });
  expect(await mentor.hears('disconnect')).toEqual({ reason: 'io server disconnect' });
  expect(await leaves.server.exited).toEqual({ code: 0, signal: null });
  expect(complaints(leaves.server)).toEqual([]);

  expect(await student.does('get-online-users')).toMatchObject({
    users: [{ userId: student.userId }, { socketId: moved.id }],
  });
  await moved.does('end-meeting');
  expect(await ended(meeting.id)).toMatchObject([{ endReason: 'ended', endedBy: mentor.userId }]);
  expect(await school.participants(meeting.id)).toHaveLength(3);
}, 60_000);

it('a process that ends notes who went with it', async () => {
  const leaves = await start();
  const { meeting, mentor, student } = await meet(leaves);
  leaves.server.kill('SIGTERM');
  expect(await student.hears('user-left')).toMatchObject({ userId: mentor.userId, reason: 'server-closing' });
  expect(await leaves.server.exited).toEqual({ code: 0, signal: null });
  const [row] = await school.participants(meeting.id);
  expect(row).toMatchObject({ userId: mentor.userId, leaveReason: 'server-closing', leftAt: expect.any(Date) });
}, 60_000);
