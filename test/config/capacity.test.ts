import { capacitySheet, checkCapacity, jobSize, maxConnections } from '../../lib/config/capacity';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';

/** Small round numbers, so that a reader can count along: the literals may change, these cases don't. */
const env = (change: Partial<EnvironmentConfig> = {}): EnvironmentConfig => ({
  ...environments.staging,
  hosts: { instanceType: 'm6i.xlarge', min: 1, max: 10 },
  web: { cpu: 256, memoryMiB: 512, databaseConnections: 10, minTasks: 1, maxTasks: 4 },
  worker: { cpu: 256, memoryMiB: 512, databaseConnections: 5, minTasks: 1, maxTasks: 1 },
  ...change,
});
const withWeb = (web: Partial<EnvironmentConfig['web']>, change: Partial<EnvironmentConfig> = {}) =>
  env({ ...change, web: { ...env().web, ...web } });

describe('connections of an instance class', () => {
  it('are nine tenths of its memory by 9,531,392 bytes', () => {
    // 1 GiB = 1,073,741,824 B; × 0.9 = 966,367,641.6 B; ÷ 9,531,392 = 101.38…
    expect(maxConnections('t4g.micro')).toBe(101);
    // 8 GiB × 0.9 = 7,730,941,132.8 B; ÷ 9,531,392 = 811.10…
    expect(maxConnections('m7g.large')).toBe(811);
    expect(maxConnections('t4g.small')).toBe(202);
  });
});

describe('the sheet', () => {
  it('holds both colours, the worker twice and one job in a blue-green release', () => {
    const sheet = capacitySheet(env());
    expect(sheet.tasks.map(({ name, count }) => [name, count])).toEqual([
      ['web blue', 4],
      ['web green', 4],
      ['worker', 2],
      ['job', 1],
    ]);
    expect(sheet.peakTasks).toBe(4 + 4 + 2 + 1);
    expect(sheet.peakConnections).toBe(8 * 10 + 2 * 5 + jobSize.databaseConnections + 20);
  });

  it('holds web once when it rolls', () => {
    const sheet = capacitySheet(env({ deployment: { strategy: 'rolling' } }));
    expect(sheet.tasks.map(({ name, count }) => [name, count])).toEqual([
      ['web', 4],
      ['worker', 2],
      ['job', 1],
    ]);
    expect(sheet.peakTasks).toBe(7);
    expect(sheet.peakConnections).toBe(4 * 10 + 2 * 5 + jobSize.databaseConnections + 20);
  });
});

describe('what runs out first', () => {
  it('is interfaces, for small tasks', () => {
    // m6i.xlarge has 4 interfaces, one its own: 3 tasks a host. 11 tasks need 4 hosts.
    const sheet = capacitySheet(env());
    expect(sheet.tasksPerHost).toBe(3);
    expect(sheet.hostsNeeded).toBe(4);
  });

  it('is CPU, for busy tasks', () => {
    // 4096 units: 2 of 2048. Eight of them fill 4 hosts; the three small ones take a fifth, one interface each.
    const sheet = capacitySheet(withWeb({ cpu: 2048 }));
    expect(sheet.tasksPerHost).toBe(2);
    expect(sheet.hostsNeeded).toBe(5);
  });

  it('is memory, for large tasks', () => {
    // 16384 - 768 = 15616 MiB: 1 of 8192, and 7424 MiB beside it for small ones. Eight of them need 8 hosts.
    const sheet = capacitySheet(withWeb({ memoryMiB: 8192 }));
    expect(sheet.tasksPerHost).toBe(1);
    expect(sheet.hostsNeeded).toBe(8);
  });

  it('is the reserve of the host: half its memory does not fit twice', () => {
    expect(capacitySheet(withWeb({ memoryMiB: 7808 })).tasksPerHost).toBe(2);
    expect(capacitySheet(withWeb({ memoryMiB: 7809 })).tasksPerHost).toBe(1);
  });
});

it.each([
  ['development', 4, 2],
  ['staging', 7, 4],
  ['demo', 7, 4],
  ['production', 17, 6],
] as const)('fits %s: %d tasks on %d hosts', (name, peakTasks, hostsNeeded) => {
  expect(checkCapacity(environments[name])).toEqual([]);
  expect(capacitySheet(environments[name])).toMatchObject({ peakTasks, hostsNeeded });
});

describe('a configuration that does not fit', () => {
  it('tells what a release needs', () => {
    const hosts = { instanceType: 'm6i.xlarge', min: 1, max: 3 } as const;
    expect(checkCapacity(env({ hosts }))).toEqual([
      'staging.hosts.max: 3 hosts of m6i.xlarge do not hold the 11 tasks of a release (web blue 4, web green 4, worker 2, job 1); 4 are needed. Raise hosts.max, choose a type with more network interfaces, or lower maxTasks.',
    ]);
    // 4 + 2 + 1 tasks, 3 a host: rolling fits where blue-green does not.
    expect(checkCapacity(env({ hosts, deployment: { strategy: 'rolling' } }))).toEqual([]);
  });

  it.each([
    ['memory', { memoryMiB: 15_617 }],
    ['CPU', { cpu: 4097 }],
  ])('tells that a task is larger than a host, by %s', (_, size) => {
    expect(capacitySheet(withWeb(size)).hostsNeeded).toBeUndefined();
    expect(checkCapacity(withWeb(size))).toEqual([
      'staging.hosts.instanceType: m6i.xlarge (4096 CPU units, 15616 MiB for tasks) is smaller than one task; choose a larger type or smaller tasks.',
    ]);
  });

  it('tells that connections run out, from the first one too many', () => {
    // t4g.small takes 202. Fixed: worker 2 × 5, job 2, reserve 20; so 170 are left for 2 × 5 web tasks.
    expect(checkCapacity(withWeb({ maxTasks: 5, databaseConnections: 17 }))).toEqual([]);
    expect(checkCapacity(withWeb({ maxTasks: 5, databaseConnections: 18 }))).toEqual([
      'staging.database.instanceClass: t4g.small takes 202 connections, a release holds up to 212; choose a larger class or lower databaseConnections or maxTasks.',
    ]);
  });

  it.each([
    ['web', { minTasks: 0 }, '0 to 4'],
    ['web', { minTasks: 5 }, '5 to 4'],
    ['web', { maxTasks: 1.5 }, '1 to 1.5'],
    ['worker', { minTasks: 2 }, '2 to 1'],
  ] as const)('tells that %s with %p is no range', (service, range, written) => {
    expect(checkCapacity(env({ [service]: { ...env()[service], ...range } }))).toEqual([
      `staging.${service}.minTasks, maxTasks: ${written} is no range; state whole numbers, 1 ≤ minTasks ≤ maxTasks.`,
    ]);
  });

  it.each([
    [0, 2],
    [3, 2],
    [1, 2.5],
  ])('tells that %d to %d hosts is no range', (min, max) => {
    expect(checkCapacity(env({ hosts: { instanceType: 't3.large', min, max } }))).toEqual([
      `staging.hosts.min, max: ${min} to ${max} is no range; state whole numbers, 1 ≤ min ≤ max.`,
    ]);
  });
});
