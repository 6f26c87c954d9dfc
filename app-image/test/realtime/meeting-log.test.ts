import { Campus } from './campus';
import { complaints } from './complaints';
import { Guest, hangUp } from './guest';
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

it('is logged from the first who joins to the end that the mentor states, and cannot be joined afterwards', async () => {
  const { meeting, mentor, student } = await campus.meet();
  const { recordingId } = await mentor.does('start-recording');
  const { endedAt } = await mentor.does('end-meeting');
  const ended = { meetingId: meeting.id, endedAt, endedBy: mentor.userId };
  for (const guest of [mentor, student]) expect(await guest.hears('meeting-ended')).toEqual(ended);
  expect(await mentor.ask('chat-message', { text: 'x' })).toMatchObject({ code: 'NOT_IN_A_MEETING' });
  await eventually(
    () => student.ask('chat-message', { text: 'x' }),
    ({ code }) => code === 'NOT_IN_A_MEETING',
  );
  for (const guest of [mentor, student])
    expect(await guest.ask('join-room', { meetingId: meeting.id })).toMatchObject({ ok: false, code: 'MEETING_ENDED' });

  const at = new Date(endedAt as number);
  const logs = await school.logs(meeting.id);
  expect(logs).toEqual([
    {
      ...{ id: expect.any(String), meetingId: meeting.id, startedAt: expect.any(Date) },
      ...{ endedAt: at, endReason: 'ended', endedBy: mentor.userId },
    },
  ]);
  expect(await school.participants(meeting.id)).toMatchObject([
    { userId: mentor.userId, role: 'mentor', leftAt: at, leaveReason: 'meeting-ended' },
    { userId: student.userId, role: 'student', leftAt: at, leaveReason: 'meeting-ended' },
  ]);
  expect(await school.recordings(meeting.id)).toMatchObject([{ id: recordingId, stoppedAt: at, stoppedBy: null }]);
});

it('goes on in the same log for who comes back within the grace, and ends when the last has left for longer', async () => {
  const { meeting, mentor, student } = await campus.meet();
  mentor.socket.disconnect();
  student.socket.disconnect();
  const back = await Guest.connect(at(1), meeting.student);
  await back.does('join-room', { meetingId: meeting.id });
  expect(await school.logs(meeting.id)).toMatchObject([{ endedAt: null }]);
  back.socket.disconnect();
  const [log] = await eventually(
    () => school.logs(meeting.id),
    ([row]) => row?.endedAt != null,
  );
  const participants = await school.participants(meeting.id);
  expect(log).toMatchObject({ endReason: 'everybody-left', endedBy: null, endedAt: participants.at(-1)?.leftAt });
  expect(participants).toHaveLength(3);

  // Nobody ended it, so it can be held again, in a log of its own.
  const again = await Guest.connect(at(0), meeting.mentor);
  await again.does('join-room', { meetingId: meeting.id });
  expect(await school.logs(meeting.id)).toMatchObject([{ endReason: 'everybody-left' }, { endedAt: null }]);
});

it('opens one log when many join at once', async () => {
  const meeting = await school.meeting();
  const people = [meeting.mentor, meeting.student];
  for (let index = 0; index < 6; index += 1) people.push(await school.person(`Admin ${index}`, 'ADMIN'));
  const guests = await Promise.all(people.map((person, index) => Guest.connect(at(index % 2 === 0 ? 0 : 1), person)));
  await Promise.all(guests.map((guest) => guest.does('join-room', { meetingId: meeting.id })));
  await Promise.all(guests.map((guest) => guest.seesUsers(...guests)));
  expect(await school.logs(meeting.id)).toHaveLength(1);
  expect(await school.participants(meeting.id)).toHaveLength(people.length);
});

it('has logged no error', () => {
  for (const { server } of campus.processes) expect(complaints(server)).toEqual([]);
});
