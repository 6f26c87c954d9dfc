import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Environment } from '../config/contract';

const mebibyte = 1024 * 1024;
/** S3 takes 10,000 parts: a dump of up to 156 GiB, compressed. Two are in memory, and a third is being collected. */
const partBytes = 16 * mebibyte;
const partsAtOnce = 2;
const pieceBytes = 8 * mebibyte;
const attempts = 4;
const pauseMs = 500;
/** S3 answers within seconds; one that has fallen silent must not hold a job for ever. */
const requestHandler = { connectionTimeout: 5_000, socketTimeout: 60_000 };

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modified: Date;
}

export interface ObjectState {
  readonly bytes: number;
  readonly etag: string;
}

/** From one byte to another, both included. */
interface Piece {
  readonly key: string;
  readonly etag: string;
  readonly from: number;
  readonly to: number;
}

/** The bucket of backups. It never deletes: the bucket's lifecycle does, and the task role may not. */
export class BackupBucket {
  private readonly client: S3Client;
  private readonly name: string;

  constructor({ S3_BACKUP_BUCKET: name, AWS_REGION: region, AWS_ENDPOINT_URL: endpoint }: Environment) {
    if (name === undefined) throw new Error('S3_BACKUP_BUCKET: not set; name the bucket that backups are kept in');
    this.name = name;
    this.client = new S3Client({
      region,
      endpoint,
      requestHandler,
      maxAttempts: attempts,
      // Emulators have no host name for each bucket.
      forcePathStyle: endpoint !== undefined,
    });
  }

  /** @throws where it is not there, or is not to be seen */
  async check(): Promise<void> {
    await this.explained('s3:ListBucket', () => this.client.send(new HeadBucketCommand({ Bucket: this.name })));
  }

  /** In parts, as it comes. Nothing is there under this key unless all of it is. @returns the ETag */
  async upload(key: string, body: Readable): Promise<string | undefined> {
    const upload = new Upload({
      client: this.client,
      params: { Bucket: this.name, Key: key, Body: body, ContentType: 'application/octet-stream' },
      partSize: partBytes,
      queueSize: partsAtOnce,
    });
    const { ETag } = await this.explained('s3:PutObject', () => upload.done());
    return ETag;
  }

  async putText(key: string, text: string): Promise<void> {
    const object = { Bucket: this.name, Key: key, Body: text, ContentType: 'application/json' };
    await this.explained('s3:PutObject', () => this.client.send(new PutObjectCommand(object)));
  }

  /** @returns undefined where there is no such object */
  async text(key: string): Promise<string | undefined> {
    const command = new GetObjectCommand({ Bucket: this.name, Key: key });
    return this.found('s3:GetObject', async () => (await this.client.send(command)).Body?.transformToString());
  }

  /** @returns undefined where there is no such object */
  async state(key: string): Promise<ObjectState | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.name, Key: key });
    return this.found('s3:GetObject', async () => {
      const { ContentLength, ETag } = await this.client.send(command);
      return ContentLength === undefined || ETag === undefined ? undefined : { bytes: ContentLength, etag: ETag };
    });
  }

  /**
   * The whole object. Piece by piece, since whoever takes it may be slow, and a connection that breaks after an hour
   * then costs one piece.
   */
  async *read(key: string, { bytes, etag }: ObjectState, signal: AbortSignal): AsyncGenerator<Buffer> {
    for (let from = 0; from < bytes; from += pieceBytes) {
      const to = Math.min(from + pieceBytes, bytes) - 1;
      yield await this.explained('s3:GetObject', () => this.piece({ key, etag, from, to }, signal));
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    return this.explained('s3:ListBucket', async () => {
      const found: StoredObject[] = [];
      const pages = paginateListObjectsV2({ client: this.client }, { Bucket: this.name, Prefix: prefix });
      for await (const { Contents = [] } of pages)
        for (const { Key, Size = 0, LastModified = new Date(0) } of Contents)
          if (Key !== undefined) found.push({ key: Key, bytes: Size, modified: LastModified });
      return found;
    });
  }

  close(): void {
    this.client.destroy();
  }

  /** The SDK tries a request again, and not a body that breaks off. */
  private async piece({ key, etag, from, to }: Piece, abortSignal: AbortSignal): Promise<Buffer> {
    const command = { Bucket: this.name, Key: key, Range: `bytes=${from}-${to}`, IfMatch: etag };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { Body } = await this.client.send(new GetObjectCommand(command), { abortSignal });
        const read = Buffer.from((await Body?.transformToByteArray()) ?? []);
        if (read.length === to - from + 1) return read;
        throw new Error(`S3 sent ${read.length} bytes of ${key} for ${to - from + 1}`);
      } catch (error) {
        if (statusOf(error) >= 400 || attempt === attempts || abortSignal.aborted) throw error;
        await sleep(pauseMs * attempt);
      }
    }
  }

  private async found<T>(action: string, ask: () => Promise<T>): Promise<T | undefined> {
    return this.explained(action, () =>
      ask().catch((error: Error) => {
        if (['NoSuchKey', 'NotFound'].includes(error.name)) return undefined;
        throw error;
      }),
    );
  }

  private async explained<T>(action: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      const status = statusOf(cause);
      const { name, message } = cause as Error;
      if (status < 300 && name !== 'CredentialsProviderError') throw cause;
      throw new Error(`${action} failed for the bucket ${this.name}: ${remedy(name, status, action) ?? message}`, {
        cause,
      });
    }
  }
}

const statusOf = (error: unknown): number =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;

function remedy(name: string, status: number, action: string): string | undefined {
  if (name === 'CredentialsProviderError') return 'there are no AWS credentials; the container gets them from its role';
  if (status === 301) return 'it is in another region; check AWS_REGION';
  if (status === 403) return `access denied; allow ${action} in the task role, and its key`;
  if (status === 404) return 'there is no such bucket; check S3_BACKUP_BUCKET and AWS_REGION';
  if (status === 412) return 'the object was overwritten while it was read; its older version is still there';
  return undefined;
}
