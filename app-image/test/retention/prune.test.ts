import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from './folder';
import { type Pruning, pruneIn } from './pruning';

let site: Folder;
let outside: Folder;
beforeEach(() => {
  site = new Folder();
  outside = new Folder();
});
afterEach(() => {
  site.remove();
  outside.remove();
});

const prune = (pruning?: Pruning) => pruneIn(site, pruning);
const deleting = { DATA_RETENTION_MODE: 'delete' };
const nothing = {
  scanned: 0,
  eligible: 0,
  archived: 0,
  deleted: 0,
  bytes: 0,
  missing: 0,
  failed: 0,
  failure: undefined,
};

/** Log files of 31 and 29 days, analytics of 91 and 89, by the default paths. */
function twoOfEach(): void {
  site.write('logs/old.log', 31);
  site.write('logs/web/2026/older.log', 400);
  site.write('logs/new.log', 29);
  site.write('data/analytics/old.csv', 91);
  site.write('data/analytics/new.csv', 89);
}
const kept = {
  'data/analytics/new.csv': 'content of data/analytics/new.csv',
  'logs/new.log': 'content of logs/new.log',
};
const bytesOfOld = ['logs/old.log', 'logs/web/2026/older.log', 'data/analytics/old.csv'].reduce(
  (sum, name) => sum + `content of ${name}`.length,
  0,
);

describe('files past their days', () => {
  it('are archived under their category with their path, content and time, once', async () => {
    twoOfEach();
    const changed = site.changed('logs/web/2026/older.log');
    const { summary } = await prune();
    expect(summary).toEqual({ ...nothing, scanned: 5, eligible: 3, archived: 3, bytes: bytesOfOld });
    expect(site.files()).toEqual({
      ...kept,
      'data/archive/analytics/data/analytics/old.csv': 'content of data/analytics/old.csv',
      'data/archive/logs/logs/old.log': 'content of logs/old.log',
      'data/archive/logs/logs/web/2026/older.log': 'content of logs/web/2026/older.log',
    });
    expect(site.changed('data/archive/logs/logs/web/2026/older.log')).toBe(changed);
    expect((await prune()).summary).toEqual({ ...nothing, scanned: 2 });
  });

  it('are deleted where that is the mode', async () => {
    twoOfEach();
    const { summary } = await prune({ variables: deleting });
    expect(summary).toEqual({ ...nothing, scanned: 5, eligible: 3, deleted: 3, bytes: bytesOfOld });
    expect(site.files()).toEqual(kept);
  });

  it('have the days and folders of the variables', async () => {
    twoOfEach();
    const elsewhere = outside.write('app/old.log', 6);
    const variables = {
      ...deleting,
      DATA_RETENTION_LOG_PATHS: `logs/web,${outside.path}`,
      DATA_RETENTION_LOG_DAYS: '5',
      DATA_RETENTION_ANALYTICS_PATHS: 'data/analytics',
      DATA_RETENTION_ANALYTICS_DAYS: '88',
    };
    const { summary } = await prune({ variables });
    expect(summary).toMatchObject({ deleted: 4, failure: undefined });
    expect(Object.keys(site.files())).toEqual(['logs/new.log', 'logs/old.log']);
    expect(outside.files()).toEqual({});
    expect(elsewhere).toContain(outside.path);
  });

  it.each([{}, deleting])('are named in a rehearsal, which changes nothing: %j', async (variables) => {
    twoOfEach();
    const before = site.fingerprint();
    const { summary, lines } = await prune({ variables, dryRun: true });
    expect(summary).toEqual({ ...nothing, scanned: 5, eligible: 3, bytes: bytesOfOld });
    const named = lines.filter(({ msg }) => msg.startsWith('would ')).map(({ msg, file, to }) => ({ msg, file, to }));
    const places: Readonly<Record<string, string>> = {
      'logs/old.log': 'data/archive/logs/logs/old.log',
      'logs/web/2026/older.log': 'data/archive/logs/logs/web/2026/older.log',
      'data/analytics/old.csv': 'data/archive/analytics/data/analytics/old.csv',
    };
    expect(named).toHaveLength(3);
    expect(named).toEqual(
      expect.arrayContaining(
        Object.entries(places).map(([file, to]) =>
          'DATA_RETENTION_MODE' in variables
            ? { msg: 'would delete', file: join(site.path, file), to: undefined }
            : { msg: 'would archive', file: join(site.path, file), to: join(site.path, to) },
        ),
      ),
    );
    expect(site.fingerprint()).toBe(before);
  });
});

describe('what is not meant', () => {
  it('stays: links and what they lead to, and a folder with days of its own', async () => {
    const target = outside.write('precious.log', 400);
    outside.write('folder/precious.log', 400);
    site.write('logs/analytics/young.csv', 60);
    symlinkSync(target, join(site.path, 'logs/link.log'));
    symlinkSync(join(outside.path, 'folder'), join(site.path, 'logs/folder'));
    symlinkSync('nowhere', join(site.path, 'logs/broken.log'));
    const before = [site.fingerprint(), outside.fingerprint()];
    const { summary } = await prune({ variables: { ...deleting, DATA_RETENTION_ANALYTICS_PATHS: 'logs/analytics' } });
    expect(summary).toEqual({ ...nothing, scanned: 1 });
    expect([site.fingerprint(), outside.fingerprint()]).toEqual(before);
  });

  it.each([
    ['the root of the file system', { DATA_RETENTION_LOG_PATHS: '/' }, /^\/ holds .*, where the service runs; name/],
    ['the working folder', { DATA_RETENTION_LOG_PATHS: 'logs,.' }, / holds .*, where the service runs; name/],
    [
      'a folder in the archive',
      { DATA_RETENTION_LOG_PATHS: 'data/archive/logs' },
      / lies in the archive .*; move one of them$/,
    ],
    [
      'a folder of two categories',
      { DATA_RETENTION_LOG_PATHS: 'data/../data/analytics' },
      / is a folder of logs and of analytics; take it out/,
    ],
  ])('is refused before anything is done: %s', async (_, variables, reason) => {
    twoOfEach();
    const before = site.fingerprint();
    await expect(prune({ variables: { ...deleting, ...variables } })).rejects.toThrow(reason);
    expect(site.fingerprint()).toBe(before);
  });

  it.each([
    ['a file', () => void site.write('logs', 1), 'not a folder'],
    ['a link', () => symlinkSync(outside.path, join(site.path, 'logs')), 'a symbolic link; name the folder itself'],
  ])('fails the run and not the rest of it: %s in place of a folder', async (_, make, reason) => {
    make();
    outside.write('precious.log', 400);
    site.write('data/analytics/old.csv', 91);
    const { summary, lines } = await prune({ variables: deleting });
    expect(summary).toMatchObject({ deleted: 1, failed: 1, failure: 'files or folders that could not be handled: 1' });
    expect(lines).toContainEqual(expect.objectContaining({ path: join(site.path, 'logs'), reason }));
    expect(Object.keys(outside.files())).toEqual(['precious.log']);
  });
});

describe('a folder that is missing', () => {
  const missing = { ...deleting, DATA_RETENTION_LOG_PATHS: 'logs,gone' };

  it.each([
    ['warn', 'warn', undefined],
    ['fail', 'error', 'missing folders: 1'],
    ['ignore', undefined, undefined],
  ])('%s: says so, prunes the others, and fails or not', async (policy, level, failure) => {
    twoOfEach();
    const { summary, lines } = await prune({ variables: { ...missing, DATA_RETENTION_MISSING_PATH_POLICY: policy } });
    expect(summary).toEqual({
      ...nothing,
      scanned: 5,
      eligible: 3,
      deleted: 3,
      bytes: bytesOfOld,
      missing: 1,
      failure,
    });
    const levels: Readonly<Record<number, string>> = { 40: 'warn', 50: 'error' };
    expect(lines.map((line) => [levels[line.level], line.msg, line.folder])).toEqual(
      level === undefined ? [] : [[level, 'folder is missing', join(site.path, 'gone')]],
    );
  });

  it.each([
    ['warn', '2', 1],
    ['warn', '3', 0],
    ['fail', '2', 1],
    ['ignore', '2', 0],
  ])('raises an alert from the threshold on: %s, %s', async (policy, threshold, alerts) => {
    const { summary, lines } = await prune({
      variables: {
        DATA_RETENTION_MISSING_PATH_POLICY: policy,
        DATA_RETENTION_MISSING_PATH_ALERT_THRESHOLD: threshold,
      },
    });
    expect(summary.missing).toBe(2);
    expect(lines.filter(({ level, threshold: reached }) => level === 50 && reached === Number(threshold))).toHaveLength(
      alerts,
    );
  });
});

it('ends when it is told to, and says that it did', async () => {
  twoOfEach();
  const { summary } = await prune({ variables: deleting, signal: AbortSignal.abort() });
  expect(summary).toEqual({ ...nothing, failure: 'it was broken off' });
});
