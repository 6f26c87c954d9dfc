import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { environmentNames, everyDeployedResource, everyStack } from '../deployed';

/** Kept: but not when its own creation is rolled back, or its fixed name would stop the next try. */
type Fate = 'Kept' | 'Retain' | 'Snapshot' | 'Delete';

/** What happens to a stateful resource that leaves its template, or is replaced. */
const kept: Readonly<Record<string, Fate>> = {
  'AWS::Backup::BackupVault': 'Kept',
  'AWS::ElastiCache::ReplicationGroup': 'Kept',
  'AWS::KMS::Key': 'Kept',
  'AWS::RDS::DBInstance': 'Kept',
  // Its name servers are delegated to by then, whatever became of the rest.
  'AWS::Route53::HostedZone': 'Retain',
  'AWS::S3::Bucket': 'Kept',
  'AWS::SecretsManager::Secret': 'Kept',
};

/** Development is torn down by its owners; a final snapshot stays, and with it the key that reads it. */
const tornDown: Readonly<Record<string, Fate>> = {
  // A vault with recovery points in it cannot be deleted.
  'AWS::Backup::BackupVault': 'Kept',
  'AWS::ElastiCache::ReplicationGroup': 'Snapshot',
  'AWS::KMS::Key data': 'Kept',
  'AWS::KMS::Key edge': 'Delete',
  'AWS::KMS::Key edge-operations': 'Delete',
  'AWS::KMS::Key network': 'Delete',
  'AWS::KMS::Key operations': 'Kept',
  'AWS::KMS::Key secrets': 'Delete',
  'AWS::KMS::Key service': 'Delete',
  'AWS::KMS::Key storage': 'Delete',
  'AWS::RDS::DBInstance': 'Snapshot',
  'AWS::Route53::HostedZone': 'Delete',
  'AWS::S3::Bucket': 'Delete',
  'AWS::SecretsManager::Secret': 'Delete',
};

const fates: Readonly<Record<EnvironmentName, Readonly<Record<string, Fate>>>> = {
  development: tornDown,
  staging: kept,
  demo: kept,
  production: kept,
};

interface Policies {
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
const fateOf = ({ DeletionPolicy, UpdateReplacePolicy }: Policies): string =>
  DeletionPolicy === UpdateReplacePolicy
    ? String(DeletionPolicy)
    : DeletionPolicy === 'RetainExceptOnCreate' && UpdateReplacePolicy === 'Retain'
      ? 'Kept'
      : `${DeletionPolicy} when it leaves the template, but ${UpdateReplacePolicy} when it is replaced`;

describe.each(environmentNames)('%s', (environment) => {
  const types = new Set(Object.keys(kept));
  const stateful = everyDeployedResource().filter(
    (resource) => resource.environment === environment && types.has(resource.Type),
  );

  it('does to each stateful resource what is written here', () => {
    const row = ({ Type, stack }: { Type: string; stack: string }) =>
      Type in fates[environment] ? Type : `${Type} ${stack.split('/')[1]}`;
    const found: Record<string, string[]> = {};
    for (const resource of stateful) {
      const known = found[row(resource)] ?? [];
      found[row(resource)] = [...new Set([...known, fateOf(resource)])];
    }
    expect(found).toEqual(Object.fromEntries(Object.entries(fates[environment]).map(([what, fate]) => [what, [fate]])));
  });

  it('protects its stateful stacks from deletion exactly where data is kept', () => {
    const protectedStacks = everyStack().filter(
      (stack) => stack.environment === environment && stack.terminationProtection,
    );
    const { removal, recoveryRegion } = environments[environment];
    const recovery = recoveryRegion === undefined ? [] : ['recovery'];
    expect(protectedStacks.map(({ stack }) => stack.split('/')[1]).sort()).toEqual(
      removal === 'retain' ? ['data', ...recovery, 'secrets', 'storage'] : [],
    );
  });

  it('keeps the automatic backups of a database that is retained, and protects the instance itself', () => {
    const database = stateful.find(({ Type }) => Type === 'AWS::RDS::DBInstance');
    const retain = environments[environment].removal === 'retain';
    expect(database?.Properties).toMatchObject({ DeleteAutomatedBackups: !retain, DeletionProtection: retain });
  });

  it('empties buckets only where they are deleted', () => {
    const emptied = everyDeployedResource().filter(
      (resource) => resource.environment === environment && resource.Type === 'Custom::S3AutoDeleteObjects',
    );
    const deleted = stateful.filter(
      ({ Type, DeletionPolicy }) => Type === 'AWS::S3::Bucket' && DeletionPolicy === 'Delete',
    );
    expect(emptied.map(({ Properties }) => Properties.BucketName.Ref).sort()).toEqual(
      deleted.map(({ logicalId }) => logicalId).sort(),
    );
  });

  it('locks every vault where data is kept', () => {
    const vaults = stateful.filter(({ Type }) => Type === 'AWS::Backup::BackupVault');
    expect(vaults).toHaveLength(environments[environment].recoveryRegion === undefined ? 1 : 2);
    for (const { Properties } of vaults)
      expect(JSON.stringify(Properties.AccessPolicy ?? '').includes('backup:DeleteRecoveryPoint')).toBe(
        environments[environment].removal === 'retain',
      );
  });
});

it('keeps the images and their key, and protects delivery from deletion', () => {
  const delivery = everyStack().filter(({ environment }) => environment === undefined);
  expect(delivery).toHaveLength(2);
  for (const { stack, terminationProtection } of delivery) {
    expect(terminationProtection).toBe(true);
    const stateful = everyDeployedResource().filter(
      (resource) => resource.stack === stack && /^AWS::(ECR::Repository|KMS::Key)$/.test(resource.Type),
    );
    expect(stateful.map(fateOf)).toEqual(['Kept', 'Kept']);
  }
});

it('deletes no load balancer of production', () => {
  const balancers = everyDeployedResource().filter(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  const protectedOnes = balancers.filter(({ Properties }) =>
    JSON.stringify(Properties.LoadBalancerAttributes).includes('{"Key":"deletion_protection.enabled","Value":"true"}'),
  );
  expect(protectedOnes.map(({ environment }) => environment)).toEqual(['production']);
});

it('sees a resource that is kept when it leaves, and lost when it is replaced', () => {
  expect(fateOf({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Delete' })).not.toBe('Retain');
  expect(fateOf({})).toBe('undefined');
});
