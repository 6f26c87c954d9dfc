import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Certificates, issueCertificates } from '../../../local/certificates';
import { type MailServer, refusal, startMailServer } from '../../../rehearsal/parts/mail-server';
import { queuePrefix } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import type { QueueReport } from '../../src/queues/queue-report';
import { until } from '../queues/queue-parts';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { connectRedis } from '../store-clients';

const credentials = { email: 'admin@example.com', password: 'local-only-admin-password' };
const pupil = 'asha@school.test';

let certificates: Certificates;
let mailServer: MailServer;
let service: StartedServer;
let redis: Redis;
let emails: Queue;
let token: string;

beforeAll(async () => {
  certificates = await issueCertificates(['localhost']);
  mailServer = await startMailServer({ tls: certificates });
  service = await startServer({
    ...mailServer.environment,
    PROCESS_ROLE: 'all',
    NODE_EXTRA_CA_CERTS: certificates.caFile,
    SHUTDOWN_DRAIN_SECONDS: '0',
  });
  redis = connectRedis(await stores());
  emails = new Queue(queues.email.name, { connection: redis, prefix: queuePrefix });
  const { body } = await call('/auth/login', credentials, '');
  token = body.data.token;
}, 30_000);
afterAll(async () => {
  await emails?.close();
  redis?.disconnect();
  await stopServers();
  await mailServer?.stop();
  certificates?.remove();
});

/** Of the answers that are looked into. */
interface Data {
  readonly token: string;
  readonly jobId: string;
  readonly queues: QueueReport;
}

async function call(path: string, body?: unknown, bearer = token) {
  const response = await fetch(`${service.url}/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { readonly data: Data } };
}

const deliveredTo = (address: string) => mailServer.deliveries.filter(({ to }) => to.includes(address));
const stateOf = (id = '') => emails.getJobState(id);

it('a request queues a mail and is answered at once; the mail arrives over TLS', async () => {
  const { status, body } = await call('/admin/emails/test', {});
  expect(status).toBe(202);
  expect(body).toEqual({ success: true, data: { queue: 'emailQueue', jobId: expect.any(String) } });
  await until(() => deliveredTo(credentials.email).length > 0, 'the mail arrives');
  const [delivery] = deliveredTo(credentials.email);
  expect(delivery?.mail).toMatchObject({
    messageId: `<${body.data.jobId}@yourapp.com>`,
    subject: 'Test mail of mr-mentor-backend (test)',
    to: [{ address: credentials.email }],
  });
  expect(mailServer.logins).toContain(mailServer.sender.EMAIL_USER);
});

it('a mail that welcomes somebody goes to whoever is to know, too', async () => {
  await emails.add('send', { to: pupil, template: 'student-onboarding', data: { name: 'Asha', course: 'Statistics' } });
  await until(() => deliveredTo(pupil).length > 0, 'the mail arrives');
  const [delivery] = deliveredTo(pupil);
  expect(delivery?.to).toEqual([pupil, 'info@myanalyticsschool.com']);
  expect(delivery?.mail.text).toContain('You are enrolled in Statistics.');
});

it('failed jobs are tried again when an administrator says so, one name of them or all', async () => {
  mailServer.state.onRecipient = () => refusal(550, `5.1.1 ${pupil} is not here`);
  const mails = ['one', 'two', 'three'].map((text) => ({
    ...{ name: 'send', opts: { jobId: `job-${text}` } },
    data: { to: pupil, template: 'message', data: { subject: text, text: 'never-to-be-logged' } },
  }));
  await emails.addBulk(mails);
  const old = await emails.add('erase', {}, { timestamp: 1 });
  const ids = [...mails.map(({ opts }) => opts.jobId), old.id];
  for (const id of ids) await until(async () => (await stateOf(id)) === 'failed', 'it has failed');
  expect((await emails.getJob('job-one'))?.failedReason).toBe(
    'The mail server refuses an address of the mail (550 5.1.1)',
  );
  expect(service.server.stdout).not.toContain(pupil);
  expect(service.server.stdout).not.toContain('never-to-be-logged');

  mailServer.state.onRecipient = () => undefined;
  const path = '/admin/queues/emailQueue/retry-failed';
  expect(await call(path, { job: 'send', limit: 2 })).toMatchObject({
    status: 200,
    body: { success: true, data: { retried: 2, stillFailed: 2 } },
  });
  expect(await call(path, { job: 'send' })).toMatchObject({ body: { data: { retried: 1, stillFailed: 1 } } });
  for (const { opts } of mails) await until(async () => (await stateOf(opts.jobId)) === 'completed', 'it is sent');
  const subjects = deliveredTo(pupil).map(({ mail }) => mail.subject);
  expect(subjects).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  expect(await call(path, {})).toMatchObject({ body: { data: { retried: 1 } } });
  await until(async () => (await stateOf(old.id)) === 'failed', 'it has failed again');
  await old.remove();
  expect(await call(path, {})).toMatchObject({ body: { data: { retried: 0, stillFailed: 0 } } });
}, 15_000);

it('refuses whoever is not an administrator, an unknown queue, and a body that is not as it has to be', async () => {
  const path = '/admin/queues/emailQueue/retry-failed';
  expect((await call(path, {}, 'nobody')).status).toBe(401);
  expect((await call('/admin/emails/test', {}, 'nobody')).status).toBe(401);
  expect(await call('/admin/queues/mailQueue/retry-failed', {})).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining('emailQueue, notificationQueue') },
  });
  expect(await call(path, { name: 'send' })).toMatchObject({ status: 400 });
  expect(await call(path, { limit: 0 })).toMatchObject({ status: 400, body: { fields: [{ field: 'limit' }] } });
});

it('the start-up report says which queues have no worker, and whose they are', async () => {
  await service.server.logged('start-up report');
  const { status, body } = await call('/admin/start-up-report');
  expect(status).toBe(200);
  expect(body.data.queues.withWorker).toContain('emailQueue');
  expect(body.data.queues.withoutWorker).toContainEqual({ queue: 'leadAssignmentQueue', product: 'Sales CRM' });
});
