import type { JobContext, JobOutcome } from '../jobs/job';
import { BackupBucket } from './bucket';
import { dump } from './dump';
import { backupsOf, dumpKey, manifestKey } from './keys';
import { type Manifest, manifestText } from './manifest';
import { Program } from './program';
import { openSession, type Session } from './session';
import { verify } from './verify';

/** Any number that nothing else in this database takes as an advisory lock. */
export const backupLock = 1_795_132_801;
/** The bucket's lifecycle removes them after 30, once a day. */
const expiredAfterDays = 31;
const dayMs = 24 * 60 * 60 * 1000;

/** Dumps the database to S3, reads it back, and states in a manifest what it holds. */
export async function backUp(context: JobContext): Promise<JobOutcome> {
  const { environment, log, dryRun } = context;
  const bucket = new BackupBucket(environment);
  const pgDump = await Program.find('pg_dump', environment);
  const pgRestore = await Program.find('pg_restore', environment);
  const session = await openSession(environment, log);
  try {
    pgDump.requireMajor(session.major, 'the server');
    pgRestore.requireMajor(pgDump.major, 'pg_dump');
    await lock(session);
    await bucket.check();
    await warnOfExpired(bucket, context);

    const startedAt = new Date();
    const key = dumpKey(environment.DB_NAME, startedAt);
    if (dryRun) {
      const [size] = await session.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
      return {
        summary: { key, databaseBytes: Number(size?.bytes), pgDump: pgDump.version, serverMajor: session.major },
      };
    }
    const dumped = await dump(context, { key, bucket, pgDump, session });
    log.info({ key, bytes: dumped.bytes, tables: Object.keys(dumped.rows).length }, 'dump uploaded; reading it back');
    await verify(context, { key, bucket, pgRestore, dumped });

    const { bytes, sha256, rows, migrations } = dumped;
    const manifest: Manifest = {
      format: 1,
      key,
      database: environment.DB_NAME,
      environment: environment.APP_ENV,
      revision: environment.APP_REVISION,
      serverMajor: session.major,
      pgDump: pgDump.version,
      ...{ bytes, sha256, rows, migrations },
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
    };
    await bucket.putText(manifestKey(key), manifestText(manifest));
    const summary = {
      key,
      bytes,
      sha256,
      tables: Object.keys(rows).length,
      rows: total(rows),
      migrations: migrations.length,
    };
    return { summary, readings: [{ name: 'JobBytes', unit: 'Bytes', value: bytes }] };
  } finally {
    await session.close();
    bucket.close();
  }
}

/** Held until the connection ends, however the process does. */
async function lock(session: Session): Promise<void> {
  const [row] = await session.query<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${backupLock}) AS taken`);
  if (row?.taken) return;
  throw new Error(`Another backup of this database is running (advisory lock ${backupLock}); find it in pg_locks`);
}

async function warnOfExpired(bucket: BackupBucket, { environment, log }: JobContext): Promise<void> {
  const objects = await bucket.list(backupsOf(environment.DB_NAME));
  const expired = objects.filter(({ modified }) => Date.now() - modified.getTime() > expiredAfterDays * dayMs);
  if (expired.length === 0) return;
  log.warn(
    { objects: expired.length, olderThanDays: expiredAfterDays, bucket: environment.S3_BACKUP_BUCKET },
    'backups are past their days and still there; check the lifecycle rules of the bucket',
  );
}

const total = (rows: Readonly<Record<string, number>>) => Object.values(rows).reduce((sum, count) => sum + count, 0);
