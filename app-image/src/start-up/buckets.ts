import { contract, type Environment } from '../config/contract';
import { type Outcome, outcomeOf, reasonOf } from './outcome';

const limitMs = 3_000;

/** What is asked of S3: whether a bucket is there and this process may see it. */
export interface Buckets {
  /** @throws what the SDK throws */
  head(bucket: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

export type BucketOutcome = Outcome & { readonly variable: string; readonly bucket: string };

const variables = Object.keys(contract).filter((name) => /_BUCKET(_NAME)?$/.test(name)) as (keyof Environment)[];

const words: Readonly<Record<number, string>> = {
  301: 'it is in another region than AWS_REGION',
  400: 'the credentials are refused',
  403: 'access denied',
  404: 'no such bucket',
};

function wordsFor(error: unknown): string {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (name === 'CredentialsProviderError') return 'no credentials';
  const status = $metadata?.httpStatusCode ?? 0;
  return words[status] ?? (status >= 100 ? `S3 answered ${status}` : `unreachable: ${reasonOf(error)}`);
}

/** Every bucket that a variable names, all at once. */
export async function checkBuckets(environment: Environment, open: (environment: Environment) => Buckets) {
  const named = variables.flatMap((variable) => {
    const bucket = environment[variable];
    return typeof bucket === 'string' ? [{ variable, bucket }] : [];
  });
  if (named.length === 0) return [];
  // In a promise, so that a client that cannot be made is a reason like any other.
  const opening = Promise.resolve(environment).then(open);
  const checks = named.map(async ({ variable, bucket }): Promise<BucketOutcome> => {
    const head = async (signal: AbortSignal) => (await opening).head(bucket, signal);
    return { variable, bucket, ...(await outcomeOf(head, limitMs, wordsFor)) };
  });
  const outcomes = await Promise.all(checks);
  await opening.then((buckets) => buckets.close()).catch(() => {});
  return outcomes;
}

export function openBuckets(environment: Environment): Buckets {
  // Not a static import: nothing before the server listens needs the SDK, which takes a while to load.
  const { HeadBucketCommand, S3Client } = require('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');
  const client = new S3Client({
    region: environment.AWS_REGION,
    endpoint: environment.AWS_ENDPOINT_URL,
    // Emulators have no host name for each bucket.
    forcePathStyle: environment.AWS_ENDPOINT_URL !== undefined,
  });
  return {
    async head(bucket, abortSignal) {
      await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal });
    },
    close: () => client.destroy(),
  };
}
