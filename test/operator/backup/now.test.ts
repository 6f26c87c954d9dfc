import { dumpKey } from '../../../app-image/src/backup/keys';
import { motoTests } from '../../moto';
import type { Mishap } from '../aws-front';
import { BackupSite, bucket, network, providers } from './backup-site';
import { cluster, definitionArn, type FakeContainer } from './fake-ecs';

const moto = motoTests('backup now was not tried.');
const { why } = moto;

let site: BackupSite;
beforeAll(async () => {
  if (moto.found) site = await BackupSite.start();
});
afterAll(() => site?.stop());
beforeEach(() => site?.reset());
afterEach(() => jest.restoreAllMocks());

const line = (fields: object) => JSON.stringify({ level: 'info', time: '2026-11-20T19:15:00.000Z', ...fields });

/** Stores a dump and its manifest as the job does, and says so. */
const backsUp: FakeContainer = {
  async run(_, log) {
    await log(line({ job: 'db-backup', msg: 'job started', environment: 'staging', dryRun: false }));
    const key = await site.store(new Date());
    await log(line({ job: 'db-backup', msg: 'job done', key, ms: 12 }));
    await log(JSON.stringify({ _aws: {}, JobSucceeded: 1 }));
    return 0;
  },
};
const failing = (reason: string, exitCode = 1): FakeContainer => ({
  async run(_, log) {
    await log(line({ level: 'error', msg: 'job failed', reason }));
    return exitCode;
  },
});
const started = () => site.ecs.calls.filter(({ action }) => action === 'RunTask');
const onlyTask = () => site.ecs.tasks[0]?.taskArn.split('/').at(-1) ?? '';

moto.it(`runs what the schedule runs, follows it, and shows the backup that it has made${why}`, async () => {
  site.ecs.container = backsUp;
  expect(await site.run('now')).toBe(0);
  expect(site.ecs.calls.find(({ action }) => action === 'RunTask')?.input).toEqual({
    ...{ cluster, taskDefinition: definitionArn('backup'), count: 1, capacityProviderStrategy: providers },
    networkConfiguration: {
      awsvpcConfiguration: { subnets: network.Subnets, securityGroups: network.SecurityGroups },
    },
    ...{ enableECSManagedTags: true, propagateTags: 'TASK_DEFINITION', startedBy: 'npm-run-backup' },
    clientToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  const told = site.said.filter((each) => /^\d+:\d\d {2}/.test(each)).map((each) => each.replace(/^\S+ +/, ''));
  expect(told.filter((each) => !each.startsWith('|'))).toEqual([
    'waiting for a host with room; if there is none, the Auto Scaling group adds one, which takes minutes',
    'a host has taken it, and pulls the image',
    'running',
    'stopped',
  ]);
  expect(told.filter((each) => each.startsWith('|'))).toEqual([
    '| job started  environment=staging  dryRun=false',
    expect.stringMatching(/^\| job done {2}key=backups\/mas\/.*\.dump {2}ms=12$/),
  ]);
  const [key] = await site.keys();
  expect(site.said.at(-1)).toBe(`s3://${bucket}/${key}\n  3 kB, 1,234 rows in 2 tables, 2 migrations`);
});

moto.it(`is there for machines${why}`, async () => {
  site.ecs.container = backsUp;
  expect(await site.run('now', { json: true })).toBe(0);
  expect(JSON.parse(site.said.at(-1) ?? '')).toMatchObject({
    ...{ version: 1, environment: 'staging', bucket, succeeded: true, task: { id: onlyTask(), exitCode: 0 } },
    backup: { bytes: 2500, rows: 1234, tables: 2, migrations: 2, newestMigration: '0002-leads' },
  });
});

moto.it(`starts nothing in a dry run, and prints the call that it would make${why}`, async () => {
  expect(await site.run('now', { dryRun: true, yes: false })).toBe(0);
  expect(started()).toEqual([]);
  const [, action, shown] = /^(\S+) (.*)$/.exec(site.said.at(-1) ?? '') ?? [];
  expect(action).toBe('ecs:RunTask');
  site.ecs.container = backsUp;
  expect(await site.run('now')).toBe(0);
  const { clientToken: _, ...printed } = JSON.parse(shown ?? '');
  expect(started()[0]?.input).toMatchObject(printed);
});

moto.it(`starts nothing where nobody agrees${why}`, async () => {
  await expect(site.run('now', { yes: false })).rejects.toThrow('There is no terminal to ask at');
  expect(started()).toEqual([]);
});

moto.it(`is not content with a task that ends well and leaves no backup${why}`, async () => {
  expect(await site.run('now')).toBe(1);
  expect(site.text).toContain(
    `No backup was made: the task ended well, and ${bucket} has no dump with a manifest from its time.`,
  );
});

moto.it(`takes neither an older backup nor a dump without a manifest for the new one${why}`, async () => {
  await site.store(new Date(Date.now() - 3_600_000));
  let key = '';
  site.ecs.container = {
    async run() {
      key = dumpKey('mas', new Date());
      await site.put(key, 'half of it');
      return 0;
    },
  };
  expect(await site.run('now')).toBe(1);
  expect(site.said.at(-1)).toBe(`${key} has no manifest and is no backup; the bucket's lifecycle removes it.`);
});

moto.it(`says why the job failed${why}`, async () => {
  site.ecs.container = failing('Another backup of this database is running (advisory lock 1)');
  expect(await site.run('now')).toBe(1);
  expect(site.said.at(-1)).toBe(
    'No backup was made: the container ended with 1: Another backup of this database is running (advisory lock 1)\nWait for its end.',
  );
});

moto.it(`says why the container never ran${why}`, async () => {
  site.ecs.cannotStart = 'CannotPullContainerError: failed to resolve ref main-1a2b3c4: not found';
  expect(await site.run('now')).toBe(1);
  expect(site.said.at(-1)).toBe(
    "No backup was made: the container never ran: CannotPullContainerError: failed to resolve ref main-1a2b3c4: not found\nLook whether its image is still in ECR, and at the hosts' way there.",
  );
});

moto.it(`says what memory has to do with a container that was killed${why}`, async () => {
  site.ecs.container = { run: async () => 137 };
  expect(await site.run('now')).toBe(1);
  expect(site.text).toContain('ended with 137: its log does not say why\nIt was killed, as for too much memory');
});

moto.it(`explains why ECS has started nothing${why}`, async () => {
  site.ecs.failures = [{ arn: 'arn', reason: 'RESOURCE:ENI' }];
  expect(await site.run('now')).toBe(1);
  expect(site.said.at(-1)).toBe(
    'ECS has started no task: RESOURCE:ENI: no host has a network interface left; wait for the end of a release, or raise hosts.max',
  );
});

moto.it(`starts no second backup beside one that runs, unless it is told to${why}`, async () => {
  let end = (_: number) => {};
  site.ecs.container = { run: () => new Promise<number>((resolve) => (end = resolve)) };
  const first = site.run('now');
  while (site.ecs.tasks[0]?.lastStatus !== 'RUNNING') await new Promise(setImmediate);
  site.ecs.container = backsUp;
  expect(await site.run('now')).toBe(1);
  expect(site.text).toContain(
    `DatabaseBackup runs already in staging, and nothing was started: ${onlyTask()}\nFollow it: npm run backup -- now staging --follow ${onlyTask()}`,
  );
  expect(started()).toHaveLength(1);
  expect(await site.run('now', { anyway: true })).toBe(0);
  expect(started()).toHaveLength(2);
  end(1);
  expect(await first).toBe(1);
});

moto.it(`follows a task by its id, and refuses one of another job, of nobody, and what is none${why}`, async () => {
  site.ecs.container = failing('no');
  expect(await site.run('now')).toBe(1);
  const id = onlyTask();
  site.said.length = 0;
  expect(await site.run('now', { follow: id })).toBe(1);
  expect(site.text).toContain('| error: job failed  reason=no');
  expect(started()).toHaveLength(1);
  await expect(site.run('restore-check', { follow: id })).rejects.toThrow(
    `--follow: the task ${id} is one of backup, and not of RestoreCheck.`,
  );
  await expect(site.run('now', { follow: 'a'.repeat(32) })).rejects.toThrow('ECS does not know the task aaaa');
  await expect(site.run('now', { follow: 'newest' })).rejects.toThrow('--follow: "newest" is no task');
});

moto.it(`waits for ECS to know what it has just started${why}`, async () => {
  site.ecs.container = backsUp;
  site.ecs.unknownLooks = 3;
  expect(await site.run('now')).toBe(0);
});

moto.it(`starts one task where an answer is lost and the SDK asks again${why}`, async () => {
  process.env.AWS_MAX_ATTEMPTS = '3';
  site.ecs.container = backsUp;
  site.front.fail('RunTask', 'unheard');
  expect(await site.run('now')).toBe(0);
  expect(started().map(({ input }) => input.clientToken)).toEqual(Array(2).fill(started()[0]?.input.clientToken));
  expect(site.ecs.tasks).toHaveLength(1);
});

const mishaps: readonly Mishap[] = [
  'AccessDeniedException',
  'ExpiredTokenException',
  'ThrottlingException',
  'cut',
  'unheard',
];
const before = [
  'GetCallerIdentity',
  'ListStackResources',
  'GetSchedule',
  'DescribeTaskDefinition',
  'ListTasks',
  'RunTask',
];
const after = ['DescribeTasks', 'GetLogEvents'];

moto.it.each(before.flatMap((action) => mishaps.map((mishap) => [action, mishap] as const)))(
  `makes one backup at the second try, where %s failed at the first by %s${why}`,
  async (action, mishap) => {
    site.ecs.container = backsUp;
    site.front.fail(action, mishap);
    expect(await site.run('now')).toBe(1);
    const wasStarted = action === 'RunTask' && mishap === 'unheard';
    expect(site.ecs.tasks).toHaveLength(wasStarted ? 1 : 0);
    const uncertain = action === 'RunTask' && (mishap === 'cut' || mishap === 'unheard');
    expect(site.text.includes('Whether ECS has started it is not known.')).toBe(uncertain);
    expect(await site.run('now')).toBe(wasStarted ? 1 : 0);
    if (wasStarted) expect(await site.run('now', { follow: onlyTask() })).toBe(0);
    expect(site.ecs.tasks).toHaveLength(1);
    expect((await site.keys()).filter((key) => key.endsWith('.dump'))).toHaveLength(1);
  },
);

moto.it.each(after.flatMap((action) => mishaps.map((mishap) => [action, mishap] as const)))(
  `says how to follow the task, where %s fails meanwhile by %s${why}`,
  async (action, mishap) => {
    site.ecs.container = backsUp;
    site.front.fail(action, mishap);
    expect(await site.run('now')).toBe(1);
    expect(site.text).toContain(
      `The task goes on. Follow it: npm run backup -- now staging --follow ${onlyTask()}\nStop it:   aws ecs stop-task --cluster ${cluster} --task ${onlyTask()}`,
    );
    expect(await site.run('now', { follow: onlyTask() })).toBe(0);
    expect(site.ecs.tasks).toHaveLength(1);
  },
);

moto.it.each(['ListObjectsV2', 'GetObject'])(
  `does not call a backup made that it could not see, where %s is refused, and can look again${why}`,
  async (action) => {
    site.ecs.container = backsUp;
    site.front.fail(action, 'AccessDeniedException');
    expect(await site.run('now')).toBe(1);
    expect(site.text).toContain('These credentials may not do that.');
    expect(await site.run('now', { follow: onlyTask() })).toBe(0);
  },
);
