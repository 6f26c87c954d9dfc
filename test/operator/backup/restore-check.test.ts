import { motoTests } from '../../moto';
import type { Mishap } from '../aws-front';
import { BackupSite } from './backup-site';
import type { FakeContainer } from './fake-ecs';

const moto = motoTests('backup restore-check was not tried.');
const { why } = moto;
const backup = 'backups/mas/2026/11/2026-11-20T19-15-03-123Z.dump';
const differences = [{ what: 'rows of public.users', expected: '3', found: '2' }];

let site: BackupSite;
beforeAll(async () => {
  if (moto.found) site = await BackupSite.start();
});
afterAll(() => site?.stop());
beforeEach(() => site?.reset());
afterEach(() => jest.restoreAllMocks());

const ending = (exitCode: number, fields: object): FakeContainer => ({
  async run(_, log) {
    await log(JSON.stringify({ level: 'info', time: '2026-11-20T20:15:00.000Z', key: backup, tables: 3, ...fields }));
    return exitCode;
  },
});
const passing = ending(0, { msg: 'job done', ageHours: 1 });
const onlyTask = () => site.ecs.tasks[0]?.taskArn.split('/').at(-1) ?? '';

moto.it(`prints the call that it would make, for the backup that is named${why}`, async () => {
  expect(await site.run('restore-check', { backup, dryRun: true, yes: false })).toBe(0);
  expect(site.said.at(-1)).toMatch(/^ecs:RunTask \{.*"taskDefinition":"[^"]*\/check:3"/);
  expect(site.said.at(-1)).toContain(
    `"overrides":{"containerOverrides":[{"name":"app","command":["node","dist/jobs/db-restore-check.js","--backup","${backup}"]}]}`,
  );
  expect(site.ecs.tasks).toEqual([]);
});

moto.it(`tells machines what differs${why}`, async () => {
  site.ecs.container = ending(1, { msg: 'job failed', reason: 'The backup is not what it says', differences });
  expect(await site.run('restore-check', { json: true })).toBe(1);
  const json = site.said.find((line) => line.startsWith('{'));
  expect(JSON.parse(json ?? '')).toEqual({
    ...{ version: 1, environment: 'staging', passed: false, key: backup, tables: 3, differences },
    task: { id: onlyTask(), exitCode: 1 },
    failure: 'the container ended with 1: The backup is not what it says',
  });
});

moto.it(`takes no rehearsal for a restore, though it ends well${why}`, async () => {
  site.ecs.container = {
    async run(command, log) {
      await log(JSON.stringify({ level: 'info', msg: 'job started', environment: 'staging', dryRun: true }));
      return passing.run(command, log);
    },
  };
  expect(await site.run('restore-check')).toBe(1);
  expect(site.said.at(-1)).toBe(
    'The restore check failed: the job changed nothing, as DRY_RUN is true in this environment.\nUnset it, and deploy the service stack.',
  );
  expect(site.text).not.toContain('was restored');
});

moto.it(`takes no exit code for another, whatever the log says${why}`, async () => {
  site.ecs.container = ending(1, { msg: 'job done' });
  expect(await site.run('restore-check')).toBe(1);
});

moto.it(`refuses what is no key of a dump, and options that do not go together${why}`, async () => {
  for (const verb of ['restore-check', 'verify'])
    await expect(site.run(verb, { backup: 'newest' })).rejects.toThrow('--backup: "newest" is no key of a dump');
  await expect(site.run('restore-check', { local: true, follow: onlyTask() })).rejects.toThrow('starts no task');
});

moto.it(`says that there is nothing to verify, or to restore on this machine${why}`, async () => {
  expect(await site.run('verify')).toBe(1);
  expect(await site.run('restore-check', { local: true })).toBe(1);
  expect(site.said).toEqual(
    Array(2).fill(
      'There is no backup of mas in mr-mentor-staging-database-backups-123456789012: no dump has a manifest. npm run backup -- now staging makes one.',
    ),
  );
});

const mishaps: readonly Mishap[] = ['AccessDeniedException', 'ThrottlingException', 'cut', 'unheard'];

moto.it.each(mishaps)(
  `checks once at the second try, where RunTask failed at the first by %s${why}`,
  async (mishap) => {
    site.ecs.container = passing;
    site.front.fail('RunTask', mishap);
    expect(await site.run('restore-check')).toBe(1);
    const follow = mishap === 'unheard' ? onlyTask() : undefined;
    if (follow !== undefined) expect(await site.run('restore-check')).toBe(1);
    expect(await site.run('restore-check', { follow })).toBe(0);
    expect(site.ecs.tasks).toHaveLength(1);
    expect(site.said.at(-1)).toBe(`${backup} was restored, and is what its manifest says: 3 tables.`);
  },
);
