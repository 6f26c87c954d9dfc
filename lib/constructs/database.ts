import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { maxConnections } from '../config/capacity';
import type { EnvironmentConfig } from '../config/environment';
import { databaseIdentifier, databaseName } from '../config/names';
import { acknowledge } from '../policy/acknowledge';
import { watchDatabase } from './database-alarms';
import type { EncryptionKey } from './encryption-key';
import { Endpoint } from './endpoint';
import { LogGroup } from './log-group';
import type { Monitoring } from './monitoring';
import { removalPolicy, retained } from './removal-policy';

/** Something that runs with a role and connects from its own security group. */
export interface DatabaseClient extends ec2.IConnectable {
  readonly taskRole: iam.Role;
}

export interface DatabaseProps {
  readonly vpc: ec2.IVpc;
  readonly env: EnvironmentConfig;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
}

/** Not the well-known 5432, as the policy packs ask. */
const port = 5433;

/**
 * PostgreSQL for everything that must not be lost. RDS makes the password and rotates it every seven
 * days; the container finds the secret by the instance's identifier, so that it also finds it after a
 * restore (docs/decisions/0004-database-credentials.md).
 */
export class Database extends Construct {
  readonly instance: rds.DatabaseInstance;
  /** Fixed, and so is the ARN: readers name the instance without importing from this stack. */
  readonly identifier: string;
  readonly instanceArn: string;
  readonly endpoint: Endpoint;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, { vpc, env, encryptionKey, monitoring }: DatabaseProps) {
    super(scope, id);
    const { database } = env;
    const identifier = databaseIdentifier(env.name);
    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 });
    const logGroup = (log: 'postgresql' | 'upgrade') =>
      new LogGroup(this, `${log}-log`, { env, encryptionKey, name: `/aws/rds/instance/${identifier}/${log}` });
    const log = logGroup('postgresql');
    const upgradeLog = logGroup('upgrade');

    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      engine,
      instanceIdentifier: identifier,
      instanceType: new ec2.InstanceType(database.instanceClass),
      databaseName,
      manageMasterUserPassword: true,
      credentials: rds.Credentials.fromUsername('mas_app', { encryptionKey }),
      vpc,
      // Stated, so that it stays as long as the instance that is in it.
      subnetGroup: new rds.SubnetGroup(this, 'SubnetGroup', {
        description: `Data subnets of ${env.name}`,
        vpc,
        vpcSubnets: { subnetGroupName: 'data' },
        removalPolicy: removalPolicy(env),
      }),
      publiclyAccessible: false,
      port,
      caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
      parameters: {
        'rds.force_ssl': '1',
        // Stated, so that the capacity sheet and the server agree whatever RDS computes for the class.
        max_connections: String(maxConnections(database.instanceClass)),
        log_min_duration_statement: '1000',
        log_lock_waits: '1',
        log_temp_files: '10240',
        // A session that dies between BEGIN and COMMIT would hold back vacuum and migrations' locks.
        idle_in_transaction_session_timeout: '60000',
      },
      multiAz: database.multiAz,
      storageType: rds.StorageType.GP3,
      allocatedStorage: database.storageGiB,
      maxAllocatedStorage: database.maxStorageGiB,
      storageEncrypted: true,
      storageEncryptionKey: encryptionKey,
      backupRetention: Duration.days(database.backupRetentionDays),
      preferredBackupWindow: '20:30-21:30',
      preferredMaintenanceWindow: 'sun:22:00-sun:23:00',
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: env.removal !== 'retain',
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: encryptionKey,
      performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
      monitoringInterval: Duration.minutes(1),
      cloudwatchLogsExports: ['postgresql', 'upgrade'],
      autoMinorVersionUpgrade: true,
      deletionProtection: database.deletionProtection,
      removalPolicy: env.removal === 'retain' ? retained : RemovalPolicy.SNAPSHOT,
    });
    // RDS would make the groups itself, unencrypted and kept forever, if it came first.
    this.instance.node.addDependency(log, upgradeLog);
    this.endpoint = new Endpoint(this, 'Endpoint', {
      env,
      name: 'database',
      host: this.instance.dbInstanceEndpointAddress,
      port: this.instance.dbInstanceEndpointPort,
    });
    this.identifier = identifier;
    this.instanceArn = Stack.of(this).formatArn({
      service: 'rds',
      resource: 'db',
      resourceName: identifier,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.encryptionKey = encryptionKey;
    this.acknowledge(database);
    watchDatabase(this, { monitoring, env, log });
  }

  /** Network access and the credentials. The grantee's stack holds the rules, so that this one imports nothing. */
  grantConnect({ connections, taskRole }: DatabaseClient): void {
    connections.allowTo(this.instance, ec2.Port.tcp(port), 'PostgreSQL');
    const managedSecrets = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: 'rds!db-*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    taskRole.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions: ['rds:DescribeDBInstances'], resources: [this.instanceArn] }),
    );
    taskRole.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [managedSecrets],
        conditions: { StringEquals: { 'secretsmanager:ResourceTag/aws:rds:primaryDBInstanceArn': this.instanceArn } },
      }),
    );
    acknowledge(taskRole, {
      [`AwsSolutions-IAM5[Resource::${managedSecrets}]`]:
        "RDS names the secret itself; the condition on RDS's own tag admits to this instance's secret only.",
    });
    this.encryptionKey.grantDecrypt(taskRole);
  }

  private acknowledge({ multiAz, deletionProtection }: EnvironmentConfig['database']): void {
    const reconstructible =
      'This environment holds no customer data: an outage of minutes is accepted for half the price.';
    acknowledge(this.instance, {
      'NIST.800.53.R5-RDSInBackupPlan':
        'It is in the backup plan of the operations stack; the rule looks for it in this one.',
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]':
        'RDS documents this policy as the permissions of its monitoring role: it writes to one log group, RDSOSMetrics.',
      ...(multiAz ? {} : { 'AwsSolutions-RDS3': reconstructible, 'NIST.800.53.R5-RDSMultiAZSupport': reconstructible }),
      ...(deletionProtection
        ? {}
        : {
            'AwsSolutions-RDS10': 'Development is torn down by its owners; a final snapshot is kept.',
            'NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled':
              'Development is torn down by its owners; a final snapshot is kept.',
          }),
    });
  }
}
