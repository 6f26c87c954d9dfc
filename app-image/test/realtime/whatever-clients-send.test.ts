import type { Client } from 'pg';
import { WebSocket } from 'ws';
import { incoming } from '../../src/realtime/events';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres } from '../store-clients';
import { complaints } from './complaints';
import { Guest, hangUp } from './guest';
import { malformedEvents, pollingBodies, rawFrames } from './malformed-events';
import { School } from './school';

const events = 600;
/** What one socket may send at once: 200, and 40 more a second. */
const eventsPerSocket = 150;

let started: StartedServer;
let postgres: Client;
let school: School;
beforeAll(async () => {
  started = await startServer({ PROCESS_ROLE: 'web' });
  postgres = await connectPostgres(await stores());
  school = new School(postgres);
}, 30_000);
afterEach(hangUp);
afterAll(async () => {
  await postgres?.end();
  await stopServers();
});

async function bothIn() {
  const meeting = await school.meeting();
  const mentor = await Guest.connect(started.url, meeting.mentor);
  const student = await Guest.connect(started.url, meeting.student);
  for (const guest of [mentor, student]) await guest.does('join-room', { meetingId: meeting.id });
  return { meeting, mentor, student };
}

const withoutPayload = [
  'leave-room',
  'end-meeting',
  'start-recording',
  'stop-recording',
  'timer-stop',
  'get-online-users',
];
it.each(Object.keys(incoming).filter((event) => !withoutPayload.includes(event)))(
  'refuses a %s that holds nothing, or not what it has to',
  async (event) => {
    const { mentor } = await bothIn();
    for (const payload of [
      [],
      [{}],
      ['x'],
      [null],
      [[1]],
      [{ meetingId: 'x', to: 5, text: '', enabled: 1, durationSeconds: 0 }],
    ])
      expect(await mentor.ask(event, ...payload)).toEqual({
        ...{ ok: false, code: 'VALIDATION_FAILED', message: 'The event is not as it has to be' },
        fields: expect.arrayContaining([{ field: expect.any(String), message: expect.any(String) }]),
      });
  },
);

it.each([
  ['an offer that is an answer', 'offer', { to: 'x', offer: { type: 'answer', sdp: 'x' } }],
  ['an offer of 100 kB', 'offer', { to: 'x', offer: { type: 'offer', sdp: 'x'.repeat(100_001) } }],
  ['an immense address', 'answer', { to: 'x'.repeat(65), answer: { type: 'answer', sdp: 'x' } }],
  ['a candidate that is text', 'ice-candidate', { to: 'x', candidate: 'c' }],
  ['a candidate of line -1', 'ice-candidate', { to: 'x', candidate: { candidate: 'c', sdpMLineIndex: -1 } }],
  ['a message of spaces', 'chat-message', { text: '   ' }],
  ['a message of 4 kB', 'chat-message', { text: 'x'.repeat(4_001) }],
  ['a timer of more than a day', 'timer-start', { durationSeconds: 86_401 }],
  ['a timer of half seconds', 'timer-start', { durationSeconds: 1.5 }],
  ['a toggle in words', 'audio-toggle', { enabled: 'true' }],
  ['all in words', 'get-online-users', { all: 'yes' }],
])('refuses %s', async (_title, event, payload) => {
  const { mentor } = await bothIn();
  expect(await mentor.ask(event, payload)).toMatchObject({ ok: false, code: 'VALIDATION_FAILED' });
});

it('answers an event without a callback with an event', async () => {
  const { mentor } = await bothIn();
  mentor.socket.emit('chat-message', { text: 5 });
  expect(await mentor.hears('error-message')).toMatchObject({ event: 'chat-message', code: 'VALIDATION_FAILED' });
  mentor.socket.emit('get-online-users');
  expect(await mentor.hears('event-answer')).toMatchObject({ event: 'get-online-users', users: [{}, {}] });
  expect(await mentor.ask('make-coffee')).toMatchObject({ ok: false, code: 'UNKNOWN_EVENT' });
});

it('does what one client says in the order in which it says it, without waiting for answers', async () => {
  const meeting = await school.meeting();
  const student = await Guest.connect(started.url, meeting.student);
  await student.does('join-room', { meetingId: meeting.id });
  const mentor = await Guest.connect(started.url, meeting.mentor);
  mentor.socket.emit('join-room', { meetingId: meeting.id });
  for (let index = 0; index < 20; index += 1) mentor.socket.emit('chat-message', { text: String(index) });
  mentor.socket.emit('leave-room');
  await student.hears('user-left');
  expect(student.heard('chat-message').map(({ text }) => text)).toEqual(
    Array.from({ length: 20 }, (_, index) => String(index)),
  );
});

it('keeps one client from flooding a room, says so, and hears it again a moment later', async () => {
  const { mentor, student } = await bothIn();
  const answers = await Promise.all(
    Array.from({ length: 600 }, (_, index) => student.ask('chat-message', { text: String(index) })),
  );
  const refused = answers.filter(({ ok }) => !ok);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['TOO_MANY_EVENTS']));
  // What was filled up while they were sent is at most a second's worth on a busy machine.
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(199);
  expect(answers.length - refused.length).toBeLessThan(400);
  await mentor.does('chat-message', { text: 'calm down' });
  await student.hears('chat-message');
  expect(mentor.heard('chat-message')).toHaveLength(answers.length - refused.length);

  for (let index = 0; index < 300; index += 1) student.socket.emit('chat-message', { text: 'x' });
  expect(await student.hears('error-message')).toMatchObject({ code: 'TOO_MANY_EVENTS' });
  let last = await student.ask('chat-message', { text: 'sorry' });
  for (; !last.ok; last = await student.ask('chat-message', { text: 'sorry' }))
    await new Promise((resolve) => setTimeout(resolve, Number(last.retryAfterMs)));
  expect(student.heard('error-message').length).toBeLessThan(20);
});

it(`survives ${events} malformed events, in a meeting and outside, and answers each`, async () => {
  const { meeting, mentor, student } = await bothIn();
  const codes = new Set<unknown>();
  const all = malformedEvents(events, 20_261_120);
  for (let from = 0; from < all.length; from += eventsPerSocket) {
    const person = from % (2 * eventsPerSocket) === 0 ? meeting.student : await school.person('Stranger');
    const guest = await Guest.connect(started.url, person);
    if (person === meeting.student) await guest.does('join-room', { meetingId: meeting.id });
    const answers = await Promise.all(all.slice(from, from + eventsPerSocket).map((event) => guest.ask(...event)));
    for (const { ok, code } of answers) codes.add(ok ? 'ok' : code);
    expect(guest.socket.connected).toBe(true);
  }
  expect(codes).toEqual(
    new Set([...codes, 'ok', 'VALIDATION_FAILED', 'UNKNOWN_EVENT', 'NOT_IN_A_MEETING', 'NOT_A_PARTICIPANT']),
  );
  expect([...codes]).not.toContain('INTERNAL_ERROR');
  expect([...codes]).not.toContain('UNAVAILABLE');
  expect(mentor.socket.connected).toBe(true);
  expect(student.heard('connection-taken-over')).toHaveLength(1);
}, 60_000);

it.each([false, true])(
  'survives frames that are none of Socket.IO, signed in: %s',
  async (signedIn) => {
    const { token } = await school.person('Fuzzer');
    for (const frame of rawFrames) {
      const socket = new WebSocket(`${started.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      const heard = (prefix: string) =>
        new Promise<void>((resolve) => {
          socket.on('message', (data) => String(data).startsWith(prefix) && resolve());
          socket.on('error', () => resolve());
          void closed.then(resolve);
        });
      await heard('0');
      if (signedIn) {
        const connected = heard('40');
        socket.send(`40${JSON.stringify({ token })}`);
        await connected;
      }
      socket.send(frame);
      // Answered in order: whatever became of the frame, it is behind us then.
      socket.ping();
      await Promise.race([new Promise((resolve) => socket.once('pong', resolve)), closed]);
      socket.terminate();
    }
  },
  60_000,
);

it('survives bodies of polling that are none', async () => {
  const base = `${started.url}/socket.io/?EIO=4&transport=polling`;
  const statuses = new Set<number>();
  for (const body of pollingBodies) {
    const handshake = await (await fetch(base)).text();
    const { sid } = JSON.parse(handshake.slice(1)) as { sid: string };
    for (const path of [base, `${base}&sid=${sid}`, `${base}&sid=nobody`]) {
      const response = await fetch(path, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
      statuses.add(response.status);
      await response.text();
    }
  }
  expect([...statuses].sort()).toEqual([200, 400]);
});

it('is still the same healthy process afterwards, serves a good client, and has complained of nothing', async () => {
  const { mentor, student } = await bothIn();
  await mentor.does('chat-message', { text: 'all well?' });
  expect(await student.hears('chat-message')).toMatchObject({ text: 'all well?' });
  const { server } = started;
  expect(complaints(server)).toEqual([]);
  expect(server.stderr).not.toMatch(/^\s+at /m);
});
