import type { JobContext } from '../jobs/job';
import type { BackupBucket } from './bucket';
import type { Dumped } from './dump';
import { feed } from './feed';
import type { Program } from './program';

export interface VerifyProps {
  readonly key: string;
  readonly bucket: BackupBucket;
  readonly pgRestore: Program;
  readonly dumped: Dumped;
}

/**
 * Reads the object back: S3 has what pg_dump wrote, byte for byte, and pg_restore can make statements of all of it.
 *
 * @throws what differs; the object then stays without a manifest, and is no backup
 */
export async function verify({ signal }: JobContext, { key, bucket, pgRestore, dumped }: VerifyProps): Promise<void> {
  const stored = await bucket.state(key);
  if (stored === undefined) throw new Error(`${key} is not there after its upload`);
  if (stored.bytes !== dumped.bytes) throw new Error(`${key} has ${stored.bytes} bytes; ${dumped.bytes} were sent`);
  if (stored.etag !== dumped.etag)
    throw new Error(`${key} has the ETag ${stored.etag}; the upload's was ${dumped.etag}`);
  const run = pgRestore.start(['--file=/dev/null'], { signal });
  const read = await feed(bucket.read(key, stored, signal), run, signal);
  if (read.sha256 !== dumped.sha256)
    throw new Error(`${key} reads back with sha256 ${read.sha256}; ${dumped.sha256} was sent`);
  if (read.complaint !== undefined) throw new Error(`${key} cannot be restored: ${read.complaint}`);
}
