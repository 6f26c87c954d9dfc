import { once } from 'node:events';
import { WebSocket } from 'ws';
import { everyQueue, type QueueDefinition, type QueueKey, queues } from '../../src/queues/queue';
import { relayPath } from '../../src/terminal/relay';
import { json } from '../outgoing/other-company';
import { until } from '../queues/queue-parts';
import { Guest, hangUp } from '../realtime/guest';
import { eventually, School } from '../realtime/school';
import { origin, Platform } from './platform';

/** The platform's headline journeys, one test each, on the processes that it consists of. */
let platform: Platform;
let admin: string;

beforeAll(async () => {
  platform = await Platform.start();
  admin = await platform.signIn();
}, 60_000);
afterEach(hangUp);
afterAll(() => platform?.stop(), 30_000);

const processes = () => [...platform.webs, platform.worker];

it('1: a cold start: stores, migrations, schedules, and three transports on one port', async () => {
  const logs = processes().flatMap(({ server }) => server.logs);
  expect(logs.filter(({ msg }) => msg === 'database migrated')).toHaveLength(1);
  for (const { url } of processes()) expect((await fetch(`${url}/api/ready`)).status).toBe(200);

  const report = await platform.worker.server.logged('start-up report');
  const { queues: reported } = report.report as {
    queues: { withWorker: string[]; withoutWorker: { queue: string; product: string }[] };
  };
  expect(reported.withWorker).toHaveLength(10);
  const products = everyQueue.filter((queue): queue is QueueDefinition & { product: string } => !!queue.product);
  expect(reported.withoutWorker).toEqual(products.map(({ name, product }) => ({ queue: name, product })));

  for (const [key, { schedules = [], product }] of Object.entries<QueueDefinition>(queues)) {
    const expected = product ? [] : schedules.map(({ job }) => job).sort();
    const queue = platform.queue(key as QueueKey);
    const registered = async () => (await queue.getJobSchedulers()).map((scheduler) => scheduler.key).sort();
    expect(await eventually(registered, (found) => found.length >= expected.length)).toEqual(expected);
  }

  const { url, port } = platform.web;
  expect(await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text()).toMatch(/^0\{"sid":/);
  const relay = new WebSocket(`ws://127.0.0.1:${port}${relayPath}`);
  await once(relay, 'open');
  relay.terminate();
});

it('2: an authenticated request: origin, token, row, job, answer', async () => {
  const page = (headers: Readonly<Record<string, string>>) => ({ origin, 'x-platform': 'mr-mentor', ...headers });
  const foreign = await platform.call('/api/auth/me', { headers: { origin: 'https://elsewhere.test' } });
  expect([foreign.status, foreign.body.code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
  const preflight = await platform.call('/api/auth/me', {
    method: 'OPTIONS',
    headers: page({ 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' }),
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);

  const stranger = await platform.call('/api/auth/me', { headers: page({}) });
  expect([stranger.status, stranger.body.code]).toEqual([401, 'UNAUTHORIZED']);
  const forged = await platform.call('/api/auth/me', { headers: page({}), token: `${admin}x` });
  expect(forged.status).toBe(401);

  const me = await platform.call('/api/auth/me', { headers: page({}), token: admin });
  expect([me.status, me.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  const { rows } = await platform.postgres.query('SELECT id, email, role FROM users WHERE email = $1', [
    'admin@example.com',
  ]);
  expect(me.body.data).toMatchObject(rows[0]);

  const nowhere = await platform.call('/api/nowhere', { headers: page({}), token: admin });
  expect(nowhere).toMatchObject({ status: 404, body: { success: false, code: 'NOT_FOUND' } });
});

it('3: a meeting: two browsers on two processes, signalling, a recording, and the end', async () => {
  const school = new School(platform.postgres);
  const meeting = await school.meeting();
  const [first, second] = platform.webs;
  const mentor = await Guest.connect(String(first?.url), meeting.mentor);
  const student = await Guest.connect(String(second?.url), meeting.student);

  await mentor.does('initialize-meeting', { meetingId: meeting.id });
  await mentor.does('join-room', { meetingId: meeting.id });
  await student.does('join-room', { meetingId: meeting.id });
  await mentor.seesUsers(mentor, student);

  await mentor.does('offer', { to: student.id, offer: { type: 'offer', sdp: 'v=0 offer' } });
  expect(await student.hears('offer')).toMatchObject({ offer: { sdp: 'v=0 offer' } });
  await student.does('answer', { to: mentor.id, answer: { type: 'answer', sdp: 'v=0 answer' } });
  expect(await mentor.hears('answer')).toMatchObject({ answer: { sdp: 'v=0 answer' } });
  await mentor.does('ice-candidate', { to: student.id, candidate: { candidate: 'candidate:1' } });
  expect(await student.hears('ice-candidate')).toMatchObject({ candidate: { candidate: 'candidate:1' } });

  await mentor.does('start-recording');
  await student.hears('recording-started');
  await mentor.does('stop-recording');
  await mentor.does('end-meeting');
  await student.hears('meeting-ended');
  const [log, ...others] = await eventually(
    () => school.logs(meeting.id),
    ([found]) => found?.endedAt !== null,
  );
  expect(others).toEqual([]);
  expect(log).toMatchObject({ meetingId: meeting.id, startedAt: expect.any(Date), endReason: 'ended' });
  const recordings = await eventually(
    () => school.recordings(meeting.id),
    ([found]) => found?.stoppedAt !== null,
  );
  expect(recordings).toHaveLength(1);
});

it('4: a queued mail: answered before it is sent; a refused password piles up, and a retry sends it', async () => {
  const { mail } = platform;
  const deliveredTo = () => mail.deliveries.filter(({ to }) => to.includes('admin@example.com'));
  let letGo = () => {};
  const held = new Promise<undefined>((resolve) => {
    letGo = () => resolve(undefined);
  });
  mail.state.onMessage = () => held;
  const asked = await platform.call('/api/admin/emails/test', { method: 'POST', token: admin });
  expect([asked.status, deliveredTo()]).toEqual([202, []]);
  letGo();
  await until(() => deliveredTo().length === 1, 'the mail arrived');

  mail.state.password = 'the-new-app-password';
  // A connection that is open already would not sign in again.
  platform.worker.server.kill('SIGTERM');
  await platform.worker.server.exited;
  await platform.startWorker();
  const emails = platform.queue('email');
  for (let count = 0; count < 3; count += 1)
    await platform.call('/api/admin/emails/test', { method: 'POST', token: admin });
  await until(async () => (await emails.getFailedCount()) === 3, 'the jobs failed');
  expect((await emails.getFailed())[0]?.failedReason).toContain('535');

  platform.worker.server.kill('SIGTERM');
  await platform.worker.server.exited;
  await platform.startWorker({ EMAIL_PASS: mail.state.password });
  const retried = await platform.call('/api/admin/queues/emailQueue/retry-failed', { method: 'POST', token: admin });
  expect(retried).toMatchObject({ status: 200 });
  await until(() => deliveredTo().length === 4, 'the retried mails arrived');
  expect(await emails.getFailedCount()).toBe(0);
}, 60_000);

it("5: a vendor's lead: a key, a row, and the workflow that writes to it", async () => {
  const lead = { name: 'Asha Rao', email: 'asha@school.test', campaign: 'monsoon' };
  const post = (key: string) => platform.call('/api/v1/vendor/leads', { headers: { 'x-api-key': key }, body: lead });
  expect((await post('mvk_nobody')).status).toBe(401);

  const vendor = await platform.call('/api/admin/vendors', { token: admin, body: { name: 'Lead Garden' } });
  const path = `/api/admin/vendors/${vendor.body.data.id}/keys`;
  const issued = await platform.call(path, { method: 'POST', token: admin });
  const steps = [{ kind: 'email', subject: 'Welcome, {{name}}', text: 'We will call you.' }];
  await platform.postgres.query(
    `INSERT INTO lead_workflows (name, source, campaign, steps) VALUES ('welcome', 'Lead Garden', 'monsoon', $1)`,
    [JSON.stringify(steps)],
  );
  const stored = await post(issued.body.data.key);
  expect(stored).toMatchObject({ status: 200, body: { data: { leadId: expect.any(String), duplicate: false } } });
  const { rows } = await platform.postgres.query('SELECT "vendorId", source, campaign FROM raw_leads WHERE id = $1', [
    stored.body.data.leadId,
  ]);
  expect(rows).toEqual([{ vendorId: vendor.body.data.id, source: 'Lead Garden', campaign: 'monsoon' }]);
  const written = () => platform.mail.deliveries.find(({ to }) => to.includes('asha@school.test'));
  await until(() => written() !== undefined, 'the workflow wrote');
  expect(written()?.mail.subject).toBe('Welcome, Asha Rao');
}, 30_000);

it('6: a scheduled synchronisation: its row outlives a flushed Redis', async () => {
  platform.graphy.respond = (_call, response) =>
    json(response, { items: [{ learnerId: 'learner-1', courseId: 'sql', progressPercent: 40 }], next: null });
  const created = await platform.call('/api/admin/sync-configs/mrlearn', {
    token: admin,
    body: { name: 'SQL course', enabled: true, intervalMinutes: 15 },
  });
  expect(created).toMatchObject({ status: 201, body: { schedule: 'registered' } });
  const syncs = platform.queue('mrlearnSync');
  const scheduled = async () => (await syncs.getJobSchedulers()).length;
  expect(await scheduled()).toBe(1);
  const select = 'SELECT "learnerId", "courseId", "progressPercent" FROM graphy_progress';
  const progress = async () => (await platform.postgres.query(select)).rows;
  const synchronised = [{ learnerId: 'learner-1', courseId: 'sql', progressPercent: 40 }];
  // The first turn is due at once.
  expect(await eventually(progress, ({ length }) => length > 0)).toEqual(synchronised);
  await until(async () => (await syncs.getCompletedCount()) === 1, 'the first turn is over');

  platform.worker.server.kill('SIGKILL');
  await platform.worker.server.exited;
  await platform.redis.flushdb();
  await platform.postgres.query('DELETE FROM graphy_progress');
  expect(await scheduled()).toBe(0);
  await platform.startWorker();
  await until(async () => (await scheduled()) === 1, 'the schedule is registered again');
  expect(await eventually(progress, ({ length }) => length > 0)).toEqual(synchronised);
}, 30_000);

it('ends in order: every process, with nothing to complain of', async () => {
  for (const { server } of processes()) server.kill('SIGTERM');
  for (const { server } of processes()) expect(await server.exited).toEqual({ code: 0, signal: null });
  const complaints = processes().flatMap(({ server }) =>
    server.logs.filter(({ level }) => level === 'error' || level === 'fatal'),
  );
  expect(complaints).toEqual([]);
}, 30_000);
