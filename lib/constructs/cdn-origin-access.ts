import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/**
 * Lets CloudFront distributions of this account read a bucket and its key.
 *
 * By account, not by distribution: the bucket is stateful and the CDN is not, so the bucket's stack
 * must not import from the CDN's. The origin access control signs every request, and a distribution
 * of this account can only be made by somebody who could read the bucket anyway.
 */
export function allowCdnToRead(bucket: s3.Bucket, encryptionKey: kms.Key): void {
  const { account } = Stack.of(bucket);
  const cloudFront = {
    principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
    conditions: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
  };
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'CdnReads',
      ...cloudFront,
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('*')],
    }),
  );
  encryptionKey.addToResourcePolicy(
    new iam.PolicyStatement({ sid: 'CdnDecrypts', ...cloudFront, actions: ['kms:Decrypt'], resources: ['*'] }),
  );
}
