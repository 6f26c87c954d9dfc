import { CopyObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { isDumpKey } from '../../app-image/src/backup/keys';
import type { PostgresClient } from '../../local/postgres-client';
import { examineBackup } from '../backup/examination';
import { storedManifest } from '../backup/stored-manifest';

/** A backup that may be used. */
export interface FoundBackup {
  readonly key: string;
  readonly startedAt: Date;
  /** What was wrong with it, or with newer ones. */
  readonly remarks: readonly string[];
}

export interface DumpSearch {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly client: PostgresClient;
  readonly tell: (line: string) => void;
}

interface Version {
  readonly key: string;
  readonly id: string;
  readonly bytes: number;
  readonly isLatest: boolean;
}

/**
 * The newest backup that is what its manifest says, by what `npm run backup -- verify` compares. One that is not may
 * have been overwritten or deleted since: the bucket has its versions, and the newest right one is brought back.
 *
 * @throws where there is none
 */
export async function usableBackup(search: DumpSearch): Promise<FoundBackup> {
  const versions = await versionsIn(search);
  const keys = [...new Set(versions.map(({ key }) => key))].filter(isDumpKey).toSorted().toReversed();
  const remarks: string[] = [];
  for (const key of keys) {
    const { manifest, problem } = await storedManifest(search.s3, search.bucket, key);
    if (manifest === undefined) {
      remarks.push(`${key}: ${problem}.`);
      continue;
    }
    const startedAt = new Date(manifest.startedAt);
    const wrong = await complaint(search, key);
    if (wrong === undefined) return { key, startedAt, remarks };
    remarks.push(`${key}: ${wrong}.`);
    // The latest is what has just been found wrong.
    for (const version of versions.filter((each) => each.key === key && !each.isLatest)) {
      if (version.bytes !== manifest.bytes) continue;
      search.tell(`    bringing back version ${version.id} of ${key}`);
      await bringBack(search, version);
      if ((await complaint(search, key)) !== undefined) continue;
      return { key, startedAt, remarks: [...remarks, `${key}: its version before is right, and was brought back.`] };
    }
  }
  throw new Error(['No backup can be used.', ...remarks].join(' '));
}

/** @returns what is not as the manifest says */
async function complaint({ s3, bucket, client, tell }: DumpSearch, key: string): Promise<string | undefined> {
  const checks = await examineBackup({ ...{ s3, bucket, key, quick: false, tell }, postgresClients: [client] });
  const differing = checks.filter(({ state }) => state === 'differs');
  return differing.length === 0 ? undefined : `${differing.map(({ title }) => title).join(', ')} differs`;
}

/** The newest first; without the markers of deletions, under which there is nothing to bring back. */
async function versionsIn({ s3, bucket }: DumpSearch): Promise<Version[]> {
  const found: Version[] = [];
  let from: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'backups/', ...from }));
    for (const { Key, VersionId, Size = 0, IsLatest = false } of page.Versions ?? [])
      if (Key !== undefined && VersionId !== undefined)
        found.push({ key: Key, id: VersionId, bytes: Size, isLatest: IsLatest });
    if (!page.IsTruncated) return found;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

async function bringBack({ s3, bucket }: DumpSearch, { key, id }: Version): Promise<void> {
  const CopySource = `${bucket}/${encodeURIComponent(key)}?versionId=${id}`;
  await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource }));
}
