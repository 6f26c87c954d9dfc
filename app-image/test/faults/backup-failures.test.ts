import { randomBytes } from 'node:crypto';
import { backupTests } from '../backup/postgres-tests';
import { openSite, type Site, type System } from '../backup/site';
import { everyKindOfTable } from '../backup/tables';

const tests = backupTests('backup-failures.test.ts: nobody tried backups that cannot be made');
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

describe('a backup that cannot be made', () => {
  const failure = async (changes: Record<string, string>) => {
    const before = await system.keys();
    const { code, summary, process, stdout } = await system.run('db-backup', [], changes);
    expect([code, summary?.msg]).toEqual([1, 'job failed']);
    expect(process.metric('JobFailed')).toEqual([1]);
    expect(await system.keys()).toEqual(before);
    return { reason: summary?.reason, stdout };
  };

  tests.it.each([
    [
      'the bucket is not there',
      { S3_BACKUP_BUCKET: 'nobody-made-this' },
      /^s3:ListBucket failed for the bucket nobody-made-this: there is no such bucket/,
    ],
    ['no bucket is named', { S3_BACKUP_BUCKET: '' }, /^S3_BACKUP_BUCKET: not set/],
    [
      'there are no programs',
      { POSTGRES_CLIENT_FOLDER: '/nowhere' },
      /^\/nowhere\/bin\/pg_dump does not run \(spawn .* ENOENT\); install pg_dump/,
    ],
    ['the password is refused', { DB_PASSWORD: 'never-to-be-seen' }, /check DB_USERNAME and DB_PASSWORD$/],
  ])(
    `says that %s${why}`,
    async (_, changes, reason) => {
      const failed = await failure(changes);
      expect(failed.reason).toMatch(reason);
      expect(failed.stdout).not.toContain('never-to-be-seen');
    },
    30_000,
  );

  tests.it(
    `says that another one runs${why}`,
    async () => {
      await system.query('SELECT pg_advisory_lock(1795132801)');
      expect((await failure({})).reason).toMatch(/^Another backup of this database is running/);
      await system.query('SELECT pg_advisory_unlock(1795132801)');
    },
    30_000,
  );

  tests.it(
    `says what pg_dump said, and nothing of the data${why}`,
    async () => {
      await system.query('CREATE TABLE locked (word text)');
      await system.query("INSERT INTO locked VALUES ('never-to-be-seen')");
      await system.query('CREATE ROLE stranger LOGIN PASSWORD $$never-to-be-told$$');
      await system.query(`GRANT CONNECT ON DATABASE ${system.variables.DB_NAME} TO stranger`);
      const failed = await failure({ DB_USERNAME: 'stranger', DB_PASSWORD: 'never-to-be-told' });
      expect(failed.reason).toMatch(/permission denied for/);
      expect(failed.stdout).not.toContain('never-to-be');
      await system.query('DROP OWNED BY stranger; DROP ROLE stranger; DROP TABLE locked');
    },
    30_000,
  );
});

tests.it(
  `drops what a killed check left over, and only that${why}`,
  async () => {
    await backedUp();
    const [old, fresh, named] = [
      'restore_check_20260101000000_00000000',
      `restore_check_${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_00000000`,
      'restore_check_of_somebody',
    ];
    for (const name of [old, fresh, named]) await system.query(`CREATE DATABASE ${name}`);
    const { code, logs } = await system.run('db-restore-check');
    expect(code).toBe(0);
    expect(logs).toContainEqual(expect.objectContaining({ level: 'warn', database: old }));
    expect((await throwaways()).map(({ datname }) => datname).sort()).toEqual([fresh, named].sort());
    for (const name of [fresh, named]) await system.query(`DROP DATABASE ${name}`);

    const refused = await system.run('db-restore-check', [], { DB_NAME: 'restore_check_live' });
    expect(refused).toMatchObject({
      code: 1,
      summary: { reason: expect.stringMatching(/^DB_NAME is restore_check_live/) },
    });
  },
  30_000,
);

tests.it(
  `takes a database of many megabytes in parts, with little memory${why}`,
  async () => {
    const large = await site.system();
    await large.query('CREATE TABLE recordings (id int PRIMARY KEY, content bytea NOT NULL)');
    for (let id = 0; id < 24; id += 1)
      await large.query('INSERT INTO recordings VALUES ($1, $2)', [id, randomBytes(1024 * 1024)]);
    const { code, summary } = await large.run('db-backup');
    expect(code).toBe(0);
    // More than one part.
    expect(Number(summary?.bytes)).toBeGreaterThan(20 * 1024 * 1024);
    expect(Number(summary?.peakMemoryMiB)).toBeLessThan(300);
    const check = await large.run('db-restore-check');
    expect(check).toMatchObject({ code: 0, summary: { bytes: summary?.bytes } });
    expect(Number(check.summary?.peakMemoryMiB)).toBeLessThan(300);
  },
  60_000,
);
