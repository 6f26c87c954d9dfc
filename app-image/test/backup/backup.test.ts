import { manifestKey } from '../../src/backup/keys';
import { readManifest } from '../../src/backup/manifest';
import { backupTests } from './postgres-tests';
import { openSite, type Site, type System } from './site';
import { everyKindOfTable } from './tables';

const tests = backupTests('backup.test.ts: nobody tried backups and their restoring');
const { why } = tests;

let site: Site;
let system: System;

beforeAll(async () => {
  if (tests.client === undefined) return;
  site = await openSite({ client: tests.client, ownServer: tests.ownServer });
  system = await site.system();
  await system.query(everyKindOfTable);
}, 60_000);
afterAll(() => site?.close());

const throwaways = () =>
  system.query<{ datname: string }>("SELECT datname FROM pg_database WHERE datname LIKE 'restore_check_%'");

tests.it(
  `backs up what a check restores, row for row${why}`,
  async () => {
    const { code, summary, process, stdout, stderr } = await system.run('db-backup');
    expect(code).toBe(0);
    const { rows } = await system.postgres.query('SELECT name FROM migrations ORDER BY id');
    const key = String(summary?.key);
    const object = await system.object(key);
    expect(key).toMatch(new RegExp(`^backups/${system.variables.DB_NAME}/\\d{4}/\\d\\d/[\\dTZ-]+\\.dump$`));
    expect(summary).toMatchObject({ level: 'info', bytes: object.length, migrations: rows.length });
    expect(await system.keys()).toEqual(expect.arrayContaining([key, manifestKey(key)]));

    const manifest = readManifest(String(await system.object(manifestKey(key))), key);
    expect(manifest).toMatchObject({
      database: system.variables.DB_NAME,
      environment: 'test',
      bytes: object.length,
      migrations: rows.map(({ name }) => name),
    });
    expect(manifest.rows).toMatchObject({
      'public.users': 3000,
      'public.login_events': 3000,
      'public.migrations': rows.length,
      'public.visits_2026': 500,
      'public.empty_one': 0,
      '"Reports of 2026"."Sum; total"': 100,
    });
    expect(Object.keys(manifest.rows)).not.toContain('public.visits');
    expect(process.metric('JobSucceeded')).toEqual([1]);
    expect(process.metric('JobFailed')).toEqual([0]);
    expect(process.metric('JobBytes')).toEqual([object.length]);
    expect(stdout + stderr).not.toContain(system.variables.DB_PASSWORD);

    const check = await system.run('db-restore-check');
    expect(check.code).toBe(0);
    expect(check.summary).toMatchObject({ msg: 'job done', key, tables: Object.keys(manifest.rows).length });
    expect(check.process.metric('JobSucceeded')).toEqual([1]);
    expect(await throwaways()).toEqual([]);
  },
  30_000,
);

tests.it(
  `changes nothing in a rehearsal, neither by option nor by variable${why}`,
  async () => {
    const before = await system.keys();
    const byOption = await system.run('db-backup', ['--dry-run']);
    expect(byOption).toMatchObject({ code: 0, summary: { msg: 'job done', key: expect.stringMatching(/\.dump$/) } });
    const byVariable = await system.run('db-backup', [], { DRY_RUN: 'true' });
    expect(byVariable).toMatchObject({ code: 0, logs: [{ msg: 'job started', dryRun: true }, { msg: 'job done' }] });
    expect(byVariable.process.metric('JobSucceeded')).toEqual([]);
    expect(await system.keys()).toEqual(before);
    const check = await system.run('db-restore-check', ['--dry-run']);
    expect(check.logs.map(({ msg }) => msg)).toEqual(['job started', 'job done']);
  },
  30_000,
);

tests.it(
  `refuses a backup with one bit changed, and one that is cut off${why}`,
  async () => {
    const { summary } = await system.run('db-backup');
    const key = String(summary?.key);
    const dump = await system.object(key);
    const changed = Buffer.from(dump);
    changed[dump.length >> 1] = (dump[dump.length >> 1] ?? 0) ^ 1;
    await system.put(key, changed);
    const bit = await system.run('db-restore-check');
    expect(bit).toMatchObject({ code: 1, summary: { msg: 'job failed', exitCode: 1, key } });
    expect(bit.stderr).toMatch(/^sha256 +[\da-f]{64} +[\da-f]{64}$/m);
    expect(bit.process.metric('JobFailed')).toEqual([1]);

    await system.put(key, dump.subarray(0, -1));
    const cut = await system.run('db-restore-check', ['--backup', key]);
    expect(cut.summary?.reason).toBe('The backup is not what its manifest says: bytes');
    expect(cut.stderr).toMatch(new RegExp(`^bytes +${dump.length} +${dump.length - 1}$`, 'm'));
    expect(await throwaways()).toEqual([]);
  },
  30_000,
);
