import { manifestKey } from '../../src/backup/keys';
import { manifestText } from '../../src/backup/manifest';
import { backupTests } from '../backup/postgres-tests';
import { openSite, type Site, type System } from '../backup/site';
import { everyKindOfTable } from '../backup/tables';

const tests = backupTests('backup-refused.test.ts: nobody tried backups that are broken');
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

/** A sound backup of the system as it is. */
async function backedUp(): Promise<string> {
  const { code, summary } = await system.run('db-backup');
  expect([code, summary?.msg]).toEqual([0, 'job done']);
  return String(summary?.key);
}

describe('a backup that is not what its manifest says', () => {
  let key = '';
  let dump: Buffer;
  let manifest = '';
  const check = (...args: string[]) => system.run('db-restore-check', ['--backup', key, ...args]);

  beforeAll(async () => {
    if (tests.client === undefined) return;
    key = await backedUp();
    dump = await system.object(key);
    manifest = String(await system.object(manifestKey(key)));
  }, 30_000);
  afterEach(async () => {
    if (tests.client === undefined) return;
    await system.put(key, dump);
    await system.put(manifestKey(key), manifest);
    expect(await throwaways()).toEqual([]);
  });

  const flipped = (at: (length: number) => number) => () => {
    const copy = Buffer.from(dump);
    const place = at(copy.length);
    copy[place] = (copy[place] ?? 0) ^ 1;
    return system.put(key, copy);
  };
  const reread = (change: object) => () => {
    const { seal: _, ...content } = JSON.parse(manifest);
    return system.put(manifestKey(key), manifestText({ ...content, ...change }));
  };
  const edited = (from: string, to: string) => () => system.put(manifestKey(key), manifest.replace(from, to));

  interface Broken {
    readonly how: string;
    readonly break: () => Promise<void>;
    readonly reason: RegExp;
    /** In the table of differences. */
    readonly table?: RegExp;
  }
  const broken: readonly Broken[] = [
    {
      how: 'a bit in the middle is another',
      break: flipped((length) => length >> 1),
      reason: /sha256/,
      table: /^sha256 /,
    },
    { how: 'a bit of its head is another', break: flipped(() => 30), reason: /sha256/, table: /^sha256 / },
    {
      how: 'it is cut off',
      break: () => system.put(key, dump.subarray(0, -1)),
      reason: /: bytes$/,
      table: /^bytes +\d+ +\d+$/m,
    },
    { how: 'it is empty', break: () => system.put(key, ''), reason: /: bytes$/, table: /^bytes +\d+ +0$/m },
    {
      how: 'its manifest was edited',
      break: edited('"public.users": 3000', '"public.users": 2999'),
      reason: /was changed after it was written$/,
    },
    {
      how: 'its manifest is no manifest',
      break: () => system.put(manifestKey(key), 'Access denied'),
      reason: /is none \(not JSON\)$/,
    },
    {
      how: 'its manifest lacks fields',
      break: () => system.put(manifestKey(key), '{}'),
      reason: /is none \(format, key, /,
    },
    {
      how: 'its manifest is that of another one',
      break: reread({ key: 'backups/mas/2026/01/2026-01-01.dump' }),
      reason: /is that of backups\/mas/,
    },
    {
      how: 'rows are missing',
      break: reread({ rows: { 'public.users': 3001, 'public.gone': 7 } }),
      reason: /rows of public\.gone, .*rows of public\.users/,
      table: /^rows of public\.users +3001 +3000$/m,
    },
    {
      how: 'migrations are missing',
      break: reread({ migrations: ['A', 'B'] }),
      reason: /: migrations$/,
      table: /^migrations +A, B +\w+/m,
    },
  ];

  tests.it.each(broken)(
    `is refused: $how${why}`,
    async ({ break: breakIt, reason, table }) => {
      await breakIt();
      const { code, summary, stderr, process } = await check();
      expect(code).toBe(1);
      expect(summary).toMatchObject({
        level: 'error',
        msg: 'job failed',
        exitCode: 1,
        reason: expect.stringMatching(reason),
      });
      if (table) expect(stderr).toMatch(new RegExp(table.source, 'm'));
      else expect(stderr).not.toContain('the manifest says');
      expect(process.metric('JobFailed')).toEqual([1]);
    },
    30_000,
  );

  tests.it(
    `is refused where it was never finished${why}`,
    async () => {
      const other = key.replace(/\d{3}Z\.dump$/, '999Z.dump');
      await system.put(other, dump);
      const { code, summary } = await system.run('db-restore-check', ['--backup', other]);
      expect([code, summary?.reason]).toEqual([1, `${other} is no backup: there is no ${manifestKey(other)}`]);
      // Without being told which, it takes the newest that is one, and says so.
      const check = await system.run('db-restore-check');
      expect(check).toMatchObject({ code: 0, summary: { key } });
      expect(check.logs).toContainEqual(expect.objectContaining({ level: 'warn', keys: [other] }));
    },
    30_000,
  );
});
