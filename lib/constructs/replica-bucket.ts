import { Duration, Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { replicaBucketName, type replicatedPurposes, replicationRoleName, taskRoleName } from '../config/names';
import { oldVersionsDays } from '../config/recovery';
import { acknowledge } from '../policy/acknowledge';
import { deny, everyObjectAction, replicationWrites, roleNamed } from './object-access';
import { privateBucket } from './private-bucket';
import { retained } from './removal-policy';

export interface ReplicaBucketProps {
  readonly env: EnvironmentConfig;
  readonly purpose: (typeof replicatedPurposes)[number];
  readonly encryptionKey: kms.IKey;
}

/** Where S3 copies a bucket that only the task role may read. It is as closed as that one, and only replication writes. */
export class ReplicaBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, { env, purpose, encryptionKey }: ReplicaBucketProps) {
    super(scope, id, {
      ...privateBucket(env, purpose),
      bucketName: replicaBucketName(env, purpose),
      encryption: s3.BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      // Wherever it is: a copy that goes with its stack is none.
      removalPolicy: retained,
      autoDeleteObjects: false,
      lifecycleRules: [
        { id: 'incomplete-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        // Of its own: what the lifecycle does to the original is not copied.
        { id: 'old-versions', noncurrentVersionExpiration: Duration.days(oldVersionsDays) },
      ],
    });
    const stack = Stack.of(this);
    deny(this, {
      sid: 'TaskRoleOnly',
      actions: everyObjectAction,
      butTo: [roleNamed(stack, taskRoleName(env.name))],
    });
    deny(this, {
      sid: 'ReplicationOnly',
      actions: replicationWrites,
      butTo: [roleNamed(stack, replicationRoleName(env.name))],
    });
    const unlogged =
      'Nobody but two roles gets at an object, and neither reads one before the region of the original is lost; the original logs its accesses.';
    acknowledge(this, {
      'AwsSolutions-S1': unlogged,
      'NIST.800.53.R5-S3BucketLoggingEnabled': unlogged,
      'NIST.800.53.R5-S3BucketReplicationEnabled': 'It is the replica; a replica of it would be a copy of copies.',
    });
  }
}
