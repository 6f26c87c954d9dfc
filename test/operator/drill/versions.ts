import { ListObjectVersionsCommand, type ObjectVersion, type S3Client } from '@aws-sdk/client-s3';

/** Of one key, or of all; the newest first. */
export async function versionsOf(s3: S3Client, bucket: string, key?: string): Promise<ObjectVersion[]> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
  return Versions.filter(({ Key }) => key === undefined || Key === key);
}
