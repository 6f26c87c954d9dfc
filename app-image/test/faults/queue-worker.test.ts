import { setTimeout as sleep } from 'node:timers/promises';
import { type MailServer, startMailServer } from '../../../rehearsal/parts/mail-server';
import { queues } from '../../src/queues/queue';
import { type StartedServer, startServer, stopServers, stores } from '../server-process';
import { openProducer, tally } from './mail-jobs';
import { tell } from './outcomes';
import { until } from './service';

/** What one process sends at the same time. */
const concurrency = 5;

let mailServer: MailServer;
let producer: Awaited<ReturnType<typeof openProducer>>;

beforeAll(async () => {
  mailServer = await startMailServer();
  // So that there is always a mail under way.
  mailServer.state.onMessage = async () => void (await sleep(30));
  producer = await openProducer(await stores());
}, 30_000);
afterAll(async () => {
  await producer?.close();
  await stopServers();
  await mailServer?.stop();
});

const startWorker = () =>
  startServer({ ...mailServer.environment, PROCESS_ROLE: 'worker', SHUTDOWN_DRAIN_SECONDS: '0' });

async function addMany(count: number): Promise<void> {
  for (let added = 0; added < count; added += 1) await producer.add();
}

async function untilSome(count: number): Promise<void> {
  const enough = mailServer.deliveries.length + count;
  await until(async () => mailServer.deliveries.length >= enough, 30_000, `${count} more mails arrive`);
}

const lost = () => tally(producer.acknowledged, mailServer).lost;
const atWork = () => producer.jobQueues.queue(queues.email).getActiveCount();

it('SIGTERM under load loses no job, and does none twice', async () => {
  const workers: StartedServer[] = [await startWorker(), await startWorker()];
  await addMany(300);
  for (const { server } of workers) {
    await untilSome(40);
    server.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.logs.map(({ msg }) => msg)).not.toContain('jobs at work are given back');
  }
  expect(await atWork()).toBe(0);
  expect(lost()).toBeGreaterThan(0);

  const { server } = await startWorker();
  await until(async () => lost() === 0, 60_000, 'every mail arrives');
  await until(async () => (await atWork()) === 0, 5_000, 'every job is done');
  const result = tally(producer.acknowledged, mailServer);
  tell('workers ended by SIGTERM under mails', [], result);
  expect(result).toEqual({ acknowledged: 300, lost: 0, twice: 0 });
  server.kill('SIGKILL');
  await server.exited;
}, 120_000);

it('SIGKILL under load loses no job: another worker takes over what was at work', async () => {
  const [doomed, heir] = [await startWorker(), await startWorker()];
  await addMany(200);
  await untilSome(40);
  doomed.server.kill('SIGKILL');
  await doomed.server.exited;
  const began = performance.now();
  await until(async () => lost() === 0, 90_000, 'every mail arrives');
  await until(async () => (await atWork()) === 0, 60_000, 'every job is done');
  const result = tally(producer.acknowledged, mailServer);
  tell('a worker killed under mails', [], { ...result, takenOverWithinMs: Math.round(performance.now() - began) });
  expect(result).toMatchObject({ acknowledged: 500, lost: 0 });
  // A mail may have left when its job was not done yet.
  expect(result.twice).toBeLessThanOrEqual(concurrency);
  expect(await heir.server.logged('job taken over from a process that is gone')).toMatchObject({ queue: 'emailQueue' });
  expect(await producer.jobQueues.queue(queues.email).getFailedCount()).toBe(0);
}, 180_000);
