import { CustomResourceProviderBase, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { type BucketPurpose, bucketName, taskRoleName } from '../config/names';
import { oldVersionsDays } from '../config/recovery';
import { acknowledge } from '../policy/acknowledge';
import { requestMetrics, watchUploads } from './bucket-alarm';
import type { Monitoring } from './monitoring';
import { deny, everyObjectAction, objectActions, replicationRead, roleNamed } from './object-access';
import { privateBucket } from './private-bucket';
import type { Replication } from './replication';

export interface DataBucketProps {
  readonly env: EnvironmentConfig;
  readonly purpose: BucketPurpose;
  readonly encryptionKey: kms.IKey;
  readonly accessLogs: s3.IBucket;
  readonly monitoring: Monitoring;
  /** Browsers PUT to presigned URLs from the environment's origins. @default false */
  readonly browserUploads?: boolean;
  /**
   * No principal but the task role reaches an object, administrators included. To bring back a version, one
   * has to take the statement out of the bucket's policy first, where CloudTrail shows it. @default false
   */
  readonly taskRoleOnly?: boolean;
  /** The task role writes and reads objects and deletes none: only the lifecycle does. @default false */
  readonly appendOnly?: boolean;
  /** Objects go to Glacier Instant Retrieval after these days. @default - they stay in Standard */
  readonly archiveAfterDays?: number;
  /** @default - objects are kept */
  readonly expireAfterDays?: number;
  /** S3 copies every object to another region. @default - it does not */
  readonly replication?: Replication;
}

/** A private, versioned, encrypted bucket of the platform's primary data. */
export class DataBucket extends s3.Bucket {
  /** Known before the bucket is, so that its readers import nothing from this stack. */
  readonly literalName: string;
  readonly literalArn: string;
  /** Not what only the task role may read, nor what are copies that expire. */
  readonly inBackupPlan: boolean;
  private readonly key: kms.IKey;
  private readonly actions: readonly string[];

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    const { env, purpose, encryptionKey } = props;
    super(scope, id, {
      ...privateBucket(env, purpose),
      encryption: s3.BucketEncryption.KMS,
      encryptionKey,
      // One data key for a bucket and an hour instead of one KMS call for each object.
      bucketKeyEnabled: true,
      cors: props.browserUploads ? [uploadCors(env)] : undefined,
      lifecycleRules: lifecycle(props),
      metrics: props.browserUploads ? [{ id: requestMetrics }] : undefined,
    });
    this.key = encryptionKey;
    this.actions = objectActions.filter((action) => !(props.appendOnly && action === 's3:DeleteObject'));
    this.logTo(props.accessLogs, purpose);
    this.literalName = bucketName(env, purpose);
    this.literalArn = Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: this.literalName });
    const { taskRoleOnly = false, expireAfterDays, replication } = props;
    if (props.browserUploads) watchUploads(this, { ...props, bucket: this.literalName });
    this.inBackupPlan = !taskRoleOnly && expireAfterDays === undefined;
    if (taskRoleOnly) this.denyAllBut(taskRoleName(env.name), replication);
    if (replication) this.replicate(replication, purpose);
    else
      acknowledge(this, {
        'NIST.800.53.R5-S3BucketReplicationEnabled': !this.inBackupPlan
          ? 'Versioning undoes a deletion; a replica would be one more place to keep from other readers, or a copy of copies.'
          : 'Versioning undoes a deletion and AWS Backup keeps copies in a vault of its own; replication would copy a deletion as well.',
      });
  }

  /** Reads and writes objects; no bucket settings, no versions. */
  grantObjects({ taskRole }: { readonly taskRole: iam.Role }): void {
    taskRole.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: [...this.actions], resources: [`${this.literalArn}/*`] }),
    );
    // Without ListBucket a missing object answers 403, which the SDK cannot tell from a missing permission.
    taskRole.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.literalArn] }),
    );
    taskRole.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [this.key.keyArn] }),
    );
    acknowledge(taskRole, {
      [`AwsSolutions-IAM5[Resource::${this.literalArn}/*]`]: `Object keys are made at run time; the bucket is named, and so are the actions: ${this.actions.length} on objects.`,
    });
  }

  /** The role that empties the bucket before it is deleted, where it is. */
  private emptyingRole(): string[] {
    const provider = Stack.of(this).node.tryFindChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
    return provider instanceof CustomResourceProviderBase ? [provider.roleArn] : [];
  }

  /**
   * Not by `serverAccessLogsBucket`: it names this bucket in the other one's policy, and then this
   * bucket cannot be deleted before the logs are emptied, as it must, or deleting it logs once more.
   */
  private logTo(accessLogs: s3.IBucket, purpose: BucketPurpose): void {
    (this.node.defaultChild as s3.CfnBucket).loggingConfiguration = {
      destinationBucketName: accessLogs.bucketName,
      logFilePrefix: `s3/${purpose}/`,
    };
    this.node.addDependency(accessLogs);
  }

  /** Not by `replicationRules`, which would take the other region's bucket and key for constructs of this one. */
  private replicate(replication: Replication, purpose: BucketPurpose): void {
    (this.node.defaultChild as s3.CfnBucket).replicationConfiguration = replication.configurationOf(purpose);
    // S3 refuses a role that may not do its work yet.
    this.node.addDependency(replication);
  }

  private denyAllBut(roleName: string, replication: Replication | undefined): void {
    deny(this, {
      sid: 'TaskRoleOnly',
      actions: everyObjectAction.filter((action) => !(replication && action === replicationRead)),
      butTo: [roleNamed(Stack.of(this), roleName), ...this.emptyingRole()],
    });
    if (replication)
      deny(this, { sid: 'ReplicationOnly', actions: [replicationRead], butTo: [replication.literalRoleArn] });
  }
}

const uploadCors = (env: EnvironmentConfig): s3.CorsRule => ({
  allowedMethods: [s3.HttpMethods.PUT, s3.HttpMethods.GET, s3.HttpMethods.HEAD],
  allowedOrigins: [...env.origins],
  // The last one lets nobody replace what is there.
  allowedHeaders: ['content-type', 'content-md5', 'x-amz-*', 'if-none-match'],
  exposedHeaders: ['ETag'],
  maxAge: Duration.hours(1).toSeconds(),
});

const lifecycle = ({ archiveAfterDays, expireAfterDays }: DataBucketProps): s3.LifecycleRule[] => [
  { id: 'incomplete-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
  { id: 'old-versions', noncurrentVersionExpiration: Duration.days(oldVersionsDays) },
  ...(archiveAfterDays === undefined
    ? []
    : [
        {
          id: 'archive',
          transitions: [
            {
              storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
              transitionAfter: Duration.days(archiveAfterDays),
            },
          ],
        },
      ]),
  ...(expireAfterDays === undefined ? [] : [{ id: 'expire', expiration: Duration.days(expireAfterDays) }]),
];
