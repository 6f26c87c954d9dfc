import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres } from '../store-clients';
import { Guest, hangUp } from './guest';
import { School } from './school';

let strict: StartedServer;
let lenient: StartedServer;
let postgres: Client;
let school: School;
beforeAll(async () => {
  strict = await startServer({
    ...{ PROCESS_ROLE: 'web', ALLOW_EARLY_MEETING_JOIN: 'false', MEETING_JOIN_BUFFER_MINUTES: '10' },
  });
  lenient = await startServer({ PROCESS_ROLE: 'web', ALLOW_EARLY_MEETING_JOIN: 'true' });
  postgres = await connectPostgres(await stores());
  school = new School(postgres);
}, 30_000);
afterEach(hangUp);
afterAll(async () => {
  await postgres?.end();
  await stopServers();
});

const join = async (person: { id: string; token: string }, meetingId: string, server = strict) => {
  const guest = await Guest.connect(server.url, person);
  return guest.ask('join-room', { meetingId });
};

it('lets the mentor, the student and administrators in, and nobody else', async () => {
  const meeting = await school.meeting();
  for (const [person, role, host] of [
    [meeting.mentor, 'mentor', true],
    [meeting.student, 'student', false],
    [await school.person('A', 'ADMIN'), 'administrator', true],
    [await school.person('S', 'SUPERADMIN'), 'administrator', true],
  ] as const)
    expect(await join(person, meeting.id)).toMatchObject({ ok: true, host, self: { role, userId: person.id } });

  const other = await school.meeting();
  for (const person of [
    other.mentor,
    other.student,
    await school.person('Sales', 'SALES'),
    await school.person('Gone', 'ADMIN', false),
    { id: randomUUID(), token: (await school.person('x')).token },
  ]) {
    expect(await join(person, meeting.id)).toMatchObject({ ok: false, code: 'NOT_A_PARTICIPANT' });
    const guest = await Guest.connect(strict.url, person);
    expect(await guest.ask('initialize-meeting', { meetingId: meeting.id })).toMatchObject({
      code: 'NOT_A_PARTICIPANT',
    });
  }
});

it('asks the database, not the token, who is an administrator', async () => {
  const meeting = await school.meeting();
  const demoted = await school.person('Once an admin', 'ADMIN');
  await postgres.query(`UPDATE users SET role = 'USER' WHERE id = $1`, [demoted.id]);
  expect(await join(demoted, meeting.id)).toMatchObject({ ok: false, code: 'NOT_A_PARTICIPANT' });
});

it('tells administrators only that there is no such meeting', async () => {
  expect(await join(await school.person('A', 'ADMIN'), randomUUID())).toMatchObject({ code: 'NO_SUCH_MEETING' });
  expect(await join(await school.person('U'), randomUUID())).toMatchObject({ code: 'NOT_A_PARTICIPANT' });
});

it('opens the door by the buffer before the start, or earlier where that is allowed', async () => {
  const [soon, later] = [await school.meeting({ startsIn: 9 }), await school.meeting({ startsIn: 11 })];
  expect(await join(soon.student, soon.id)).toMatchObject({ ok: true });
  const joinFrom = new Date(later.startsAt.getTime() - 10 * 60_000).toISOString();
  for (const person of [later.student, later.mentor, await school.person('A', 'ADMIN')])
    expect(await join(person, later.id)).toEqual({
      ...{ ok: false, code: 'TOO_EARLY', joinFrom, message: `The meeting can be joined from ${joinFrom} on` },
    });
  const guest = await Guest.connect(strict.url, later.student);
  expect(await guest.does('initialize-meeting', { meetingId: later.id })).toMatchObject({
    mayJoin: false,
    refusal: { code: 'TOO_EARLY', joinFrom },
  });
  expect(await join(later.student, later.id, lenient)).toMatchObject({ ok: true });
});

it('keeps out of a cancelled meeting', async () => {
  const meeting = await school.meeting({ status: 'cancelled' });
  expect(await join(meeting.mentor, meeting.id)).toMatchObject({ ok: false, code: 'MEETING_CANCELLED' });
});
