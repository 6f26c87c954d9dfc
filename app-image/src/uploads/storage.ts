import type { GetObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { Environment } from '../config/contract';
import { HttpError } from '../http/errors';
import { timeLimit } from '../time-limit';

export interface StoredObject {
  readonly size: number;
  readonly contentType: string | undefined;
  readonly etag: string;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  /** In bytes. */
  readonly size: number;
}

export interface PresignedPut {
  readonly url: string;
  /** Must be sent as they are; the length, which is signed as well, browsers state by themselves. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What is asked of S3. Each of them throws an HttpError 503 when it does not answer. */
export interface Storage {
  presignPut(object: NewObject, expiresInSeconds: number): Promise<PresignedPut>;
  presignGet(bucket: string, key: string, disposition: string, expiresInSeconds: number): Promise<string>;
  /** Null when there is no such object. */
  head(bucket: string, key: string): Promise<StoredObject | null>;
  /** No error when there is no such object. */
  delete(bucket: string, key: string): Promise<void>;
}

/** Two attempts of at most three seconds each, cut where a caller has waited long enough. */
const limits = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };
const maxAttempts = 2;
const answerWithinMs = 5_000;

type Sdk = typeof import('@aws-sdk/client-s3') & typeof import('@aws-sdk/s3-request-presigner');

// Not static imports: nothing before the server listens needs the SDK, which takes a while to load.
const loadSdk = (): Sdk => ({ ...require('@aws-sdk/client-s3'), ...require('@aws-sdk/s3-request-presigner') });

function openClient({ S3Client }: Sdk, { AWS_REGION, AWS_ENDPOINT_URL }: Environment): S3Client {
  return new S3Client({
    region: AWS_REGION,
    endpoint: AWS_ENDPOINT_URL,
    // Emulators have no host name for each bucket.
    forcePathStyle: AWS_ENDPOINT_URL !== undefined,
    // Otherwise a presigned PUT promises the checksum of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: limits,
    maxAttempts,
  });
}

/** The reason is for the log, the rest for the caller. */
const unavailable = (cause: unknown) =>
  Object.assign(new HttpError(503, 'STORAGE_UNAVAILABLE', 'The file storage does not answer: try again'), { cause });

const isMissing = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;

export function openStorage(environment: Environment): Storage {
  let opened: { readonly sdk: Sdk; readonly client: S3Client } | undefined;
  function open() {
    if (opened === undefined) {
      const sdk = loadSdk();
      opened = { sdk, client: openClient(sdk, environment) };
    }
    return opened;
  }

  /** Presigning as well: it may have to wait for the task role's credentials. */
  async function ask<T>(work: (s3: ReturnType<typeof open>, abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    try {
      return await timeLimit(work(open(), late.signal), answerWithinMs, 'S3');
    } catch (error) {
      late.abort();
      throw unavailable(error);
    }
  }

  return {
    presignPut: ({ bucket, key, contentType, size }, expiresIn) =>
      ask(async ({ sdk, client }) => {
        // Whoever has uploaded cannot replace what was confirmed since.
        const headers = { 'content-type': contentType, 'if-none-match': '*' };
        const command = new sdk.PutObjectCommand({
          Bucket: bucket,
          Key: key,
          ContentType: contentType,
          ContentLength: size,
          IfNoneMatch: headers['if-none-match'],
        });
        // By itself the presigner leaves the type open.
        const signableHeaders = new Set(['content-type']);
        return { url: await sdk.getSignedUrl(client, command, { expiresIn, signableHeaders }), headers };
      }),

    presignGet: (bucket, key, disposition, expiresIn) =>
      ask(({ sdk, client }) => {
        const input: GetObjectCommandInput = { Bucket: bucket, Key: key, ResponseContentDisposition: disposition };
        return sdk.getSignedUrl(client, new sdk.GetObjectCommand(input), { expiresIn });
      }),

    head: (bucket, key) =>
      ask(async ({ sdk, client }, abortSignal) => {
        try {
          const command = new sdk.HeadObjectCommand({ Bucket: bucket, Key: key });
          const { ContentLength, ContentType, ETag } = await client.send(command, { abortSignal });
          return { size: ContentLength ?? 0, contentType: ContentType, etag: ETag ?? '' };
        } catch (error) {
          if (isMissing(error)) return null;
          throw error;
        }
      }),

    delete: (bucket, key) =>
      ask(async ({ sdk, client }, abortSignal) => {
        await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      }),
  };
}
