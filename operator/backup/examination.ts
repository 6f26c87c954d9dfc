import type { S3Client } from '@aws-sdk/client-s3';
import { type Difference, difference } from '../../app-image/src/backup/differences';
import { feed, Meter } from '../../app-image/src/backup/feed';
import type { Manifest } from '../../app-image/src/backup/manifest';
import { Program } from '../../app-image/src/backup/program';
import type { Environment } from '../../app-image/src/config/contract';
import { INSTALL_POSTGRES_CLIENT, type PostgresClient } from '../../local/postgres-client';
import { collectedText, contentsDifferences } from './archive-contents';
import { objectPieces, readObjectState, type StoredObject } from './object-pieces';
import { storedManifest } from './stored-manifest';

export interface BackupCheck {
  readonly title: 'manifest' | 'object' | 'size' | 'sha256' | 'contents';
  readonly state: 'passed' | 'differs' | 'not tried';
  readonly detail: string;
  readonly differences: readonly Difference[];
}

export interface ExaminationProps {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** Compares the size only. */
  readonly quick: boolean;
  /** Of this machine, the newest first. */
  readonly postgresClients: readonly PostgresClient[];
  /** How far it has come. */
  readonly tell: (line: string) => void;
}

const mebibyte = 1024 * 1024;
const tellEveryBytes = 64 * mebibyte;

/** Compares a dump with its manifest, without a database. */
export async function examineBackup(props: ExaminationProps): Promise<readonly BackupCheck[]> {
  const { s3, bucket, key, quick } = props;
  const { manifest, problem } = await storedManifest(s3, bucket, key);
  const object = await readObjectState(s3, bucket, key);
  const sealed = 'sealed, and of this dump';
  const manifestCheck = compared('manifest', sealed, difference('manifest', sealed, problem ?? sealed));
  if (object === undefined)
    return [manifestCheck, compared('object', '', difference('object', manifest?.bytes ?? 'there', 'not there'))];
  if (manifest === undefined) return [manifestCheck];
  const size = compared('size', `${object.bytes} bytes`, difference('bytes', manifest.bytes, object.bytes));
  if (!quick && size.state === 'passed') return [manifestCheck, size, ...(await readThrough(props, manifest, object))];
  const why = quick ? '--quick compares no more than the size' : 'its size differs already';
  return [manifestCheck, size, notTried('sha256', why), notTried('contents', why)];
}

/** All of it, once: its sha256, and its table of contents if there is a program that can read it. */
async function readThrough(
  { s3, postgresClients, tell }: ExaminationProps,
  manifest: Manifest,
  object: StoredObject,
): Promise<readonly BackupCheck[]> {
  const pieces = withProgress(objectPieces(s3, object), object.bytes, tell);
  const [client] = postgresClients;
  const wanted = Number.parseInt(manifest.pgDump, 10);
  if (client === undefined || client.major < wanted) {
    const meter = new Meter();
    for await (const piece of pieces) meter.count(piece);
    const found = client === undefined ? 'there is no pg_restore' : `pg_restore is of ${client.major}`;
    const why = `${found}, and must be of ${wanted} or newer; ${INSTALL_POSTGRES_CLIENT}`;
    return [sameSha256(manifest, meter.sha256()), notTried('contents', why)];
  }
  // The one variable that it reads.
  const pgRestore = await Program.find('pg_restore', { POSTGRES_CLIENT_FOLDER: client.folder } as Environment);
  const run = pgRestore.start(['--list']);
  const list = collectedText(run);
  const { sha256, complaint } = await feed(pieces, run, new AbortController().signal);
  const tables = Object.keys(manifest.rows);
  const found =
    complaint === undefined ? contentsDifferences(list(), tables) : difference('contents', 'readable', complaint);
  const detail = `data of ${tables.length} tables, by pg_restore ${pgRestore.version} --list`;
  return [sameSha256(manifest, sha256), compared('contents', detail, found)];
}

const sameSha256 = (manifest: Manifest, sha256: string): BackupCheck =>
  compared('sha256', sha256, difference('sha256', manifest.sha256, sha256));

/** @param detail where nothing differs */
function compared(title: BackupCheck['title'], detail: string, differences: readonly Difference[]): BackupCheck {
  if (differences.length === 0) return { title, state: 'passed', detail, differences };
  return { title, state: 'differs', detail: differences.map(({ found }) => found).join('; '), differences };
}

const notTried = (title: BackupCheck['title'], why: string): BackupCheck => ({
  ...{ title, state: 'not tried', detail: `not tried: ${why}`, differences: [] },
});

async function* withProgress(
  pieces: AsyncIterable<Buffer>,
  bytes: number,
  tell: (line: string) => void,
): AsyncGenerator<Buffer> {
  let read = 0;
  let next = tellEveryBytes;
  for await (const piece of pieces) {
    read += piece.length;
    if (read >= next) {
      tell(`  ${Math.round(read / mebibyte)} of ${Math.round(bytes / mebibyte)} MiB read`);
      next = read + Math.max(tellEveryBytes, bytes / 20);
    }
    yield piece;
  }
}
