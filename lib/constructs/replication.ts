import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import {
  type BucketPurpose,
  bucketName,
  recoveryKeyAlias,
  replicaBucketName,
  replicationRoleName,
} from '../config/names';
import { replicationMinutes } from '../config/recovery';
import { acknowledge } from '../policy/acknowledge';
import type { Monitoring } from './monitoring';
import { replicationRead, replicationWrites, roleNamed } from './object-access';
import { watchReplication } from './replication-alarms';
import { ServiceRole } from './service-role';

/** One of a bucket, which its metrics are called by. */
const ruleId = 'recovery-region';

export interface ReplicationProps {
  readonly env: EnvironmentConfig;
  readonly recoveryRegion: string;
  readonly purposes: readonly BucketPurpose[];
  readonly monitoring: Monitoring;
  /** That the objects are encrypted with. */
  readonly encryptionKey: kms.IKey;
}

/**
 * S3 copies objects to the recovery region within minutes, for the buckets that nobody may read but the task
 * role: the role of AWS Backup would be one more, with all that it may read, and this one sees nothing else.
 *
 * Everything over there is known by name: it stands in another region, which neither exports nor imports.
 */
export class Replication extends Construct {
  /** Known before the role is. */
  readonly literalRoleArn: string;
  private readonly roleArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ReplicationProps,
  ) {
    super(scope, id);
    const { env, monitoring, purposes } = props;
    const role = new ServiceRole(this, 'Role', {
      roleName: replicationRoleName(env.name),
      description: 'S3 copies objects to the recovery region',
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
    });
    this.literalRoleArn = roleNamed(Stack.of(this), replicationRoleName(env.name));
    this.roleArn = role.roleArn;
    this.allowBuckets(role);
    this.allowKeys(role);
    for (const purpose of purposes) watchReplication(this, { monitoring, env, purpose, ruleId });
  }

  /** What the bucket of this purpose says of its copies. */
  configurationOf(purpose: BucketPurpose): s3.CfnBucket.ReplicationConfigurationProperty {
    const { env } = this.props;
    return {
      role: this.roleArn,
      rules: [
        {
          id: ruleId,
          priority: 1,
          status: 'Enabled',
          filter: { prefix: '' },
          // What a person has had deleted must not go on living over there. By mistake it is in neither bucket gone:
          // the versions below a marker stay for their days, and the deletion of a version is never copied.
          deleteMarkerReplication: { status: 'Enabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: this.bucketArn(replicaBucketName(env, purpose)),
            // Replication Time Control: an answer to "how late may it be?", and a metric that says how late it is.
            replicationTime: { status: 'Enabled', time: { minutes: replicationMinutes } },
            metrics: { status: 'Enabled', eventThreshold: { minutes: replicationMinutes } },
            encryptionConfiguration: { replicaKmsKeyId: this.keyArn('alias', recoveryKeyAlias(env.name)) },
          },
        },
      ],
    };
  }

  private allowBuckets(role: ServiceRole): void {
    const { env, purposes } = this.props;
    const sources = purposes.map((purpose) => this.bucketArn(bucketName(env, purpose)));
    const replicas = purposes.map((purpose) => this.bucketArn(replicaBucketName(env, purpose)));
    const objects = (buckets: readonly string[]) => buckets.map((bucket) => `${bucket}/*`);
    for (const [actions, resources] of [
      [['s3:GetReplicationConfiguration', 's3:ListBucket'], sources],
      [[replicationRead, 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'], objects(sources)],
      [replicationWrites, objects(replicas)],
    ] as const)
      role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
    for (const resource of objects([...sources, ...replicas]))
      acknowledge(role, {
        [`AwsSolutions-IAM5[Resource::${resource}]`]:
          'Object keys are made at run time; the bucket is named, and the actions are those of replication.',
      });
  }

  private allowKeys(role: ServiceRole): void {
    const { env, recoveryRegion, encryptionKey } = this.props;
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [encryptionKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
    const anyKey = this.keyArn('key', '*');
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
        resources: [anyKey],
        conditions: {
          StringEquals: { 'kms:ViaService': `s3.${recoveryRegion}.amazonaws.com` },
          'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${recoveryKeyAlias(env.name)}` },
        },
      }),
    );
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::${anyKey}]`]:
        'The key of another region has an id that only a deployment there knows; the condition on its alias admits to this one key.',
    });
  }

  private bucketArn(name: string): string {
    return Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: name });
  }

  private keyArn(resource: 'alias' | 'key', name: string): string {
    return Stack.of(this).formatArn({
      service: 'kms',
      region: this.props.recoveryRegion,
      resource,
      resourceName: name,
    });
  }
}
