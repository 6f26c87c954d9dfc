import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';

const pieceBytes = 8 * 1024 * 1024;
const attempts = 4;
const pauseMs = 500;

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** @returns undefined where there is none */
export async function readObjectState(s3: S3Client, bucket: string, key: string): Promise<StoredObject | undefined> {
  try {
    const { ContentLength: bytes = 0, ETag: etag = '' } = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key }),
    );
    return { bucket, key, bytes, etag };
  } catch (error) {
    if (['NotFound', 'NoSuchKey'].includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** The whole object, piece by piece: a connection that breaks after an hour costs one piece. */
export async function* objectPieces(s3: S3Client, object: StoredObject): AsyncGenerator<Buffer> {
  for (let from = 0; from < object.bytes; from += pieceBytes)
    yield await piece(s3, object, from, Math.min(from + pieceBytes, object.bytes) - 1);
}

async function piece(s3: S3Client, { bucket, key, etag }: StoredObject, from: number, to: number): Promise<Buffer> {
  const input = { Bucket: bucket, Key: key, Range: `bytes=${from}-${to}`, IfMatch: etag };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Body } = await s3.send(new GetObjectCommand(input));
      const read = Buffer.from((await Body?.transformToByteArray()) ?? []);
      if (read.length === to - from + 1) return read;
      throw new Error(`S3 sent ${read.length} bytes of ${key} for ${to - from + 1}.`);
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
      if (status === 412)
        throw new Error(`${key} was overwritten while it was read; its older version is still there.`);
      // The SDK tries a request again, and not a body that breaks off.
      if (status >= 400 || attempt === attempts) throw error;
      await sleep(pauseMs * attempt);
    }
  }
}
