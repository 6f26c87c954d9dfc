import { join } from 'node:path';
import { Folder } from '../retention/folder';
import { ServiceProcess } from '../server-process';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.write('logs/old.log', 31);
  folder.write('logs/new.log', 1);
  folder.write('analytics/old.csv', 91);
});
afterEach(() => folder.remove());

async function run(args: readonly string[], changes: Readonly<Record<string, string>> = {}) {
  const process = new ServiceProcess(
    'jobs/retention',
    {
      APP_ENV: 'test',
      DATA_RETENTION_LOG_PATHS: join(folder.path, 'logs'),
      DATA_RETENTION_ANALYTICS_PATHS: join(folder.path, 'analytics'),
      DATA_RETENTION_ARCHIVE_DIR: join(folder.path, 'archive'),
      ...changes,
    },
    args,
  );
  const { code } = await process.exited;
  return { code, process, summary: process.logs.at(-1), stdout: process.stdout, stderr: process.stderr };
}
const names = () => Object.keys(folder.files()).sort();
const untouched = ['analytics/old.csv', 'logs/new.log', 'logs/old.log'];

it('prunes on schedule only where that is switched on, and by hand when told to', async () => {
  const off = await run([]);
  expect(off).toMatchObject({ code: 0, summary: { msg: 'job done', pruned: false } });
  expect(off.process.metric('JobSucceeded')).toEqual([1]);
  expect(names()).toEqual(untouched);

  const rehearsed = await run(['--dry-run']);
  expect(rehearsed).toMatchObject({ code: 0, summary: { msg: 'job done', eligible: 2, archived: 0 } });
  expect(rehearsed.process.metric('JobSucceeded')).toEqual([]);
  expect(names()).toEqual(untouched);

  const byHand = await run(['--now']);
  expect(byHand.summary).toMatchObject({ msg: 'job done', mode: 'archive', scanned: 3, eligible: 2, archived: 2 });
  expect(names()).toHaveLength(3);
  expect(byHand.process.metric('JobBytes')).toEqual([byHand.summary?.bytes]);
  expect(byHand.process.metric('MissingFolders')).toEqual([0]);

  folder.write('logs/old.log', 31);
  const deleting = await run([], { DATA_PRUNING_ENABLED: 'true', DATA_RETENTION_MODE: 'delete' });
  expect(deleting).toMatchObject({ code: 0, summary: { mode: 'delete', deleted: 1, failed: 0 } });
}, 30_000);

it('exits 1 with a summary where something failed', async () => {
  const { code, summary, process } = await run(['--now'], {
    DATA_RETENTION_LOG_PATHS: `${folder.path}/logs,${folder.path}/gone`,
    DATA_RETENTION_MISSING_PATH_POLICY: 'fail',
  });
  expect(code).toBe(1);
  expect(summary).toMatchObject({ msg: 'job failed', reason: 'missing folders: 1', archived: 2, missing: 1 });
  expect(process.metric('JobFailed')).toEqual([1]);
  expect(process.metric('MissingFolders')).toEqual([1]);
}, 30_000);

describe('called wrongly', () => {
  it.each([
    [['--force'], /^Unknown option '--force'/],
    [['logs'], /^Unexpected argument 'logs'/],
    [['--now=yes'], /does not take an argument/],
  ])('%j exits 64 and does nothing', async (args, reason) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toMatch(reason);
    expect(stderr).toMatch(/See --help\.\n/);
    expect(names()).toEqual(untouched);
  });

  it.each(['db-backup', 'db-restore-check', 'retention'] as const)(
    '%s explains itself without an environment',
    async (job) => {
      const process = new ServiceProcess(`jobs/${job}`, { APP_ENV: 'nonsense' }, ['--help']);
      expect(await process.exited).toEqual({ code: 0, signal: null });
      expect(process.stdout).toMatch(new RegExp(`^node dist/jobs/${job}\\.js `));
      expect(process.stdout).toContain('Exit codes: 0 done, 1 failed or stopped by a signal, 64 called wrongly.');
    },
  );

  it('a key that is none exits 64', async () => {
    const process = new ServiceProcess('jobs/db-restore-check', { APP_ENV: 'test' }, ['--backup', 'backups/../secret']);
    expect((await process.exited).code).toBe(64);
    expect(process.stderr).toMatch(/^--backup is "backups\/\.\.\/secret": must be the key of a dump, such as/);
  });

  it('an invalid environment exits 1 with every problem, and no value', async () => {
    const { code, stderr, stdout } = await run(['--now'], { DATA_RETENTION_LOG_DAYS: 'never-to-be-seen' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^Invalid environment, not starting:\n {2}- DATA_RETENTION_LOG_DAYS: /);
    expect(stderr).not.toContain('never-to-be-seen');
  });
});
