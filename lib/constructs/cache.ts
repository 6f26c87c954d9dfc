import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { cacheSecretName, replicationGroupId } from '../config/names';
import { acknowledge } from '../policy/acknowledge';
import { watchCache } from './cache-alarms';
import { containerSecret } from './container-secret';
import type { EncryptionKey } from './encryption-key';
import { Endpoint } from './endpoint';
import { LogGroup } from './log-group';
import type { Monitoring } from './monitoring';
import { removalPolicy, retained } from './removal-policy';

export interface CacheProps {
  readonly vpc: ec2.IVpc;
  readonly env: EnvironmentConfig;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
}

/** Not the well-known 6379, as the policy packs ask. */
const port = 6380;

/**
 * Redis for queues, rate limits, presence and the Socket.IO adapter.
 *
 * BullMQ decides the settings: `noeviction`, because an evicted key is a lost job; no cluster mode,
 * because its scripts touch several keys at once.
 */
export class Cache extends Construct implements ec2.IConnectable {
  readonly connections: ec2.Connections;
  readonly endpoint: Endpoint;
  readonly replicationGroup: elasticache.CfnReplicationGroup;
  private readonly authToken: secretsmanager.Secret;
  private readonly authTokenName: string;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, { vpc, env, encryptionKey, monitoring }: CacheProps) {
    super(scope, id);
    const { nodeType, replicas, snapshotRetentionDays } = env.cache;
    this.encryptionKey = encryptionKey;

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Redis: from tasks only',
      allowAllOutbound: false,
    });
    this.connections = new ec2.Connections({ securityGroups: [securityGroup], defaultPort: ec2.Port.tcp(port) });

    this.authTokenName = cacheSecretName(env.name);
    this.authToken = new secretsmanager.Secret(this, 'AuthToken', {
      secretName: this.authTokenName,
      description: `Redis AUTH token of ${env.name}`,
      encryptionKey,
      // ElastiCache takes 16 to 128 printable characters, but not @ " / or spaces.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: removalPolicy(env),
    });

    const subnetGroup = new elasticache.CfnSubnetGroup(this, 'SubnetGroup', {
      description: `Data subnets of ${env.name}`,
      subnetIds: vpc.selectSubnets({ subnetGroupName: 'data' }).subnetIds,
    });
    const parameterGroup = new elasticache.CfnParameterGroup(this, 'ParameterGroup', {
      cacheParameterGroupFamily: 'redis7',
      description: `BullMQ on ${env.name}`,
      properties: { 'maxmemory-policy': 'noeviction' },
    });
    const slowLog = new LogGroup(this, 'SlowLog', { env, encryptionKey });

    this.replicationGroup = new elasticache.CfnReplicationGroup(this, 'ReplicationGroup', {
      replicationGroupId: replicationGroupId(env.name),
      replicationGroupDescription: `Queues, rate limits and presence of ${env.name}`,
      engine: 'redis',
      engineVersion: '7.1',
      cacheNodeType: `cache.${nodeType}`,
      numCacheClusters: 1 + replicas,
      automaticFailoverEnabled: replicas > 0,
      multiAzEnabled: replicas > 0,
      port,
      cacheSubnetGroupName: subnetGroup.ref,
      cacheParameterGroupName: parameterGroup.ref,
      securityGroupIds: [securityGroup.securityGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      // A dynamic reference: CloudFormation reads the token when it deploys, the template never holds it.
      authToken: this.authToken.secretValue.unsafeUnwrap(),
      // Turning this on later replaces the group.
      atRestEncryptionEnabled: true,
      kmsKeyId: encryptionKey.keyArn,
      snapshotRetentionLimit: snapshotRetentionDays,
      snapshotWindow: '21:30-22:30',
      preferredMaintenanceWindow: 'sun:23:00-mon:00:00',
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: [
        {
          logType: 'slow-log',
          logFormat: 'json',
          destinationType: 'cloudwatch-logs',
          destinationDetails: { cloudWatchLogsDetails: { logGroup: slowLog.logGroupName } },
        },
      ],
    });
    this.replicationGroup.applyRemovalPolicy(env.removal === 'retain' ? retained : RemovalPolicy.SNAPSHOT);

    this.endpoint = new Endpoint(this, 'Endpoint', {
      env,
      name: 'cache',
      host: this.replicationGroup.attrPrimaryEndPointAddress,
      port: this.replicationGroup.attrPrimaryEndPointPort,
    });
    this.acknowledge(env);
    watchCache(this, { monitoring, env });
  }

  /** Network access; see authTokenFor() for the rest. */
  grantConnect(grantee: ec2.IConnectable): void {
    grantee.connections.allowTo(this, ec2.Port.tcp(port), 'Redis');
  }

  /** The AUTH token for a container; its execution role reads it when a task starts. */
  authTokenFor(scope: Construct, executionRole: iam.Role): ecs.Secret {
    this.encryptionKey.grantDecrypt(executionRole);
    return containerSecret(scope, 'CacheAuthToken', this.authTokenName);
  }

  private acknowledge({ cache }: EnvironmentConfig): void {
    if (cache.replicas === 0)
      acknowledge(this.replicationGroup, {
        'AwsSolutions-AEC4':
          'This environment holds no customer data: an outage of minutes is accepted for half the price.',
      });
    const reason =
      'A new AUTH token has to reach ElastiCache and the running tasks together, and AWS offers no rotation that does: changing the value alone would lock out the tasks that start next.';
    acknowledge(this.authToken, {
      'AwsSolutions-SMG4': reason,
      'NIST.800.53.R5-SecretsManagerRotationEnabled': reason,
    });
  }
}
