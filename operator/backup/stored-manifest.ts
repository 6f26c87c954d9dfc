import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isDumpKey, manifestKey } from '../../app-image/src/backup/keys';
import { type Manifest, readManifest } from '../../app-image/src/backup/manifest';
import { UsageError } from '../../scripts/command-line';
import type { BackupSession } from './session';
import { newestBackup } from './stored-backups';

export type StoredManifest =
  | { readonly manifest: Manifest; readonly problem?: undefined }
  | { readonly manifest?: undefined; readonly problem: string };

/** @param key of the dump */
export async function storedManifest(s3: S3Client, bucket: string, key: string): Promise<StoredManifest> {
  let text: string;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: manifestKey(key) }));
    text = (await Body?.transformToString()) ?? '';
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    return { problem: 'no manifest: that backup has failed, or still runs' };
  }
  try {
    return { manifest: readManifest(text, key) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/**
 * The dump that --backup names, or the newest that has a manifest.
 *
 * @throws UsageError for what is no dump's key
 */
export async function chosenBackup({ clients, bucket, database, target, options }: BackupSession): Promise<string> {
  const { backup } = options;
  if (backup !== undefined) {
    if (isDumpKey(backup)) return backup;
    throw new UsageError(
      `--backup: "${backup}" is no key of a dump; must be one such as backups/${database}/2026/11/2026-11-20T19-15-03-123Z.dump. backup list shows them.`,
    );
  }
  const newest = await newestBackup(clients.s3, bucket, database);
  if (newest !== undefined) return newest.key;
  throw new Error(
    `There is no backup of ${database} in ${bucket}: no dump has a manifest. npm run backup -- now ${target.environment} makes one.`,
  );
}
