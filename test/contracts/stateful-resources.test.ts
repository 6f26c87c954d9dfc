import type { EnvironmentName } from '../../lib/config/environment';
import { environmentNames, everyDeployedResource, recoveryStack, stackIdsOf } from '../deployed';

type Ids = Readonly<Record<string, string>>;
type Stacks = Readonly<Record<string, Ids>>;

const key = { Key961B73FD: 'AWS::KMS::Key' };

/** The environments differ in nothing but their hosted zones, whose ids come from their domains. */
const inEveryEnvironment: Stacks = {
  network: key,
  storage: {
    ...key,
    StorageAccessLogs96FB524C: 'AWS::S3::Bucket',
    StorageBannerAssets8C98F9F6: 'AWS::S3::Bucket',
    StorageCoursesF8FC3761: 'AWS::S3::Bucket',
    StorageDatabaseBackups885A3582: 'AWS::S3::Bucket',
    StorageInterviewArchive921EC1E2: 'AWS::S3::Bucket',
    StorageInvoicesB6686B22: 'AWS::S3::Bucket',
    StorageRecordings413F2A04: 'AWS::S3::Bucket',
    StorageStudentDocuments5E41CE54: 'AWS::S3::Bucket',
  },
  data: {
    ...key,
    CacheAuthToken04672416: 'AWS::SecretsManager::Secret',
    CacheReplicationGroupBFE59FF3: 'AWS::ElastiCache::ReplicationGroup',
    DatabaseInstanceAA8A5FDE: 'AWS::RDS::DBInstance',
  },
  secrets: { ...key, ApplicationSecret03125F51: 'AWS::SecretsManager::Secret' },
  edge: key,
  'edge-operations': key,
  cdn: {},
  service: key,
  operations: { ...key, BackupVaultADF21B19: 'AWS::Backup::BackupVault' },
};

/** Where an environment has a recovery region. */
const inRecovery: Ids = {
  ...key,
  Replicainvoices23BAB669: 'AWS::S3::Bucket',
  Replicastudentdocuments558A4865: 'AWS::S3::Bucket',
  Vault23237E5B: 'AWS::Backup::BackupVault',
};

const zone = (logicalId: string): Ids => ({ [logicalId]: 'AWS::Route53::HostedZone' });

const hostedZones: Readonly<Record<EnvironmentName, Stacks>> = {
  development: {
    edge: zone('AssetsdevassetsmyanalyticsschoolcomB0A64712'),
    service: zone('LoadBalancerDomainNamesdevapimyanalyticsschoolcom584C949B'),
  },
  staging: {
    edge: zone('Assetsstagingassetsmyanalyticsschoolcom98AA9E79'),
    service: zone('LoadBalancerDomainNamesstagingapimyanalyticsschoolcomD45F594E'),
  },
  demo: {
    edge: zone('Assetsdemoassetsmyanalyticsschoolcom2831FFB4'),
    service: zone('LoadBalancerDomainNamesdemoapimyanalyticsschoolcom87CC3300'),
  },
  production: {
    edge: zone('Assetsassetsmyanalyticsschoolcom61C9AFDA'),
    service: {
      ...zone('LoadBalancerDomainNamesapimrmentorin9F9526BF'),
      ...zone('LoadBalancerDomainNamesapimyanalyticsschoolcomFF953B6A'),
    },
  },
};

const inDelivery: Ids = { ...key, ImagesB45AD88B: 'AWS::ECR::Repository' };

/** What nobody can make again once it is gone; a key, because what it encrypted outlives it. */
const statefulTypes = [
  'AWS::Backup::BackupVault',
  'AWS::ECR::Repository',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::KMS::Key',
  'AWS::RDS::DBInstance',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
];

/** Kept by a removal policy all the same, but nothing is lost when a new one takes its place. */
const keptButNotStateful: Readonly<Record<string, string>> = {
  'AWS::Logs::LogGroup': 'lines expire by retention, nothing reads them back, and the old group stays readable',
  'AWS::RDS::DBSubnetGroup': 'a list of subnets, kept only because the retained instance names it',
};

const found = (stack: string): Ids =>
  Object.fromEntries(
    everyDeployedResource()
      .filter((resource) => resource.stack === stack && statefulTypes.includes(resource.Type))
      .map(({ logicalId, Type }) => [logicalId, Type]),
  );

function changes(stack: string, held: Ids, now: Ids): string[] {
  const gone = Object.entries(held)
    .filter(([id, type]) => now[id] !== type)
    .map(
      ([id, type]) =>
        `${stack}: ${id} (${type}) has left the template. To CloudFormation a changed logical id is another resource: ` +
        'the retained one is orphaned with its data, and the application gets an empty new one, or the deployment ' +
        'fails because the name is taken. Put the construct back under its old path, or pin the id with ' +
        'overrideLogicalId(). Only if it is really to go, say in the pull request what becomes of its data, and ' +
        'change this table.',
    );
  const added = Object.entries(now)
    .filter(([id, type]) => held[id] !== type)
    .map(
      ([id, type]) =>
        `${stack}: ${id} (${type}) is not in this table. If another row has left, this is its empty successor: see ` +
        'there. If it is new, add it here, and from then on its logical id stays.',
    );
  return [...gone, ...added];
}

describe.each(environmentNames)('%s keeps the logical ids of its stateful resources', (environment) => {
  it.each(stackIdsOf(environment))('in %s', (stack) => {
    const everywhere = stack === recoveryStack ? inRecovery : inEveryEnvironment[stack];
    const held = { ...everywhere, ...hostedZones[environment][stack] };
    expect(changes(`${environment}/${stack}`, held, found(`${environment}/${stack}`))).toEqual([]);
  });
});

it('keeps the logical ids of the image repository and its key in every account', () => {
  const stacks = [...new Set(everyDeployedResource().map(({ stack }) => stack))].filter(
    (stack) => !stack.includes('/'),
  );
  expect(stacks.length).toBeGreaterThan(0);
  for (const stack of stacks) expect(changes(stack, inDelivery, found(stack))).toEqual([]);
});

it('has no retained resource of a type that nobody has called stateful or not', () => {
  const kept = everyDeployedResource().filter(({ DeletionPolicy }) => /Retain|Snapshot/.test(DeletionPolicy ?? ''));
  const types = [...new Set(kept.map(({ Type }) => Type))].sort();
  expect(types).toEqual([...statefulTypes, ...Object.keys(keptButNotStateful)].sort());
});

it('calls a renamed bucket lost, and its successor empty', () => {
  const renamed = { StorageInvoices2: 'AWS::S3::Bucket' };
  const held = { StorageInvoicesB6686B22: 'AWS::S3::Bucket' };
  expect(changes('production/storage', held, renamed)).toEqual([
    expect.stringMatching(/StorageInvoicesB6686B22 .*orphaned with its data.*overrideLogicalId/),
    expect.stringMatching(/StorageInvoices2 .*empty successor/),
  ]);
  expect(changes('production/storage', held, held)).toEqual([]);
});
