import { Readable } from 'node:stream';
import type { JobContext } from '../jobs/job';
import type { BackupBucket } from './bucket';
import { Meter, output } from './feed';
import { noticeGone, withLibpq } from './libpq';
import type { Program } from './program';
import { countRows, migrationsIn } from './rows';
import type { Session } from './session';

/** A table that somebody has locked for longer is a reason to fail, and not to queue behind and hold up others. */
const lockWaitSeconds = 60;

export interface DumpProps {
  readonly key: string;
  readonly bucket: BackupBucket;
  readonly pgDump: Program;
  readonly session: Session;
}

export interface Dumped {
  readonly bytes: number;
  readonly sha256: string;
  readonly etag: string | undefined;
  readonly rows: Readonly<Record<string, number>>;
  readonly migrations: string[];
}

/**
 * Uploads a dump, and counts the rows in the very snapshot that it is taken of: what is written meanwhile is in
 * neither.
 */
export async function dump(
  { environment, signal }: JobContext,
  { key, bucket, pgDump, session }: DumpProps,
): Promise<Dumped> {
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const [exported] = await session.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  const stopping = new AbortController();
  const either = AbortSignal.any([signal, stopping.signal]);
  return withLibpq(environment, session.login, async (variables) => {
    const args = [
      ...['--format=custom', '--no-password', `--lock-wait-timeout=${lockWaitSeconds}s`],
      ...[`--snapshot=${exported?.snapshot}`, `--dbname=${noticeGone}`],
    ];
    const run = pgDump.start(args, { variables, signal: either });
    run.stdin.end();
    const meter = new Meter();
    const uploading = bucket.upload(key, Readable.from(output(run, meter)));
    const counting = countRows(session).then(async (rows) => ({ rows, migrations: await migrationsIn(session) }));
    try {
      const [etag, counted] = await Promise.all([uploading, counting]);
      await session.query('COMMIT');
      return { bytes: meter.bytes, sha256: meter.sha256(), etag, ...counted };
    } catch (error) {
      // Both are over before the error is told: the upload takes back its parts, the counting its connection.
      stopping.abort();
      await Promise.allSettled([session.close(), uploading, counting, run.done]);
      throw error;
    }
  });
}
