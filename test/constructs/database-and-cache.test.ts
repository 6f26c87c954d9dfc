import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { maxConnections } from '../../lib/config/capacity';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { Monitoring } from '../../lib/constructs/monitoring';
import { DataStack } from '../../lib/data-stack';
import { NetworkStack } from '../../lib/network-stack';
import { account, all, app, only, region } from './stack';

const env = { account, region };

function dataOf(config: EnvironmentConfig) {
  const scope = app();
  const monitoring = new Monitoring();
  const { network } = new NetworkStack(scope, 'network', { config, env, monitoring });
  const { database, cache } = new DataStack(scope, 'data', { config, network, monitoring, env });
  return { template: Template.fromStack(Stack.of(database)), monitoring, database, cache };
}
const development = dataOf(environments.development);
const staging = dataOf(environments.staging);
const production = dataOf(environments.production);
const key = { 'Fn::GetAtt': [only(production.template, 'AWS::KMS::Key').id, 'Arn'] };
const dataSubnets = (ids: unknown[]) => ids.map((id) => JSON.stringify(id));

describe('PostgreSQL', () => {
  const instance = ({ template }: typeof production) => only(template, 'AWS::RDS::DBInstance');

  it('is version 16, encrypted, private, under its fixed name', () => {
    expect(instance(production).Properties).toMatchObject({
      Engine: 'postgres',
      EngineVersion: expect.stringMatching(/^16(\.|$)/),
      DBInstanceIdentifier: 'mr-mentor-production',
      DBInstanceClass: 'db.m7g.large',
      DBName: 'mas',
      StorageEncrypted: true,
      KmsKeyId: key,
      StorageType: 'gp3',
      PubliclyAccessible: false,
      Port: '5433',
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
      AutoMinorVersionUpgrade: true,
      CopyTagsToSnapshot: true,
    });
  });

  it('stands in the data subnets', () => {
    const { SubnetIds } = only(production.template, 'AWS::RDS::DBSubnetGroup').Properties;
    expect(dataSubnets(SubnetIds)).toEqual([1, 2, 3].map((n) => expect.stringContaining(`VpcdataSubnet${n}`)));
  });

  it('takes only TLS, and as many connections as the capacity sheet counts on', () => {
    for (const [{ template }, instanceClass] of [
      [development, 't4g.micro'],
      [production, 'm7g.large'],
    ] as const) {
      const { Family, Parameters } = only(template, 'AWS::RDS::DBParameterGroup').Properties;
      expect(Family).toBe('postgres16');
      expect(Parameters).toMatchObject({
        'rds.force_ssl': '1',
        max_connections: String(maxConnections(instanceClass)),
        idle_in_transaction_session_timeout: '60000',
        log_min_duration_statement: '1000',
      });
    }
    expect(instance(production).Properties.DBParameterGroupName).toEqual({
      Ref: only(production.template, 'AWS::RDS::DBParameterGroup').id,
    });
  });

  it('grows by itself up to the stated size', () => {
    expect(instance(production).Properties).toMatchObject({ AllocatedStorage: '100', MaxAllocatedStorage: 1000 });
    expect(instance(development).Properties).toMatchObject({ AllocatedStorage: '20', MaxAllocatedStorage: 50 });
  });

  it('is observed: Performance Insights, enhanced monitoring, exported logs', () => {
    expect(instance(production).Properties).toMatchObject({
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: key,
      PerformanceInsightsRetentionPeriod: 7,
      MonitoringInterval: 60,
      MonitoringRoleArn: { 'Fn::GetAtt': [only(production.template, 'AWS::IAM::Role').id, 'Arn'] },
      EnableCloudwatchLogsExports: ['postgresql', 'upgrade'],
    });
  });

  it('finds its log groups made: encrypted and expiring, before RDS would make them itself', () => {
    for (const log of ['postgresql', 'upgrade']) {
      const [group] = all(production.template, 'AWS::Logs::LogGroup', `Database${log}`);
      expect(group?.Properties).toMatchObject({
        LogGroupName: `/aws/rds/instance/mr-mentor-production/${log}`,
        KmsKeyId: key,
        RetentionInDays: 365,
      });
      expect(instance(production).DependsOn).toContain(group?.id);
    }
  });

  it('has a password that RDS makes and rotates, in no template', () => {
    const { Properties } = instance(production);
    expect(Properties).toMatchObject({
      ManageMasterUserPassword: true,
      MasterUserSecret: { KmsKeyId: key },
      MasterUsername: 'mas_app',
    });
    expect(Properties.MasterUserPassword).toBeUndefined();
  });

  it.each([
    ['development', development, { MultiAZ: false, DeletionProtection: false, BackupRetentionPeriod: 7 }],
    ['staging', staging, { MultiAZ: false, DeletionProtection: true, BackupRetentionPeriod: 7 }],
    ['production', production, { MultiAZ: true, DeletionProtection: true, BackupRetentionPeriod: 35 }],
  ])('is as safe as %s needs', (_, data, expected) => expect(instance(data).Properties).toMatchObject(expected));

  it('leaves a snapshot in development, and stays itself elsewhere, with its backups', () => {
    expect(instance(development)).toMatchObject({ DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
    for (const data of [staging, production]) {
      expect(instance(data)).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      expect(instance(data).Properties.DeleteAutomatedBackups).toBe(false);
    }
  });

  it('backs up before it is maintained, in the night of India', () => {
    expect(instance(production).Properties).toMatchObject({
      PreferredBackupWindow: '20:30-21:30',
      PreferredMaintenanceWindow: 'sun:22:00-sun:23:00',
    });
  });

  it('lets nobody in by itself', () => {
    for (const { Properties } of all(production.template, 'AWS::EC2::SecurityGroup'))
      expect(Properties.SecurityGroupIngress).toBeUndefined();
    production.template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });
});

describe('Redis', () => {
  const group = ({ template }: typeof production) => only(template, 'AWS::ElastiCache::ReplicationGroup');

  it('is version 7.1, encrypted on the way and at rest, under its fixed name', () => {
    expect(group(production).Properties).toMatchObject({
      ReplicationGroupId: 'mr-mentor-production',
      Engine: 'redis',
      EngineVersion: '7.1',
      CacheNodeType: 'cache.m7g.large',
      Port: 6380,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      KmsKeyId: key,
    });
  });

  it('is what BullMQ needs: nothing evicted, no cluster mode', () => {
    const parameters = only(production.template, 'AWS::ElastiCache::ParameterGroup');
    expect(parameters.Properties).toMatchObject({
      CacheParameterGroupFamily: 'redis7',
      Properties: { 'maxmemory-policy': 'noeviction' },
    });
    expect(parameters.Properties.Properties['cluster-enabled']).toBeUndefined();
    expect(group(production).Properties.CacheParameterGroupName).toEqual({ Ref: parameters.id });
    expect(group(production).Properties.NumNodeGroups).toBeUndefined();
  });

  it('takes a token that the template refers to and never holds', () => {
    const secret = only(production.template, 'AWS::SecretsManager::Secret');
    expect(secret.Properties).toMatchObject({
      Name: 'mr-mentor-cache/production',
      KmsKeyId: key,
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
    });
    expect(group(production).Properties.AuthToken).toEqual({
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret.id }, ':SecretString:::}}']],
    });
  });

  it('has a replica that takes over in production, and one node in development', () => {
    expect(group(production).Properties).toMatchObject({
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
    });
    expect(group(development).Properties).toMatchObject({
      NumCacheClusters: 1,
      AutomaticFailoverEnabled: false,
      MultiAZEnabled: false,
    });
  });

  it('keeps daily snapshots for 15 days and tells of slow commands', () => {
    const [slowLog] = all(production.template, 'AWS::Logs::LogGroup', 'CacheSlowLog');
    expect(group(production).Properties).toMatchObject({
      SnapshotRetentionLimit: 15,
      SnapshotWindow: '21:30-22:30',
      LogDeliveryConfigurations: [
        {
          LogType: 'slow-log',
          LogFormat: 'json',
          DestinationType: 'cloudwatch-logs',
          DestinationDetails: { CloudWatchLogsDetails: { LogGroup: { Ref: slowLog?.id } } },
        },
      ],
    });
    expect(slowLog?.Properties.KmsKeyId).toEqual(key);
  });

  it('stays when it leaves the template; development keeps a snapshot', () => {
    expect(group(production)).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(group(development)).toMatchObject({ DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
  });

  it('stands in the data subnets and calls nobody', () => {
    const { SubnetIds } = only(production.template, 'AWS::ElastiCache::SubnetGroup').Properties;
    expect(dataSubnets(SubnetIds)).toEqual([1, 2, 3].map((n) => expect.stringContaining(`VpcdataSubnet${n}`)));
    production.template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Redis: from tasks only',
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })],
    });
  });
});

describe('what is registered to be watched', () => {
  const watched = ({ monitoring }: typeof production) =>
    Object.fromEntries(
      monitoring.alarms.map(({ severity, alarm: { name, threshold, comparison, missingData } }) => [
        name,
        [severity, threshold, comparison, missingData.means],
      ]),
    );

  it('has thresholds that follow the configuration', () => {
    expect(watched(production)).toMatchObject({
      DatabaseDown: ['page', 1, 'LessThanThreshold', 'breaching'],
      DatabaseStorage: ['page', 10 * 1024 ** 3, 'LessThanThreshold', 'ignore'],
      DatabaseMemory: ['ticket', 0.05 * 8 * 1024 ** 3, 'LessThanThreshold', 'ignore'],
      // 95 of a hundred of the 811 that an m7g.large takes, and what both colours hold at most.
      DatabaseConnectionLimit: ['page', 770, 'GreaterThanThreshold', 'ignore'],
      DatabaseConnections: ['ticket', 302, 'GreaterThanThreshold', 'ignore'],
      CacheDown: ['page', 1, 'LessThanThreshold', 'breaching'],
      CacheEvictions: ['page', 0, 'GreaterThanThreshold', 'notBreaching'],
      CacheMemory: ['page', 80, 'GreaterThanThreshold', 'ignore'],
      // 12 web tasks with 6 connections, 4 workers with 13, and 20 in reserve.
      CacheConnections: ['ticket', 144, 'GreaterThanThreshold', 'ignore'],
    });
    expect(watched(development)).toMatchObject({
      DatabaseStorage: ['page', 2 * 1024 ** 3, 'LessThanThreshold', 'ignore'],
      DatabaseMemory: ['ticket', 0.05 * 1024 ** 3, 'LessThanThreshold', 'ignore'],
    });
  });

  it('is the lag of a replica only where there is one', () => {
    expect(watched(production)).toHaveProperty('CacheReplicationLag');
    expect(watched(development)).not.toHaveProperty('CacheReplicationLag');
  });

  it('is every node of Redis, as any of them may be the primary', () => {
    const expressionOf = ({ monitoring }: typeof production) => {
      const memory = monitoring.alarms.find(({ alarm }) => alarm.name === 'CacheMemory')?.alarm;
      return memory?.metric.toMetricConfig();
    };
    expect(expressionOf(production)?.mathExpression?.expression).toBe('MAX([node1, node2])');
    expect(
      Object.values(expressionOf(production)?.mathExpression?.usingMetrics ?? {}).map(
        (metric) => metric.toMetricConfig().metricStat?.dimensions,
      ),
    ).toEqual([1, 2].map((node) => [{ name: 'CacheClusterId', value: `mr-mentor-production-00${node}` }]));
    expect(expressionOf(development)?.metricStat?.metricName).toBe('DatabaseMemoryUsagePercentage');
  });

  it('counts deadlocks in the log of PostgreSQL, apart for each environment', () => {
    const filter = ({ template }: typeof production) => only(template, 'AWS::Logs::MetricFilter').Properties;
    expect(filter(production)).toMatchObject({
      FilterPattern: '"deadlock detected"',
      MetricTransformations: [
        {
          MetricNamespace: 'mr-mentor/production/database',
          MetricName: 'Deadlocks',
          MetricValue: '1',
          DefaultValue: 0,
        },
      ],
    });
    const [log] = all(production.template, 'AWS::Logs::LogGroup').filter(({ Properties }) =>
      String(Properties.LogGroupName).endsWith('/postgresql'),
    );
    expect(filter(production).LogGroupName).toEqual({ Ref: log?.id });
    expect(filter(staging).MetricTransformations[0].MetricNamespace).toBe('mr-mentor/staging/database');
  });
});
