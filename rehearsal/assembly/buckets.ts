import type { BucketDescription, CorsRule } from './deployment';
import type { Resources } from './resources';
import type { BucketCorsRule } from './store-properties';

export const readBuckets = (resources: Resources): BucketDescription[] =>
  resources.ofType('AWS::S3::Bucket').map((bucket) => {
    const stated = resources.read(
      bucket,
      'BucketEncryption',
      'CorsConfiguration',
      'PublicAccessBlockConfiguration',
      'VersioningConfiguration',
    );
    const [encryption] = stated.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const block = stated.PublicAccessBlockConfiguration ?? {};
    return {
      logicalId: bucket.logicalId,
      name: String(resources.attribute(bucket, 'Ref')),
      cors: (stated.CorsConfiguration?.CorsRules ?? []).map(readCorsRule),
      encryption: encryption?.ServerSideEncryptionByDefault?.SSEAlgorithm,
      versioned: stated.VersioningConfiguration?.Status === 'Enabled',
      publicAccessBlocked: [
        block.BlockPublicAcls,
        block.BlockPublicPolicy,
        block.IgnorePublicAcls,
        block.RestrictPublicBuckets,
      ].every((blocked) => blocked === true),
    };
  });

const readCorsRule = (rule: BucketCorsRule): CorsRule => ({
  allowedHeaders: rule.AllowedHeaders ?? [],
  allowedMethods: rule.AllowedMethods,
  allowedOrigins: rule.AllowedOrigins,
  exposedHeaders: rule.ExposedHeaders ?? [],
  maxAge: rule.MaxAge === undefined ? undefined : Number(rule.MaxAge),
});
