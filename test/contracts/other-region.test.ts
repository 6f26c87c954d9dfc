import type { ProductionConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { recoveryVaultName } from '../../lib/config/names';
import { everyDeployedResource, stacksIn } from '../deployed';
import { compose } from '../synthesise';

const { production } = environments;
const { recoveryRegion } = production;

/** What docs/recovery.md has somebody write when the region is lost. */
const moved: ProductionConfig = {
  ...production,
  region: recoveryRegion,
  availabilityZones: [`${recoveryRegion}a`, `${recoveryRegion}b`, `${recoveryRegion}c`],
  recoveryRegion: 'ap-southeast-1',
  bucketSuffix: '-2',
  apiDomains: production.apiDomains.map((domain) => ('hostedZone' in domain ? { ...domain, record: false } : domain)),
};

const stacks = stacksIn(compose({ environments: [moved] }).synth()).filter(({ environment }) => environment);
const resources = stacks.flatMap(({ stack, template }) =>
  Object.values(template.Resources).map((resource) => ({ stack, ...resource })),
);

it('production can be built in the recovery region: nothing of it names the region that is lost', () => {
  expect(stacks).toHaveLength(10);
  const naming = stacks.filter(({ template }) => JSON.stringify(template).includes(production.region));
  // "ap-south-1" is no part of "ap-southeast-1".
  expect(naming.map(({ stack }) => stack)).toEqual([]);
});

it('takes no bucket name that the lost region still owns, and leaves the copies alone', () => {
  const namesOf = (all: readonly { Type: string; Properties?: { BucketName?: string } }[]) =>
    all.flatMap(({ Type, Properties }) => (Type === 'AWS::S3::Bucket' ? (Properties?.BucketName ?? []) : []));
  const before = new Set(namesOf(everyDeployedResource()));
  expect(namesOf(resources)).toHaveLength(10);
  expect(namesOf(resources).filter((name) => before.has(name))).toEqual([]);
});

it('takes no vault that the copies are in', () => {
  const vaults = resources.filter(({ Type }) => Type === 'AWS::Backup::BackupVault');
  const here = vaults.filter(({ stack }) => stack !== 'production/recovery');
  for (const { Properties } of here)
    expect(JSON.stringify(Properties.BackupVaultName)).not.toContain(recoveryVaultName('production'));
});

/** IAM is of all regions: what has a name there is in the way of its successor, and docs/recovery.md says so. */
it('meets these roles by their names', () => {
  const roles = resources.flatMap(({ Type, Properties }) =>
    Type === 'AWS::IAM::Role' ? (Properties?.RoleName ?? []) : [],
  );
  expect(roles.toSorted()).toEqual(['mr-mentor-production-replication', 'mr-mentor-production-task']);
});
