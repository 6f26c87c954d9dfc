import { UnrecoverableError } from 'bullmq';
import { Metrics } from '../../src/metrics';
import { measureJobs } from '../../src/queues/job-metrics';
import { everyQueue, queues } from '../../src/queues/queue';
import { queueReport } from '../../src/queues/queue-report';
import { openQueueParts, type QueueParts, until } from './queue-parts';

const otp = { to: 'a@school.test', template: 'otp', data: { code: '123456' } } as const;
const longAgo = Date.now() - 3 * 60 * 60 * 1000;

let parts: QueueParts;
beforeEach(async () => {
  parts = await openQueueParts();
});
afterEach(() => parts.close());

const emails = () => parts.jobQueues.queue(queues.email);
const stateOf = (id: string | undefined) => emails().getJobState(id ?? '');
const reasonOf = async (id: string | undefined) => (await emails().getJob(id ?? ''))?.failedReason;

it('hands a job to its handler, with what it is told, which attempt it is and a log of its own', async () => {
  const seen: unknown[] = [];
  parts.openWorkers({
    handlers: {
      email: {
        send: async (mail, { id, attempt, log }) => {
          seen.push({ mail, id, attempt });
          log.info('at work');
          return { done: true };
        },
      },
    },
  });
  const id = await parts.jobQueues.add('email', 'send', otp);
  await until(async () => (await stateOf(id)) === 'completed', 'the job is completed');
  expect(seen).toEqual([{ mail: otp, id, attempt: 1 }]);
  expect((await emails().getJob(id))?.returnvalue).toEqual({ done: true });
  const lines = parts.captured
    .text()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ queue: 'emailQueue', job: 'send', jobId: id, msg: 'at work' }),
  );
});

it('tries a job again later, unless it says that this is of no use', async () => {
  parts.openWorkers({
    handlers: {
      email: {
        send: async ({ to }) => {
          throw to.startsWith('never') ? new UnrecoverableError('no such mailbox') : new Error('busy');
        },
      },
    },
  });
  const later = await parts.jobQueues.add('email', 'send', otp);
  const never = await parts.jobQueues.add('email', 'send', { ...otp, to: 'never@school.test' });
  await until(async () => (await stateOf(later)) === 'delayed', 'one is put off');
  await until(async () => (await stateOf(never)) === 'failed', 'the other has failed');
  expect(await emails().getJob(later)).toMatchObject({ attemptsMade: 1, failedReason: 'busy' });
  expect(await reasonOf(never)).toBe('no such mailbox');
});

describe('a job that this revision does not understand', () => {
  const wrong = { ...otp, template: 'of-the-next-revision' };

  it('is put off, as it may be for the next revision', async () => {
    parts.openWorkers({ handlers: { email: { send: async () => ({}) } } });
    const [payload, name] = [await emails().add('send', wrong), await emails().add('erase', otp)];
    for (const { id } of [payload, name]) {
      await until(async () => (await stateOf(id)) === 'delayed', 'it is put off');
      expect(await emails().getJob(id ?? '')).toMatchObject({ attemptsMade: 0 });
    }
    expect(parts.captured.text()).not.toContain('a@school.test');
  });

  it('fails after two hours, with a reason that quotes nothing of it', async () => {
    parts.openWorkers({ handlers: { email: { send: async () => ({}) } } });
    const payload = await emails().add('send', { ...otp, data: { code: '<secret>' } }, { timestamp: longAgo });
    const name = await emails().add('erase', otp, { timestamp: longAgo });
    for (const { id } of [payload, name]) await until(async () => (await stateOf(id)) === 'failed', 'it has failed');
    expect(await reasonOf(payload.id)).toBe(
      'The payload of send is not as it has to be: data.code: must be 4 to 12 letters or digits',
    );
    expect(await reasonOf(name.id)).toBe('emailQueue has no job erase; this revision knows send');
    expect(parts.captured.text()).not.toContain('<secret>');
  });
});

it('measures the queues that it works on, and no other', async () => {
  const workers = parts.openWorkers({
    handlers: {
      email: {
        send: async ({ to }) => {
          if (to.startsWith('a')) return {};
          throw to.startsWith('b') ? new UnrecoverableError('no') : new Error('later');
        },
      },
    },
  });
  for (const to of ['a1@school.test', 'a2@school.test', 'b@school.test', 'c@school.test'])
    await parts.jobQueues.add('email', 'send', { ...otp, to });
  await until(async () => {
    const { completed, failed, delayed } = await emails().getJobCounts();
    return completed === 2 && failed === 1 && delayed === 1;
  }, 'every job has been tried');
  await emails().pause();
  await emails().add('send', otp, { timestamp: longAgo });
  await emails().add('send', otp);

  const lines: string[] = [];
  const metrics = new Metrics({ dimensions: {}, write: (line) => lines.push(line) });
  measureJobs(metrics, parts.jobQueues, workers);
  await metrics.flush();
  const measured = lines.map((line) => JSON.parse(line)).filter(({ Queue }) => Queue !== undefined);
  expect(measured).toEqual([
    expect.objectContaining({
      ...{ Queue: 'emailQueue', JobsCompleted: 2, JobsRetried: 1, JobsFailed: 1, JobsWaiting: 2 },
      OldestJobSeconds: expect.any(Number),
    }),
  ]);
  expect(measured[0].OldestJobSeconds).toBeGreaterThanOrEqual(3 * 60 * 60);

  lines.length = 0;
  await metrics.flush();
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ Queue: 'emailQueue', JobsCompleted: 0, JobsRetried: 0, JobsFailed: 0 }),
  );
});

describe('the report on the queues', () => {
  it('says of a worker which it works on, and whose the others are', () => {
    const workers = parts.openWorkers({ handlers: { email: { send: async () => ({}) } } });
    const { withWorker, withoutWorker, note } = queueReport(workers);
    expect(withWorker).toEqual(['emailQueue']);
    expect(withoutWorker).toHaveLength(everyQueue.length - 1);
    expect(withoutWorker).toContainEqual({ queue: 'leadAssignmentQueue', product: 'Sales CRM' });
    expect(withoutWorker).toContainEqual({
      queue: 'kpiQueue',
      product: 'this service, whose worker for it is missing',
    });
    expect(note).toBeUndefined();
  });

  it('says of a web process that it works on none', () => {
    const { withWorker, withoutWorker, note } = queueReport();
    expect(withWorker).toEqual([]);
    expect(note).toBe('a web process works on no queue: the worker processes do');
    const products = everyQueue.filter(({ product }) => product !== undefined);
    expect(withoutWorker).toEqual(products.map(({ name, product }) => ({ queue: name, product })));
  });
});
