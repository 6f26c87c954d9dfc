import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import type { BucketDescription, CorsRule } from '../assembly/deployment';
import type { Aws } from './aws';

/** Makes them as the template states them. */
export async function provisionBuckets(
  { client, region }: Pick<Aws, 'client' | 'region'>,
  buckets: readonly BucketDescription[],
) {
  const s3 = new S3Client(client);
  try {
    await Promise.all(buckets.map((bucket) => provision(s3, region, bucket)));
  } finally {
    s3.destroy();
  }
}

async function provision(
  s3: S3Client,
  region: string,
  { name: Bucket, cors, encryption, versioned, publicAccessBlocked }: BucketDescription,
): Promise<void> {
  // S3 refuses to be told the region that it takes by default.
  const LocationConstraint = region === 'us-east-1' ? undefined : (region as BucketLocationConstraint);
  const CreateBucketConfiguration = LocationConstraint && { LocationConstraint };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  if (publicAccessBlocked) {
    const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: all }));
  }
  if (encryption) {
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: encryption as ServerSideEncryption } };
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  }
  if (versioned) {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  if (cors.length > 0)
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: cors.map(corsRule) } }));
}

const corsRule = ({ allowedHeaders, allowedMethods, allowedOrigins, exposedHeaders, maxAge }: CorsRule) => ({
  AllowedHeaders: [...allowedHeaders],
  AllowedMethods: [...allowedMethods],
  AllowedOrigins: [...allowedOrigins],
  ExposeHeaders: [...exposedHeaders],
  MaxAgeSeconds: maxAge,
});
