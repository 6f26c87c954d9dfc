import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** What the task role may do with an object. */
export const objectActions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'] as const;
/** How S3 itself reads what it copies to another bucket. */
export const replicationRead = 's3:GetObjectVersionForReplication';
/** How S3 itself writes what it has copied. */
export const replicationWrites = ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'] as const;
/** All by which an object can be read, written or lost. */
export const everyObjectAction = [
  ...objectActions,
  's3:GetObjectVersion',
  replicationRead,
  's3:DeleteObjectVersion',
] as const;

export interface Denial {
  readonly sid: string;
  readonly actions: readonly string[];
  /** ARNs; everybody else is denied, administrators included. */
  readonly butTo: readonly string[];
}

/** A role by its name, because it belongs to a stack that may come and go without the bucket's. */
export const roleNamed = (stack: Stack, name: string): string =>
  stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: name });

export function deny(bucket: s3.Bucket, { sid, actions, butTo }: Denial): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: [...actions],
      resources: [bucket.arnForObjects('*')],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': [...butTo] } },
    }),
  );
}
