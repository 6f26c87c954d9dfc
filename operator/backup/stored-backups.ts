import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { backupsOf, isDumpKey, manifestKey } from '../../app-image/src/backup/keys';

/** A dump in the bucket of backups. */
export interface StoredBackup {
  readonly key: string;
  /** When the dump began, which is the state that it holds. */
  readonly startedAt: Date;
  readonly bytes: number;
  /** False while it is written, and for ever where that failed: such a dump is no backup. */
  readonly hasManifest: boolean;
}

/** The newest first. */
export async function listBackups(s3: S3Client, bucket: string, database: string): Promise<StoredBackup[]> {
  const sizes = new Map<string, number>();
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: backupsOf(database) },
  ))
    for (const { Key, Size = 0 } of Contents) if (Key !== undefined) sizes.set(Key, Size);
  const dumps = [...sizes]
    .filter(([key]) => isDumpKey(key))
    .map(([key, bytes]) => ({ key, startedAt: timeOf(key), bytes, hasManifest: sizes.has(manifestKey(key)) }));
  // Without what somebody has put there by hand under a name that is no time.
  return dumps.filter(({ startedAt }) => !Number.isNaN(startedAt.getTime())).sort((a, b) => b.key.localeCompare(a.key));
}

/** @returns undefined where there is none that has its manifest */
export const newestBackup = async (...where: Parameters<typeof listBackups>): Promise<StoredBackup | undefined> =>
  (await listBackups(...where)).find(({ hasManifest }) => hasManifest);

/** `…/2026-11-20T19-15-03-123Z.dump` */
const timeOf = (key: string): Date =>
  new Date(key.replace(/^.*\/(.{10}T)(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)\.dump$/, '$1$2:$3:$4.$5'));
