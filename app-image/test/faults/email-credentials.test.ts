import { type MailServer, startMailServer } from '../../../rehearsal/parts/mail-server';
import { queues } from '../../src/queues/queue';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { openProducer, tally } from './mail-jobs';
import { tell } from './outcomes';
import { call, signIn, until } from './service';

const mails = 60;

let mailServer: MailServer;
let web: StartedServer;
let producer: Awaited<ReturnType<typeof openProducer>>;

beforeAll(async () => {
  mailServer = await startMailServer();
  web = await startServer({ PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1' });
  producer = await openProducer(await stores());
}, 30_000);
afterAll(async () => {
  await producer?.close();
  await stopServers();
  await mailServer?.stop();
});

const startWorker = (password: string) =>
  startServer({
    ...mailServer.environment,
    EMAIL_PASS: password,
    PROCESS_ROLE: 'worker',
    SHUTDOWN_DRAIN_SECONDS: '0',
  });

it('a stale app password piles up failed jobs, which succeed once it is renewed and they are retried', async () => {
  const stale = await startWorker('the-stale-app-password');
  for (let added = 0; added < mails; added += 1) await producer.add();
  const emails = producer.jobQueues.queue(queues.email);
  await until(async () => (await emails.getFailedCount()) === mails, 20_000, 'every job has failed');
  const [failed] = await emails.getFailed(0, 0);
  expect(failed).toMatchObject({ attemptsMade: 1, failedReason: expect.stringContaining('(535 5.7.8)') });
  expect(mailServer.deliveries).toEqual([]);
  // One for each mail that was under way at the same time, and none for all the others: no account is locked.
  const loginsWhileStale = mailServer.logins.length;
  expect(loginsWhileStale).toBeLessThanOrEqual(5);
  const written = stale.server.stdout;
  for (const secret of ['the-stale-app-password', 'a@school.test']) expect(written).not.toContain(secret);

  // As a redeploy does, after the secret was renewed.
  stale.server.kill('SIGTERM');
  expect(await stale.server.exited).toEqual({ code: 0, signal: null });
  await startWorker(mailServer.environment.EMAIL_PASS);
  const token = await signIn(web.port);
  const { status, answer } = await call(web.port, '/api/admin/queues/emailQueue/retry-failed', { token, body: {} });
  expect([status, answer]).toEqual([200, { success: true, data: { retried: mails, stillFailed: 0 } }]);
  await until(async () => tally(producer.acknowledged, mailServer).lost === 0, 20_000, 'every mail arrives');
  const result = tally(producer.acknowledged, mailServer);
  tell('mails after the app password was renewed', [], { ...result, loginsWhileStale });
  expect(result).toEqual({ acknowledged: mails, lost: 0, twice: 0 });
}, 90_000);
