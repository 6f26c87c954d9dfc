import type { Resource } from '../assembly/guarded-stack';
import { at, listOf } from '../compare/json-value';
import { attribute, given, number, objects, on, property } from './measures';
import { safeguards } from './safeguards';

/**
 * Protections as numbers, so that weaker is lower whatever it is. A key that one side lacks counts as `absent`: 0 for
 * what protects only if it is there, Infinity for what expires, and does not without it.
 */
export interface Strength {
  readonly rule: string;
  readonly type: RegExp;
  readonly absent: number;
  readonly of: (resource: Resource) => Readonly<Record<string, number>>;
  /** Of a resource whose removal is itself what weakens. @default false */
  readonly whenRemoved?: boolean;
}

const policyRank: Readonly<Record<string, number>> = { Delete: 0, Snapshot: 1, Retain: 2, RetainExceptOnCreate: 2 };

/** Days until what a lifecycle rule names expires, by rule. */
function bucketExpirations(resource: Resource): Record<string, number> {
  const rules = objects(property(resource, 'LifecycleConfiguration.Rules')).filter(
    ({ Status }) => Status === 'Enabled',
  );
  return Object.fromEntries(
    rules.flatMap((rule) => {
      const scope = JSON.stringify([rule.Prefix ?? '', rule.TagFilters ?? []]);
      const days: [string, unknown][] = [
        [`objects ${scope}`, rule.ExpirationDate === undefined ? rule.ExpirationInDays : 0],
        [
          `old versions ${scope}`,
          at(rule, 'NoncurrentVersionExpiration.NoncurrentDays') ?? rule.NoncurrentVersionExpirationInDays,
        ],
      ];
      return days.flatMap(([what, value]) => (value === undefined ? [] : [[what, number(value)]]));
    }),
  );
}

/** What ECR would refuse as no policy expires nothing. */
function parsed(text: string): { readonly rules?: unknown } {
  try {
    return JSON.parse(text) as { readonly rules?: unknown };
  } catch {
    return {};
  }
}

function imageExpirations(resource: Resource): Record<string, number> {
  const text = property(resource, 'LifecyclePolicy.LifecyclePolicyText');
  if (typeof text !== 'string') return {};
  const rules = objects(parsed(text).rules);
  return Object.fromEntries(
    rules.map(({ selection }) => [
      JSON.stringify([at(selection, 'tagStatus'), at(selection, 'tagPrefixList'), at(selection, 'countType')]),
      number(at(selection, 'countNumber')),
    ]),
  );
}

/** Days that each rule of a backup plan keeps its recovery points; without a limit they are kept. */
const planRules = (resource: Resource): Record<string, number> =>
  Object.fromEntries(
    objects(property(resource, 'BackupPlan.BackupPlanRule')).map((rule) => [
      String(rule.RuleName),
      at(rule, 'Lifecycle.DeleteAfterDays') === undefined
        ? Number.MAX_VALUE
        : number(at(rule, 'Lifecycle.DeleteAfterDays')),
    ]),
  );

/** 2 for a key of our own, 1 for one of AWS, 0 for none. */
function bucketEncryption(resource: Resource): number {
  const [rule] = objects(property(resource, 'BucketEncryption.ServerSideEncryptionConfiguration'));
  const algorithm = at(rule, 'ServerSideEncryptionByDefault.SSEAlgorithm');
  return algorithm === undefined ? 0 : algorithm === 'AES256' ? 1 : 2;
}

export const strengths: readonly Strength[] = [
  ...safeguards,
  {
    ...{ rule: 'removal-policy-weakened', type: /./, absent: 0 },
    of: ({ DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }) => ({
      DeletionPolicy: policyRank[DeletionPolicy] ?? 0,
      UpdateReplacePolicy: policyRank[UpdateReplacePolicy] ?? 0,
    }),
  },
  {
    ...{ rule: 'removal-policy-weakened', type: /^AWS::ECR::Repository$/, absent: 1 },
    of: (repository) => ({ 'refuses to be deleted with images': 1 - on(property(repository, 'EmptyOnDelete')) }),
  },
  {
    ...{
      rule: 'deletion-protection-off',
      type: /^AWS::(RDS::DB(Instance|Cluster)|DynamoDB::Table|Cognito::UserPool)$/,
    },
    absent: 0,
    of: (database) => ({
      DeletionProtection: on(
        property(database, 'DeletionProtection') ?? property(database, 'DeletionProtectionEnabled'),
      ),
    }),
  },
  {
    ...{ rule: 'deletion-protection-off', type: /^AWS::ElasticLoadBalancingV2::LoadBalancer$/, absent: 0 },
    of: (balancer) => ({
      'deletion_protection.enabled': on(attribute(balancer, 'LoadBalancerAttributes', 'deletion_protection.enabled')),
    }),
  },
  {
    ...{ rule: 'backup-weakened', type: /^AWS::RDS::DB(Instance|Cluster)$/, absent: 0 },
    of: (database) => ({
      BackupRetentionPeriod: number(property(database, 'BackupRetentionPeriod') ?? 1),
      // True unless stated.
      'automated backups outlive the instance': 1 - on(property(database, 'DeleteAutomatedBackups') ?? true),
    }),
  },
  {
    ...{ rule: 'backup-weakened', type: /^AWS::ElastiCache::ReplicationGroup$/, absent: 0 },
    of: (group) => ({ SnapshotRetentionLimit: number(property(group, 'SnapshotRetentionLimit') ?? 0) }),
  },
  { rule: 'backup-weakened', type: /^AWS::Backup::BackupPlan$/, absent: 0, of: planRules, whenRemoved: true },
  {
    ...{ rule: 'backup-weakened', type: /^AWS::Backup::BackupSelection$/, absent: 0, whenRemoved: true },
    of: (selection) =>
      Object.fromEntries(
        ['Resources', 'ListOfTags'].flatMap((list) =>
          listOf(property(selection, `BackupSelection.${list}`)).map((item) => [`selects ${JSON.stringify(item)}`, 1]),
        ),
      ),
  },
  {
    ...{ rule: 'backup-weakened', type: /^AWS::S3::Bucket$/, absent: 0 },
    of: (bucket) => ({ versioning: property(bucket, 'VersioningConfiguration.Status') === 'Enabled' ? 1 : 0 }),
  },
  { rule: 'retention-shortened', type: /^AWS::S3::Bucket$/, absent: Number.POSITIVE_INFINITY, of: bucketExpirations },
  {
    rule: 'retention-shortened',
    type: /^AWS::ECR::Repository$/,
    absent: Number.POSITIVE_INFINITY,
    of: imageExpirations,
  },
  {
    ...{ rule: 'retention-shortened', type: /^AWS::Logs::LogGroup$/, absent: Number.POSITIVE_INFINITY },
    of: (group): Record<string, number> => {
      const days = property(group, 'RetentionInDays');
      return days === undefined ? {} : { RetentionInDays: number(days) };
    },
  },
  {
    ...{ rule: 'encryption-weakened', type: /^AWS::(RDS::DBInstance|ElastiCache::ReplicationGroup|EFS::FileSystem)$/ },
    absent: 0,
    of: (resource) => ({
      'encryption at rest': on(
        property(resource, 'StorageEncrypted') ??
          property(resource, 'AtRestEncryptionEnabled') ??
          property(resource, 'Encrypted'),
      ),
      'encryption in transit': on(property(resource, 'TransitEncryptionEnabled')),
      'unencrypted connections are refused': property(resource, 'TransitEncryptionMode') === 'required' ? 1 : 0,
    }),
  },
  {
    ...{ rule: 'encryption-weakened', type: /^AWS::/, absent: 0 },
    of: (resource) =>
      Object.fromEntries(
        ['KmsKeyId', 'KmsMasterKeyId', 'KMSMasterKeyID', 'EncryptionKeyArn', 'PerformanceInsightsKMSKeyId'].map(
          (key) => [key, given(property(resource, key))],
        ),
      ),
  },
  {
    ...{ rule: 'encryption-weakened', type: /^AWS::S3::Bucket$/, absent: 0 },
    of: (bucket) => ({ BucketEncryption: bucketEncryption(bucket) }),
  },
  {
    ...{ rule: 'encryption-weakened', type: /^AWS::KMS::Key$/, absent: 0 },
    of: (key) => ({
      EnableKeyRotation: on(property(key, 'EnableKeyRotation')),
      Enabled: on(property(key, 'Enabled') ?? true),
    }),
  },
  {
    ...{ rule: 'encryption-weakened', type: /^AWS::RDS::DBParameterGroup$/, absent: 0 },
    of: (group) => ({ 'rds.force_ssl': on(objects(property(group, 'Parameters'))[0]?.['rds.force_ssl']) }),
  },
  {
    ...{ rule: 'encryption-weakened', type: /^AWS::ElasticLoadBalancingV2::Listener$/, absent: 0 },
    of: (listener) => ({ HTTPS: property(listener, 'Protocol') === 'HTTPS' ? 1 : 0 }),
  },
  {
    ...{ rule: 'public-access-block-weakened', type: /^AWS::S3::Bucket$/, absent: 0 },
    of: (bucket) =>
      Object.fromEntries(
        ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map((key) => [
          key,
          on(property(bucket, `PublicAccessBlockConfiguration.${key}`)),
        ]),
      ),
  },
  {
    ...{ rule: 'public-access-block-weakened', type: /^AWS::EC2::Subnet$/, absent: 0 },
    of: (subnet) => ({ 'no public address at launch': 1 - on(property(subnet, 'MapPublicIpOnLaunch')) }),
  },
  {
    ...{ rule: 'public-access-block-weakened', type: /^AWS::RDS::DB(Instance|Cluster)$/, absent: 0 },
    of: (database) => ({ 'not PubliclyAccessible': 1 - on(property(database, 'PubliclyAccessible')) }),
  },
];

/** What is weaker than it was, by the names of the table above, each as `name: before → after`. */
export function weakened(strength: Strength, before: Resource, after: Resource | undefined): string[] {
  const [was, is] = [strength.of(before), after === undefined ? {} : strength.of(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => {
    const [one, other] = [was[key] ?? strength.absent, is[key] ?? strength.absent];
    return other < one ? [`${key}: ${shown(one)} → ${shown(other)}`] : [];
  });
}

const shown = (value: number): string =>
  value === Number.POSITIVE_INFINITY || value === Number.MAX_VALUE ? 'for ever' : String(value);
