import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application } from '../config/names';
import { acknowledge } from '../policy/acknowledge';
import { privateBucket } from './private-bucket';

/**
 * Receives the access logs of the load balancer, the CDN and the other buckets.
 *
 * Encrypted by S3's own key: log delivery of Elastic Load Balancing writes to no other.
 */
export class AccessLogBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, { env }: { readonly env: EnvironmentConfig }) {
    super(scope, id, {
      ...privateBucket(env, 'access-logs'),
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(env.logRetentionDays),
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    this.allowBucketLogs(env);
    this.allowLoadBalancerLogs();
    this.allowCdnLogs();
    acknowledge(this, {
      'NIST.800.53.R5-S3BucketReplicationEnabled': 'Access logs expire and can be lost without loss to a user.',
      'NIST.800.53.R5-S3DefaultEncryptionKMS':
        "Elastic Load Balancing's log delivery supports SSE-S3 only; the objects are encrypted with S3's key.",
    });
  }

  private allowBucketLogs(env: EnvironmentConfig): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'BucketLogDelivery',
        principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('s3/*')],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${application}-${env.name}-*` },
        },
      }),
    );
  }

  private allowLoadBalancerLogs(): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LoadBalancerLogDelivery',
        principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(`alb/AWSLogs/${Stack.of(this).account}/*`)],
      }),
    );
  }

  /** CloudFront's standard logging (v2) delivers through CloudWatch Logs in us-east-1. */
  private allowCdnLogs(): void {
    const { account } = Stack.of(this);
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'CdnLogDelivery',
        principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('cdn/*')],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:aws:logs:us-east-1:${account}:delivery-source:*` },
        },
      }),
    );
  }
}
