import * as s3 from 'aws-cdk-lib/aws-s3';
import type { EnvironmentConfig } from '../config/environment';
import { type BucketPurpose, bucketName } from '../config/names';
import { removalPolicy } from './removal-policy';

/** What every bucket of the platform has in common, whatever it holds. */
export const privateBucket = (env: EnvironmentConfig, purpose: BucketPurpose): s3.BucketProps => ({
  bucketName: bucketName(env, purpose),
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: removalPolicy(env),
  autoDeleteObjects: env.removal !== 'retain',
});
