import { everyQueue, queues, type Schedule } from '../../src/queues/queue';
import { besides, seedTable } from './seed-table';

const units: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600, days: 86_400 };

/** What the table's words stand for. */
function scheduleOf(words: string): Omit<Schedule, 'job'> {
  const [, count = '', unit = ''] = /^every (\d+) (\w+)$/.exec(words) ?? [];
  if (count) return { everySeconds: Number(count) * (units[unit] ?? Number.NaN) };
  const [, hour, minute] = /^daily (\d\d):(\d\d)$/.exec(words) ?? [];
  return { cron: `${Number(minute)} ${Number(hour)} * * *`, timeZone: 'Asia/Kolkata' };
}

const definitionOf = (name: string) => everyQueue.find((definition) => definition.name === name);

it('there are the 22 queues that the products know, under their names', () => {
  expect(seedTable).toHaveLength(22);
  expect(everyQueue.map(({ name }) => name)).toEqual(seedTable.map(([name]) => name));
  for (const [key, { name }] of Object.entries(queues)) expect(name).toBe(`${key}Queue`);
});

describe.each(seedTable.map(([name, ...schedules]) => ({ name, schedules })))('$name', ({ name, schedules }) => {
  const definition = definitionOf(name);
  const own = (definition?.schedules ?? []).map(({ job: _, ...schedule }) => schedule);

  it(`is filled ${schedules.join(' and ')}`, () => {
    const [only] = schedules;
    expect(definition?.scheduledBy !== undefined).toBe(only === 'per configuration');
    const stated = schedules.filter((words) => words !== 'on demand' && words !== 'per configuration').map(scheduleOf);
    expect(own).toEqual(expect.arrayContaining(stated));
    if (definition?.product !== undefined) expect(own).toEqual(stated);
  });

  it('schedules jobs that it has, each under a name of its own', () => {
    const jobs = (definition?.schedules ?? []).map(({ job }) => job);
    expect(new Set(jobs).size).toBe(jobs.length);
    // A product's own jobs are not declared here.
    if (definition?.product === undefined) for (const job of jobs) expect(definition?.jobs).toHaveProperty(job);
    // BullMQ splits its keys at colons.
    expect([name, ...jobs].join(' ')).not.toContain(':');
  });

  it('takes a scheduled job without a payload', () => {
    for (const { job } of definition?.schedules ?? [])
      if (definition?.jobs[job]) expect(definition.jobs[job].safeParse({}).success).toBe(true);
  });
});

it('the backfill of applications runs at two in the morning in India', () => {
  for (const [name, schedules] of Object.entries(besides))
    for (const words of schedules)
      expect(definitionOf(name)?.schedules).toContainEqual({ job: 'application-backfill', ...scheduleOf(words) });
});
