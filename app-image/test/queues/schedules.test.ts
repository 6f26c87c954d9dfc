import type { Queue } from 'bullmq';
import { type QueueDefinition, queues } from '../../src/queues/queue';
import { type RowSchedule, Schedules, type SchedulesProps } from '../../src/queues/schedules';
import { openQueueParts, type QueueParts, until } from './queue-parts';

const { database: nightly, cleanup: often, mrlearnSync: byRow } = queues;
const config = 'config-6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11';
const row: RowSchedule = {
  ...{ queue: byRow, id: config },
  schedule: { job: 'sync', everySeconds: 1_800 },
  payload: { configId: '6f9b0d2e-5d0c-4c5a-9d1e-2f6c1f0f7a11' },
};

let parts: QueueParts;
beforeEach(async () => {
  parts = await openQueueParts();
});
afterEach(() => parts.close());

const schedulesOf = (props: Partial<SchedulesProps> & Pick<SchedulesProps, 'queues'>) =>
  new Schedules({ jobQueues: parts.jobQueues, log: parts.captured.log, rowSchedules: async () => [], ...props });
const told = (what: string) => parts.captured.messages().filter((message) => message === `schedule ${what}`).length;
const queueOf = (definition: QueueDefinition): Queue => parts.jobQueues.queue(definition);
const idsOf = async (definition: QueueDefinition) =>
  (await queueOf(definition).getJobSchedulers()).map(({ key }) => key).sort();

it('registers what is stated, once for all processes', async () => {
  const own = [nightly, often];
  await Promise.all([schedulesOf({ queues: own }).register(), schedulesOf({ queues: own }).register()]);
  const registered = told('registered');
  await schedulesOf({ queues: own }).register();
  expect(told('registered')).toBe(registered);

  expect(await queueOf(nightly).getJobScheduler('application-backfill')).toMatchObject({
    ...{ name: 'application-backfill', pattern: '0 2 * * *', tz: 'Asia/Kolkata' },
    template: { opts: { attempts: 3 } },
  });
  expect(await queueOf(often).getJobScheduler('expired-slots')).toMatchObject({ every: 900_000 });
  for (const definition of own) expect(await idsOf(definition)).toHaveLength(definition.schedules.length);
  const { next } = (await queueOf(nightly).getJobScheduler('application-backfill')) ?? {};
  // Two in the morning in India is half past eight in the evening before by UTC.
  expect(new Date(next ?? 0).toISOString()).toMatch(/T20:30:00\.000Z$/);
  expect(next).toBeGreaterThan(Date.now());
});

it('does not take back a turn that is due and that no worker has begun', async () => {
  const nextNight: QueueDefinition = {
    ...queues.kpi,
    schedules: [{ job: 'compute', cron: '0 2 * * *', timeZone: 'Asia/Kolkata' }],
  };
  const schedules = schedulesOf({ queues: [nextNight] });
  await schedules.register();
  const [turn] = await queueOf(nextNight).getDelayed();
  await turn?.promote();
  await schedules.register();
  expect((await queueOf(nextNight).getWaiting()).map(({ id }) => id)).toEqual([turn?.id]);
});

it('changes what has changed, and removes what is not stated any more', async () => {
  await schedulesOf({ queues: [often] }).register();
  const [first, ...others] = often.schedules;
  const changed = { ...often, schedules: [{ ...first, everySeconds: 60 }] };
  await schedulesOf({ queues: [changed] }).register();
  expect(await idsOf(often)).toEqual([first.job]);
  expect(await queueOf(often).getJobScheduler(first.job)).toMatchObject({ every: 60_000 });
  expect(told('removed')).toBe(others.length);
});

it('registers a schedule again whose next job is gone', async () => {
  const schedules = schedulesOf({ queues: [nightly] });
  await schedules.register();
  const before = await queueOf(nightly).getJobScheduler('application-backfill');
  await parts.jobQueues.connection.del(queueOf(nightly).toKey(`repeat:application-backfill:${before?.next}`));
  await schedules.register();
  const turns = await queueOf(nightly).getDelayed();
  expect(turns.map(({ name }) => name)).toContain('application-backfill');
});

describe('those that are rows', () => {
  it('come, change and go with them', async () => {
    let rows: readonly RowSchedule[] = [row];
    const schedules = schedulesOf({ queues: [byRow, often], rowSchedules: async () => rows });
    await schedules.register();
    expect(await queueOf(byRow).getJobScheduler(config)).toMatchObject({
      ...{ name: 'sync', every: 1_800_000 },
      template: { data: row.payload },
    });

    rows = [{ ...row, schedule: { job: 'sync', everySeconds: 3_600 } }];
    await schedules.register();
    expect(await queueOf(byRow).getJobScheduler(config)).toMatchObject({ every: 3_600_000 });

    rows = [];
    await schedules.register();
    expect(await idsOf(byRow)).toEqual([]);
    expect(await idsOf(often)).toHaveLength(often.schedules.length);
  });

  it('stay as they are registered while the database is away', async () => {
    await schedulesOf({ queues: [byRow], rowSchedules: async () => [row] }).register();
    const away = async () => Promise.reject(new Error('Connection terminated'));
    await schedulesOf({ queues: [byRow, often], rowSchedules: away }).register();
    expect(await idsOf(byRow)).toEqual([config]);
    expect(await idsOf(often)).toHaveLength(often.schedules.length);
    expect(parts.captured.text()).toContain('schedules in the database cannot be read');
  });
});

it('has them all again some time after Redis was flushed', async () => {
  const schedules = schedulesOf({ queues: [byRow, often], rowSchedules: async () => [row], intervalMs: 50 });
  schedules.start();
  const complete = async () =>
    (await idsOf(byRow)).length === 1 && (await idsOf(often)).length === often.schedules.length;
  await until(complete, 'all schedules are registered');
  await parts.jobQueues.connection.flushdb();
  await until(complete, 'all schedules are registered again');
  schedules.close();
});
