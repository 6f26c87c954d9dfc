import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { retained } from './removal-policy';

export interface EncryptionKeyProps {
  /** Shown in the KMS console: what is unreadable without this key. */
  readonly description: string;
  readonly alias: string;
  /**
   * Whether anything outlives the stack that only this key can read: retained buckets, final
   * snapshots. @default true
   */
  readonly outlivesStack?: boolean;
}

/** A customer managed key, rotated every year. One for each stack, so that a grant stays small. */
export class EncryptionKey extends kms.Key {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id, {
      description: props.description,
      alias: props.alias,
      enableKeyRotation: true,
      removalPolicy: (props.outlivesStack ?? true) ? retained : RemovalPolicy.DESTROY,
    });
  }

  /** Lets CloudWatch Logs encrypt the log groups of this account and region. */
  allowLogs(): this {
    const stack = Stack.of(this);
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'CloudWatchLogs',
        principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        // As the CloudWatch Logs user guide lists them.
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    return this;
  }
}
