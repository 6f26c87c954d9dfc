import { once } from 'node:events';
import type { Client } from 'pg';
import { WebSocket } from 'ws';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectPostgres } from '../store-clients';
import { complaints } from './complaints';
import { Guest, hangUp } from './guest';
import { type Person, School } from './school';

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

/** Joins, and reads nothing from then on. */
async function joinDeaf({ token }: Person, meetingId: string): Promise<WebSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${started.port}/socket.io/?EIO=4&transport=websocket`);
  const says = (start: string) =>
    new Promise<void>((resolve) => ws.on('message', (data) => String(data).startsWith(start) && resolve()));
  await once(ws, 'open');
  ws.send(`40${JSON.stringify({ token })}`);
  await says('40');
  ws.send(`421${JSON.stringify(['join-room', { meetingId }])}`);
  await says('431');
  ws.pause();
  return ws;
}

it('a client that does not read is cut off before what is for it fills the memory', async () => {
  const meeting = await school.meeting();
  const mentor = await Guest.connect(started.url, meeting.mentor);
  await mentor.does('join-room', { meetingId: meeting.id });
  const deaf = await joinDeaf(meeting.student, meeting.id);
  const { users } = await mentor.does('get-online-users');
  const { socketId: to } = (users as { socketId: string }[])[1] ?? {};
  // More than the kernel takes on the way, and what the service keeps.
  const offer = { type: 'offer', sdp: 'x'.repeat(100_000) };
  for (let index = 0; index < 190; index += 1) await mentor.does('offer', { to, offer });
  expect(await mentor.hears('user-left')).toMatchObject({ socketId: to, reason: 'connection-lost' });
  deaf.terminate();
});

it('while PostgreSQL hangs, no more than 200 events of a client wait for it', async () => {
  const meeting = await school.meeting();
  const mentor = await Guest.connect(started.url, meeting.mentor);
  await postgres.query('BEGIN; LOCK TABLE slots IN ACCESS EXCLUSIVE MODE');
  const answers = [mentor.ask('join-room', { meetingId: meeting.id })];
  for (let index = 1; index < 200; index += 1) answers.push(mentor.ask('chat-message', { text: String(index) }));
  expect(await mentor.ask('chat-message', { text: 'too many' })).toMatchObject({
    ...{ ok: false, code: 'TOO_MANY_EVENTS', retryAfterMs: 1_000 },
  });
  await postgres.query('COMMIT');
  expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
});

it('has logged no error', () => {
  expect(complaints(started.server)).toEqual([]);
});
