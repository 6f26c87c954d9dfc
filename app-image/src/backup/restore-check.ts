import type { JobContext, JobOutcome } from '../jobs/job';
import { BackupBucket, type ObjectState } from './bucket';
import { type Difference, difference, differencesIn, differenceTable } from './differences';
import { feed } from './feed';
import { backupsOf, dumpsWithManifest, isDumpKey, manifestKey } from './keys';
import { noticeGone, withLibpq } from './libpq';
import { type Manifest, readManifest } from './manifest';
import { Program } from './program';
import { countRows, migrationsIn } from './rows';
import { withSession } from './session';
import {
  createThrowaway,
  dropLeftOvers,
  dropThrowaway,
  newThrowaway,
  refuseLiveName,
  type Throwaway,
} from './throwaway';

/** Restores a backup into a throwaway database beside the live one, and compares it with its manifest. */
export async function checkRestore(context: JobContext, wanted: string | undefined): Promise<JobOutcome> {
  const { environment, log, dryRun } = context;
  refuseLiveName(environment);
  const bucket = new BackupBucket(environment);
  try {
    const pgRestore = await Program.find('pg_restore', environment);
    await bucket.check();
    const key = wanted ?? (await newest(bucket, context));
    const { manifest, stored } = await described(bucket, key);
    const ageHours = Math.round((Date.now() - Date.parse(manifest.startedAt)) / 36e5);
    pgRestore.requireMajor(Number.parseInt(manifest.pgDump, 10), 'the pg_dump of the backup');
    const summary = { key, ageHours, bytes: manifest.bytes, tables: Object.keys(manifest.rows).length };

    const size = difference('bytes', manifest.bytes, stored.bytes);
    if (size.length > 0) return verdict(summary, size);
    if (dryRun) return { summary };

    const throwaway = newThrowaway();
    await withSession(environment, log, async (session) => {
      await dropLeftOvers(session, log);
      await createThrowaway(session, throwaway);
    });
    log.info({ key, database: throwaway }, 'restoring');
    const differences = await thrownAway(context, throwaway, () =>
      restore(context, { bucket, pgRestore, manifest, stored, throwaway }),
    );
    return verdict(summary, differences);
  } finally {
    bucket.close();
  }
}

/** The database goes whatever came of the work. */
async function thrownAway<T>({ environment, log }: JobContext, name: Throwaway, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await dropThrowaway(environment, log, name);
  }
}

function verdict(summary: JobOutcome['summary'], differences: readonly Difference[]): JobOutcome {
  if (differences.length === 0) return { summary };
  process.stderr.write(`${differenceTable(differences)}\n`);
  const what = differences.map((one) => one.what).join(', ');
  return { summary: { ...summary, differences }, failure: `The backup is not what its manifest says: ${what}` };
}

async function newest(bucket: BackupBucket, { environment, log }: JobContext): Promise<string> {
  const prefix = backupsOf(environment.DB_NAME);
  const keys = (await bucket.list(prefix)).map(({ key }) => key);
  const [key] = dumpsWithManifest(keys);
  if (key === undefined)
    throw new Error(`There is no backup under ${prefix} in ${environment.S3_BACKUP_BUCKET}: no dump has a manifest`);
  const newer = keys.filter((other) => isDumpKey(other) && other > key);
  if (newer.length > 0) log.warn({ keys: newer }, 'newer dumps have no manifest: those backups failed, or still run');
  return key;
}

async function described(bucket: BackupBucket, key: string) {
  const text = await bucket.text(manifestKey(key));
  if (text === undefined) throw new Error(`${key} is no backup: there is no ${manifestKey(key)}`);
  const manifest = readManifest(text, key);
  const stored = await bucket.state(key);
  if (stored === undefined) throw new Error(`${key} is not there, and its manifest is`);
  return { manifest, stored };
}

interface RestoreProps {
  readonly bucket: BackupBucket;
  readonly pgRestore: Program;
  readonly manifest: Manifest;
  readonly stored: ObjectState;
  readonly throwaway: Throwaway;
}

/** The bytes are compared while they are restored: a gigabyte is read once, and the database is thrown away anyhow. */
async function restore(
  { environment, log, signal }: JobContext,
  { bucket, pgRestore, manifest, stored, throwaway }: RestoreProps,
): Promise<Difference[]> {
  const target = { ...environment, DB_NAME: throwaway };
  return withSession(target, log, async (session) => {
    const fed = await withLibpq(target, session.login, (variables) => {
      const args = ['--no-owner', '--no-acl', '--exit-on-error', '--single-transaction', '--no-password'];
      const run = pgRestore.start([...args, `--dbname=dbname=${throwaway} ${noticeGone}`], { variables, signal });
      return feed(bucket.read(manifest.key, stored, signal), run, signal);
    });
    const bytes = [
      ...difference('sha256', manifest.sha256, fed.sha256),
      ...difference('restore', 'without an error', fed.complaint ?? 'without an error'),
    ];
    if (fed.complaint !== undefined) return bytes;
    const restored = { rows: await countRows(session), migrations: await migrationsIn(session) };
    return [...bytes, ...differencesIn(manifest, restored)];
  });
}
