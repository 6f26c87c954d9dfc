import type { Edit } from '../draft';
import type { Pair } from './pair';

const red = (rule: string, title: string, change: Edit, base?: Edit): Pair => ({
  title,
  verdict: 'red',
  rule,
  change,
  base,
});

/** Sets a property of a resource. */
const set =
  (path: string, id: string, property: string, value: unknown): Edit =>
  ({ resource }) => {
    resource(path, id).Properties[property] = value;
  };

const unset =
  (path: string, id: string, property: string): Edit =>
  ({ resource }) => {
    delete resource(path, id).Properties[property];
  };

const data = 'production/data';
const storage = 'production/storage';
const service = 'production/service';
const operations = 'production/operations';
const database = 'DatabaseInstanceAA8A5FDE';

export const protectionPairs: readonly Pair[] = [
  red('removal-policy-weakened', 'a bucket is no longer retained', ({ resource }) => {
    resource(storage, 'StorageInvoicesB6').DeletionPolicy = 'Delete';
  }),
  red('removal-policy-weakened', 'the database is no longer retained when it is replaced', ({ resource }) => {
    resource(data, database).UpdateReplacePolicy = 'Snapshot';
  }),
  red('removal-policy-weakened', 'a bucket would be emptied with its deletion', ({ stack, idOf }) => {
    stack(storage).template.Resources.AutoDelete = {
      Type: 'Custom::S3AutoDeleteObjects',
      Properties: { ServiceToken: 'x', BucketName: { Ref: idOf(storage, 'StorageCoursesF8') } },
    };
  }),
  red('removal-policy-weakened', 'the image repository would be deleted with its images', ({ paths, resource }) => {
    const delivery = paths().find((path) => path.startsWith('delivery')) ?? '';
    resource(delivery, 'ImagesB45').Properties.EmptyOnDelete = true;
  }),
  red('deletion-protection-off', 'the database may be deleted', set(data, database, 'DeletionProtection', false)),
  red('deletion-protection-off', 'the load balancer may be deleted', ({ resource }) => {
    const attributes = resource(service, 'LoadBalancer').Properties.LoadBalancerAttributes;
    const protection = attributes.find(({ Key }: { Key: string }) => Key === 'deletion_protection.enabled');
    protection.Value = 'false';
  }),
  red('deletion-protection-off', 'a stack loses its termination protection', ({ stack }) => {
    stack(storage).terminationProtection = false;
  }),
  red(
    'backup-weakened',
    'backups of the database are kept for a week',
    set(data, database, 'BackupRetentionPeriod', 7),
  ),
  red('backup-weakened', 'backups would go with the instance', set(data, database, 'DeleteAutomatedBackups', true)),
  red(
    'backup-weakened',
    'snapshots of Redis are no longer taken',
    unset(data, 'CacheReplicationGroup', 'SnapshotRetentionLimit'),
  ),
  red(
    'backup-weakened',
    'a bucket is no longer versioned',
    set(storage, 'StorageInvoicesB6', 'VersioningConfiguration', { Status: 'Suspended' }),
  ),
  red('backup-weakened', 'a rule leaves the backup plan', ({ resource }) => {
    resource(operations, 'BackupPlan').Properties.BackupPlan.BackupPlanRule.pop();
  }),
  red('backup-weakened', 'nothing is selected for backups any more', ({ stack }) => {
    const { Resources } = stack(operations).template;
    for (const [id, { Type }] of Object.entries(Resources))
      if (Type === 'AWS::Backup::BackupSelection') delete Resources[id];
  }),
  red('retention-shortened', 'logs expire after a day', set(data, 'Databasepostgresqllog', 'RetentionInDays', 1)),
  red('retention-shortened', 'old versions of invoices expire after a day', ({ resource }) => {
    const bucket = resource(storage, 'StorageInvoicesB6').Properties;
    bucket.LifecycleConfiguration ??= { Rules: [] };
    bucket.LifecycleConfiguration.Rules.push({ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 1 } });
  }),
  red('retention-shortened', 'fewer images are kept', ({ paths, resource }) => {
    const delivery = paths().find((path) => path.startsWith('delivery')) ?? '';
    const { LifecyclePolicy } = resource(delivery, 'ImagesB45').Properties;
    LifecyclePolicy.LifecyclePolicyText = LifecyclePolicy.LifecyclePolicyText.replace(
      /"countNumber":\d+/g,
      '"countNumber":1',
    );
  }),
  red(
    'encryption-weakened',
    'a bucket is no longer encrypted by our key',
    set(storage, 'StorageInvoicesB6', 'BucketEncryption', {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    }),
  ),
  red(
    'encryption-weakened',
    'a log group is no longer encrypted by our key',
    unset(data, 'Databasepostgresqllog', 'KmsKeyId'),
  ),
  red('encryption-weakened', 'a key is no longer rotated', set(data, 'Key961B73FD', 'EnableKeyRotation', false)),
  red('encryption-weakened', 'PostgreSQL takes connections without TLS', ({ resource }) => {
    resource(data, 'DatabaseInstanceParameterGroup').Properties.Parameters['rds.force_ssl'] = '0';
  }),
  red(
    'encryption-weakened',
    'Redis takes connections without TLS',
    set(data, 'CacheReplicationGroup', 'TransitEncryptionMode', 'preferred'),
  ),
  red(
    'encryption-weakened',
    'the load balancer answers without TLS',
    set(service, 'LoadBalancerHttps', 'Protocol', 'HTTP'),
  ),
  red('public-access-block-weakened', 'a bucket may have a public policy', ({ resource }) => {
    resource(storage, 'StorageInvoicesB6').Properties.PublicAccessBlockConfiguration.BlockPublicPolicy = false;
  }),
  red(
    'public-access-block-weakened',
    'the database gets a public address',
    set(data, database, 'PubliclyAccessible', true),
  ),
  red('public-access-block-weakened', 'hosts of a subnet get public addresses', ({ resource }) => {
    resource('production/network', 'NetworkVpcdataSubnet1Subnet').Properties.MapPublicIpOnLaunch = true;
  }),
  red('retention-shortened', 'invoices expire on a day', ({ resource }) => {
    const bucket = resource(storage, 'StorageInvoicesB6').Properties;
    bucket.LifecycleConfiguration ??= { Rules: [] };
    bucket.LifecycleConfiguration.Rules.push({ Status: 'Enabled', ExpirationDate: '2027-01-01T00:00:00Z' });
  }),
];
