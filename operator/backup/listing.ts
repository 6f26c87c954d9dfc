import type { S3Client } from '@aws-sdk/client-s3';
import type { StoredBackup } from './stored-backups';
import { storedManifest } from './stored-manifest';

/** A dump, with what its manifest says of it. */
export interface ListedBackup extends StoredBackup {
  readonly tables?: number;
  readonly rows?: number;
  /** Of the image that dumped it. */
  readonly revision?: string;
  readonly migrations?: number;
  readonly newestMigration?: string;
  /** Why it is no backup, or none that can be trusted. */
  readonly problem?: string;
}

/** So many manifests are asked for at the same time. */
const atOnce = 10;

export async function withManifests(
  s3: S3Client,
  bucket: string,
  backups: readonly StoredBackup[],
): Promise<ListedBackup[]> {
  const listed: ListedBackup[] = [];
  for (let from = 0; from < backups.length; from += atOnce)
    listed.push(...(await Promise.all(backups.slice(from, from + atOnce).map((each) => described(s3, bucket, each)))));
  return listed;
}

async function described(s3: S3Client, bucket: string, backup: StoredBackup): Promise<ListedBackup> {
  const { manifest, problem } = await storedManifest(s3, bucket, backup.key);
  if (manifest === undefined) return { ...backup, problem };
  const counts = Object.values(manifest.rows);
  return {
    ...backup,
    tables: counts.length,
    rows: counts.reduce((sum, count) => sum + count, 0),
    ...{ revision: manifest.revision, migrations: manifest.migrations.length },
    newestMigration: manifest.migrations.at(-1),
    ...(manifest.bytes !== backup.bytes && {
      problem: `it has ${backup.bytes} bytes, and its manifest says ${manifest.bytes}`,
    }),
  };
}
