import { stores } from '../server-process';
import { connectRedis } from '../store-clients';
import { Campus } from './campus';
import { complaints } from './complaints';
import { type Answer, Guest, hangUp } from './guest';
import { eventually, type School } from './school';

let campus: Campus;
let school: School;
beforeAll(async () => {
  campus = await Campus.open();
  school = campus.school;
}, 30_000);
afterEach(hangUp);
afterAll(() => campus?.close());

const at = (process: 0 | 1) => campus.url(process);

const seen = (guest: Guest, name: string, role: string) => ({
  ...{ userId: guest.userId, name, role, socketId: guest.id, joinedAt: expect.any(Number) },
  ...{ audio: true, video: true },
});

it('says before the start what the meeting is, and who is there already', async () => {
  const meeting = await school.meeting();
  const mentor = await Guest.connect(at(0), meeting.mentor);
  const student = await Guest.connect(at(1), meeting.student);
  const before = await student.does('initialize-meeting', { meetingId: meeting.id });
  expect(before).toEqual({
    ok: true,
    meeting: {
      ...{ id: meeting.id, status: 'scheduled', state: 'not-started', startedAt: null, endedAt: null },
      ...{ startsAt: meeting.startsAt.toISOString(), endsAt: meeting.endsAt.toISOString() },
    },
    participants: [
      { role: 'mentor', userId: mentor.userId, name: 'Meera' },
      { role: 'student', userId: student.userId, name: 'Sami' },
    ],
    ...{ role: 'student', mayJoin: true, users: [], recording: null, timer: null, serverTime: expect.any(Number) },
  });
  const { startedAt } = await mentor.does('join-room', { meetingId: meeting.id, video: false });
  // Told where they wait, not in the room yet.
  expect(await student.hears('meeting-started')).toEqual({ meetingId: meeting.id, startedAt });
  expect(await student.does('initialize-meeting', { meetingId: meeting.id })).toMatchObject({
    meeting: { state: 'in-progress', startedAt: new Date(startedAt as number).toISOString() },
    users: [{ ...seen(mentor, 'Meera', 'mentor'), video: false }],
  });
});

it('is one room on two processes: signalling goes to the peer, with the sender that the server knows', async () => {
  const { meeting, mentor, student } = await campus.meet();
  const from = { socketId: mentor.id, userId: mentor.userId, name: 'Meera' };
  const forged = { from: { userId: student.userId }, userId: 'somebody else' };

  const offer = { type: 'offer', sdp: 'v=0' };
  await mentor.does('offer', { to: student.id, offer, ...forged });
  expect(await student.hears('offer')).toEqual({ meetingId: meeting.id, from, offer });
  const answer = { type: 'answer', sdp: 'v=0' };
  await student.does('answer', { to: mentor.id, answer });
  expect(await mentor.hears('answer')).toMatchObject({ from: { socketId: student.id, name: 'Sami' }, answer });
  for (const candidate of [{ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }, null]) {
    await mentor.does('ice-candidate', { to: student.id, candidate });
    expect(await student.hears('ice-candidate')).toEqual({ meetingId: meeting.id, from, candidate });
  }

  const { id, sentAt } = await mentor.does('chat-message', { text: '  hello ', ...forged });
  expect(await student.hears('chat-message')).toEqual({ meetingId: meeting.id, from, id, sentAt, text: 'hello' });
  expect(mentor.heard('offer', 'chat-message', 'ice-candidate')).toEqual([]);
});

it('lets nothing through to those outside the room, whatever socket is addressed', async () => {
  const [inside, elsewhere] = [await campus.meet(), await campus.meet()];
  const outside = await Guest.connect(at(1), await school.person('Nobody'));
  const { mentor, student } = inside;
  for (const to of [outside.id, elsewhere.student.id, elsewhere.mentor.id])
    await mentor.does('offer', { to, offer: { type: 'offer', sdp: 'x' } });
  await mentor.does('chat-message', { text: 'between us' });
  for (const event of ['chat-message', 'offer', 'audio-toggle', 'end-meeting', 'timer-stop', 'stop-recording'])
    expect(
      await outside.ask(event, { to: student.id, text: 'x', enabled: true, offer: { type: 'offer', sdp: 'x' } }),
    ).toEqual({
      ...{ ok: false, code: 'NOT_IN_A_MEETING', message: expect.any(String) },
    });
  // What comes now was sent after all that, on the same way.
  await student.hears('chat-message', ({ text }) => text === 'between us');
  await elsewhere.mentor.does('chat-message', { text: 'last' });
  await elsewhere.student.hears('chat-message', ({ text }) => text === 'last');
  expect(student.heard('chat-message', 'offer', 'audio-toggle')).toEqual([]);
  for (const guest of [outside, elsewhere.student, elsewhere.mentor])
    expect(guest.heard('offer', 'chat-message')).toEqual([]);
});

it('shows a late joiner what is muted, recorded and timed', async () => {
  const meeting = await school.meeting();
  const mentor = await Guest.connect(at(0), meeting.mentor);
  await mentor.does('join-room', { meetingId: meeting.id });
  await mentor.does('audio-toggle', { enabled: false });
  await mentor.does('video-toggle', { enabled: false });
  const { recordingId } = await mentor.does('start-recording');
  expect(await mentor.ask('start-recording')).toMatchObject({ ok: false, code: 'ALREADY_RECORDING' });
  const { endsAt } = await mentor.does('timer-start', { durationSeconds: 600 });

  const student = await Guest.connect(at(1), meeting.student);
  const joined = await student.does('join-room', { meetingId: meeting.id });
  expect(joined).toMatchObject({
    ...{ meetingId: meeting.id, host: false },
    users: [
      { userId: mentor.userId, audio: false, video: false },
      { userId: student.userId, audio: true, video: true },
    ],
    recording: { recordingId, startedBy: mentor.userId },
    timer: { endsAt, durationSeconds: 600, startedBy: mentor.userId },
  });
  expect((endsAt as number) - (joined.serverTime as number)).toBeGreaterThan(500_000);

  await mentor.does('audio-toggle', { enabled: true });
  expect(await student.hears('audio-toggle')).toMatchObject({ from: { userId: mentor.userId }, enabled: true });
  const updated = await mentor.does('timer-update', { durationSeconds: 60 });
  expect(await student.hears('timer-update')).toMatchObject({ endsAt: updated.endsAt, durationSeconds: 60 });
  await mentor.does('timer-stop');
  await student.hears('timer-stop');
  expect(await mentor.ask('timer-update', { durationSeconds: 60 })).toMatchObject({ ok: false, code: 'NO_TIMER' });
  await mentor.does('stop-recording');
  expect(await student.hears('recording-stopped')).toMatchObject({ recordingId });
  expect(await mentor.ask('stop-recording')).toMatchObject({ ok: false, code: 'NOT_RECORDING' });
  for (const event of ['start-recording', 'stop-recording', 'end-meeting', 'timer-stop'])
    expect(await student.ask(event)).toMatchObject({ ok: false, code: 'NOT_ALLOWED' });
  const stopped = await eventually(
    () => school.recordings(meeting.id),
    ([row]) => row?.stoppedAt != null,
  );
  expect(stopped).toEqual([
    {
      ...{ id: recordingId, meetingId: meeting.id, startedBy: mentor.userId, stoppedBy: mentor.userId, s3Key: null },
      ...{ meetingLogId: expect.any(String), startedAt: expect.any(Date), stoppedAt: expect.any(Date) },
    },
  ]);
});

it('gives the seat to the newest device of a user, on whichever process', async () => {
  const { meeting, mentor, student } = await campus.meet();
  const second = await Guest.connect(at(0), meeting.student);
  await second.does('takeover-connection', { meetingId: meeting.id });
  expect(await student.hears('connection-taken-over')).toEqual({ meetingId: meeting.id });
  expect(await mentor.hears('user-left')).toEqual({
    ...{ meetingId: meeting.id, userId: student.userId, socketId: student.id, reason: 'connection-taken-over' },
  });
  const { users } = await mentor.hears('room-users-updated', (room) =>
    (room.users as { socketId: string }[]).some(({ socketId }) => socketId === second.id),
  );
  expect(users).toHaveLength(2);
  expect(await student.ask('chat-message', { text: 'still here?' })).toMatchObject({ code: 'NOT_IN_A_MEETING' });
  student.socket.disconnect();
  await mentor.does('chat-message', { text: 'welcome back' });
  await second.hears('chat-message');
  expect(await mentor.does('get-online-users')).toMatchObject({ users: [{}, { socketId: second.id }] });
});

it('has one seat for two joins that race', async () => {
  const { meeting, mentor, student } = await campus.meet();
  student.socket.disconnect();
  await mentor.seesUsers(mentor);
  for (let round = 0; round < 10; round += 1) {
    const devices = [await Guest.connect(at(0), meeting.student), await Guest.connect(at(1), meeting.student)];
    const answers = await Promise.all(devices.map((device) => device.ask('join-room', { meetingId: meeting.id })));
    expect(answers.filter(({ ok }) => ok).length).toBeGreaterThan(0);
    const sends = async (device: Guest) => (await device.ask('chat-message', { text: String(round) })).ok;
    const inRoom = await eventually(
      () => Promise.all(devices.map(sends)),
      (sent) => sent.filter(Boolean).length === 1,
    );
    const { users } = await mentor.does('get-online-users');
    const [holder] = devices.filter((_, index) => inRoom[index]);
    expect((users as { socketId: string }[]).map(({ socketId }) => socketId)).toEqual([mentor.id, holder?.id]);
    for (const { socket } of devices) socket.disconnect();
    await mentor.seesUsers(mentor);
  }
});

it('began when the first one came, also for who joins twice', async () => {
  const { meeting, mentor, student } = await campus.meet();
  const [log] = await school.logs(meeting.id);
  for (const guest of [mentor, student])
    expect(await guest.does('join-room', { meetingId: meeting.id })).toMatchObject({
      startedAt: log.startedAt.getTime(),
    });
});

it('is left by leaving, by hanging up, and by joining another one', async () => {
  const { meeting, mentor, student } = await campus.meet();
  await student.does('leave-room');
  expect(await mentor.hears('user-left')).toMatchObject({ socketId: student.id, reason: 'left' });
  await mentor.seesUsers(mentor);
  await student.does('join-room', { meetingId: meeting.id });
  student.socket.io.engine.close();
  expect(await mentor.hears('user-left')).toMatchObject({ socketId: expect.any(String), reason: 'connection-lost' });
  await mentor.seesUsers(mentor);

  const other = await school.meeting();
  await campus.postgres.query('UPDATE slots SET "mentorId" = $2 WHERE id = $1', [other.id, mentor.userId]);
  const again = await Guest.connect(at(1), meeting.student);
  await again.does('join-room', { meetingId: meeting.id });
  await mentor.does('join-room', { meetingId: other.id });
  expect(await again.hears('user-left')).toMatchObject({ userId: mentor.userId, reason: 'left' });
  await again.does('chat-message', { text: 'alone' });
  await again.seesUsers(again);
  expect(mentor.heard('chat-message')).toEqual([]);
});

it('shows who is online: of the meeting to those in it, of all to administrators', async () => {
  const { mentor, student } = await campus.meet();
  expect(await mentor.does('get-online-users', {})).toEqual({
    ok: true,
    users: [seen(mentor, 'Meera', 'mentor'), seen(student, 'Sami', 'student')],
  });
  expect(await mentor.ask('get-online-users', { all: true })).toMatchObject({ ok: false, code: 'FORBIDDEN' });
  const administrator = await Guest.connect(at(1), await school.person('Admin', 'ADMIN'));
  expect(await administrator.ask('get-online-users')).toMatchObject({ ok: false, code: 'NOT_IN_A_MEETING' });
  const all = () => administrator.does('get-online-users', { all: true });
  const includes = ({ users }: Answer, ...guests: readonly Guest[]) =>
    guests.every(({ userId }) => (users as { userId: string }[]).some((user) => user.userId === userId));
  await eventually(all, (answer) => includes(answer, mentor, student, administrator));
  student.socket.disconnect();
  await eventually(all, (answer) => !includes(answer, student) && includes(answer, mentor));
});

it('closes the sockets of who signs out, on every process, and takes them out of the meeting', async () => {
  const { meeting, mentor, student } = await campus.meet();
  const headers = { authorization: `Bearer ${meeting.student.token}` };
  expect((await fetch(`${at(0)}/api/auth/logout`, { method: 'POST', headers })).status).toBe(200);
  expect(await student.hears('disconnect')).toEqual({ reason: 'io server disconnect' });
  await mentor.seesUsers(mentor);
  expect(mentor.socket.connected).toBe(true);
});

it('is forgotten by each process whose last participant has left it, however that was', async () => {
  const redis = connectRedis(await stores());
  const meetingsInRedis = async (): Promise<string[]> => {
    const keys = await redis.keys('presence:process:*:meetings');
    return keys.length === 0 ? [] : redis.sunion(keys);
  };
  const ways: readonly ((met: Awaited<ReturnType<Campus['meet']>>) => Promise<unknown>)[] = [
    ({ mentor }) => mentor.does('end-meeting'),
    ({ mentor, student }) => Promise.all([mentor.does('leave-room'), student.does('leave-room')]),
    async ({ mentor, student, meeting }) => {
      const second = await Guest.connect(at(0), meeting.student);
      await second.does('takeover-connection', { meetingId: meeting.id });
      await student.hears('connection-taken-over');
      for (const { socket } of [mentor, second]) socket.disconnect();
    },
  ];
  for (const end of ways) {
    const met = await campus.meet();
    expect(await meetingsInRedis()).toContain(met.meeting.id);
    await end(met);
    await eventually(meetingsInRedis, (ids) => !ids.includes(met.meeting.id));
  }
  redis.disconnect();
});

it('has logged no error', () => {
  for (const { server } of campus.processes) expect(complaints(server)).toEqual([]);
});
