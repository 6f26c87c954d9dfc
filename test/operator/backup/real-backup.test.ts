import { manifestKey } from '../../../app-image/src/backup/keys';
import { manifestText, readManifest } from '../../../app-image/src/backup/manifest';
import { backupTests } from '../../../app-image/test/backup/postgres-tests';
import { BackupSite, bucket } from './backup-site';
import { RealContainer } from './real-container';

const tests = backupTests('Backups by command were not tried with a database.');
const { why, client, ownServer } = tests;
const seconds = 1000;

let site: BackupSite;
let container: RealContainer;
/** Of a backup that the command has made, with its manifest. */
let made: { readonly key: string; readonly dump: Buffer; readonly manifest: string };
let firstRun: { readonly code: number; readonly text: string };

beforeAll(async () => {
  if (client === undefined) return;
  site = await BackupSite.start();
  container = await RealContainer.start({ client, ownServer, s3Url: site.aws.url });
  await site.reset();
  site.ecs.container = container;
  const code = await site.run('now', { every: 0.2 });
  firstRun = { code, text: site.text };
  const key = (await site.keys()).find((each) => each.endsWith('.dump')) ?? '';
  made = { key, dump: await site.object(key), manifest: String(await site.object(manifestKey(key))) };
}, 60 * seconds);
afterAll(async () => {
  await container?.stop();
  await site?.stop();
});
beforeEach(async () => {
  if (client === undefined) return;
  await site.reset();
  site.ecs.container = container;
  await site.put(made.key, made.dump);
  await site.put(manifestKey(made.key), made.manifest);
});
afterEach(() => jest.restoreAllMocks());

tests.it(`backs the database up by the very job of the container, and shows its log${why}`, () => {
  expect(firstRun.code).toBe(0);
  const { rows } = readManifest(made.manifest, made.key);
  expect(rows).toMatchObject({ 'public.users': 3000, 'public.visits_2026': 500 });
  const sum = Object.values(rows).reduce((a, b) => a + b, 0);
  const count = (number: number) => number.toLocaleString('en-US');
  expect(firstRun.text).toContain('  | job started  environment=test');
  expect(firstRun.text).toContain('  | dump uploaded; reading it back');
  expect(firstRun.text).not.toContain(container.variables.DB_PASSWORD);
  expect(firstRun.text).not.toContain('_aws');
  expect(firstRun.text.split('\n').slice(-2)).toEqual([
    `s3://${bucket}/${made.key}`,
    expect.stringContaining(`${count(sum)} rows in ${Object.keys(rows).length} tables`),
  ]);
});

tests.it(
  `is not content where the job has failed, and says why${why}`,
  async () => {
    site.ecs.container = container.with({ S3_BACKUP_BUCKET: 'nowhere' });
    const before = await site.keys();
    expect(await site.run('now', { every: 0.2 })).toBe(1);
    expect(site.said.at(-1)).toMatch(
      /^No backup was made: the container ended with 1: s3:ListBucket failed for the bucket nowhere: there is no such bucket/,
    );
    expect(await site.keys()).toEqual(before);
  },
  60 * seconds,
);

tests.it(
  `verifies it byte for byte, and finds all its tables in the archive${why}`,
  async () => {
    expect(await site.run('verify')).toBe(0);
    const tables = Object.keys(readManifest(made.manifest, made.key).rows).length;
    expect(site.said.at(-1)?.split('\n')).toEqual([
      made.key,
      '  ✓ manifest: sealed, and of this dump',
      `  ✓ size: ${made.dump.length} bytes`,
      expect.stringMatching(/^ {2}✓ sha256: [\da-f]{64}$/),
      expect.stringMatching(new RegExp(`^ {2}✓ contents: data of ${tables} tables, by pg_restore [\\d.]+ --list$`)),
    ]);
  },
  30 * seconds,
);

tests.it(
  `finds that the archive lacks a table which the manifest counts rows of${why}`,
  async () => {
    const manifest = readManifest(made.manifest, made.key);
    const more = { ...manifest, rows: { ...manifest.rows, 'public.leads_of_2025': 7 } };
    await site.put(manifestKey(made.key), manifestText(more));
    expect(await site.run('verify', { json: true })).toBe(1);
    const { passed, checks } = JSON.parse(site.said.at(-1) ?? '');
    expect(passed).toBe(false);
    expect(checks.at(-1)).toMatchObject({ title: 'contents', state: 'differs' });
    expect(checks.at(-1).differences[0].what).toBe('data of public.leads_of_2025');
  },
  30 * seconds,
);

/** What becomes of a dump or its manifest, and what is found then. */
const damages: readonly (readonly [title: string, damage: () => Promise<void>, found: string])[] = [
  ['has one bit changed', () => site.put(made.key, oneBitChanged(made.dump)), 'sha256'],
  ['is cut off', () => site.put(made.key, made.dump.subarray(0, -100)), 'bytes'],
  [
    'has a manifest that was edited',
    () => site.put(manifestKey(made.key), made.manifest.replace('"public.users": 3000', '"public.users": 2999')),
    'was changed after it was written',
  ],
  ['has vanished', () => site.remove(made.key), 'not there'],
];

function oneBitChanged(dump: Buffer): Buffer {
  const changed = Buffer.from(dump);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  return changed;
}

tests.it.each(damages)(
  `verifies no dump that %s${why}`,
  async (_, damage, found) => {
    await damage();
    expect(await site.run('verify', { backup: made.key })).toBe(1);
    const [, table] = site.said.at(-1)?.split('It is not what its manifest says:\n') ?? [];
    expect(table).toMatch(/^what +the manifest says +found\n/);
    expect(table).toContain(found);
  },
  30 * seconds,
);

tests.it(
  `says what differs where a damaged dump is restored, by the task and on this machine${why}`,
  async () => {
    await site.put(made.key, oneBitChanged(made.dump));
    for (const where of [{ local: false }, { local: true }]) {
      expect(await site.run('restore-check', { backup: made.key, every: 0.2, ...where })).toBe(1);
      expect(site.text).toMatch(/ {2}\| sha256 +[\da-f]{64} +[\da-f]{64}$/m);
      expect(site.said.at(-1)).toMatch(
        /^The restore check failed: (the container ended with 1: )?The backup is not what its manifest says: sha256/,
      );
      site.said.length = 0;
    }
  },
  60 * seconds,
);

tests.it(
  `restores it by the container's task, the one that is asked for${why}`,
  async () => {
    expect(await site.run('restore-check', { backup: made.key, every: 0.2 })).toBe(0);
    const [run] = site.ecs.calls.filter(({ action }) => action === 'RunTask');
    expect(run?.input.overrides).toEqual({
      containerOverrides: [{ name: 'app', command: ['node', 'dist/jobs/db-restore-check.js', '--backup', made.key] }],
    });
    const tables = Object.keys(readManifest(made.manifest, made.key).rows).length;
    expect(site.said.at(-1)).toBe(`${made.key} was restored, and is what its manifest says: ${tables} tables.`);

    expect(await site.run('restore-check', { json: true, every: 0.2 })).toBe(0);
    expect(JSON.parse(site.said.at(-1) ?? '')).toMatchObject({ passed: true, key: made.key, differences: [] });
    const newest = site.ecs.calls.filter(({ action }) => action === 'RunTask').at(-1);
    expect(newest?.input.overrides).toBeUndefined();
  },
  60 * seconds,
);

tests.it(
  `restores it into a PostgreSQL of this machine, and starts no task${why}`,
  async () => {
    expect(await site.run('restore-check', { local: true, dryRun: true })).toBe(0);
    expect(site.said.at(-1)).toContain(`node jobs/db-restore-check.js --backup ${made.key}`);
    expect(await site.run('restore-check', { local: true })).toBe(0);
    expect(site.text).toContain('  | restoring  key=');
    expect(site.said.at(-1)).toContain(`${made.key} was restored, and is what its manifest says`);
    expect(site.ecs.calls).toEqual([]);
  },
  60 * seconds,
);
