import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { jobs } from '../../lib/config/jobs';
import {
  type BucketPurpose,
  bucketName,
  recoveryKeyAlias,
  recoveryVaultName,
  replicaBucketName,
  replicatedPurposes,
  secretName,
} from '../../lib/config/names';
import { isGivenUp, type Means, type Objective, type recoveryObjectives, type Store } from '../../lib/config/recovery';
import { type LocatedResource, resourcesOf } from '../deployed';

const minutesOfADay = 24 * 60;

/** What is deployed, and what an objective is looked for in. */
export interface Site {
  readonly environment: EnvironmentName;
  readonly resources: readonly LocatedResource[];
  /** A schedule's expression, by the job's name. */
  readonly jobs: readonly { readonly name: string; readonly enabled: boolean; readonly cron: { weekDay?: string } }[];
}

export const siteOf = (environment: EnvironmentName): Site => ({
  environment,
  resources: resourcesOf(environment),
  jobs,
});

export const purposes: Readonly<Partial<Record<Store, readonly BucketPurpose[]>>> = {
  media: ['recordings', 'banner-assets', 'courses', 'interview-archive'],
  documents: ['student-documents', 'invoices'],
  dumps: ['database-backups'],
};

const ofType = ({ resources }: Site, type: string) => resources.filter(({ Type }) => Type === type);
const propertiesOf = (site: Site, type: string) => ofType(site, type)[0]?.Properties ?? {};
const bucketsOf = (site: Site, store: Store) => {
  const wanted = (purposes[store] ?? []).map((purpose) => bucketName(environments[site.environment], purpose));
  return ofType(site, 'AWS::S3::Bucket').filter(({ Properties }) => wanted.includes(Properties.BucketName));
};
const rulesOf = ({ Properties }: LocatedResource) => Properties.LifecycleConfiguration?.Rules ?? [];
const planRule = (site: Site) => propertiesOf(site, 'AWS::Backup::BackupPlan').BackupPlan?.BackupPlanRule?.[0] ?? {};
/** Minutes until a backup of the plan is whole at the latest. */
const planMinutes = (site: Site) =>
  minutesOfADay + planRule(site).StartWindowMinutes + planRule(site).CompletionWindowMinutes;
const isDaily = (expression: unknown) => /^cron\(\d+ \d+ \* \* \? \*\)$/.test(String(expression));
const selects = (site: Site, store: Store) => {
  const selected = propertiesOf(site, 'AWS::Backup::BackupSelection').BackupSelection?.Resources ?? [];
  const arns =
    store === 'database'
      ? [`:db:${propertiesOf(site, 'AWS::RDS::DBInstance').DBInstanceIdentifier}`]
      : bucketsOf(site, store).map(({ Properties }) => `:s3:::${Properties.BucketName}`);
  return arns.length > 0 && arns.every((arn) => selected.some((each: string) => each.endsWith(arn)));
};
const ofRecovery = (site: Site, type: string) => ofType(site, type).filter(({ stack }) => stack === 'recovery');

type Check = readonly [holds: unknown, otherwise: string];

/** What has to be in the templates, and the least that can be promised by it. */
const checks: {
  readonly [K in Means['kind']]: (
    site: Site,
    objective: Objective,
    means: Extract<Means, { kind: K }>,
  ) => readonly Check[];
} = {
  'point in time': (site, { rpoMinutes }, { days }) => [
    [propertiesOf(site, 'AWS::RDS::DBInstance').BackupRetentionPeriod >= days, `RDS keeps no backups for ${days} days`],
    [rpoMinutes >= 5, 'RDS restores to five minutes ago at the latest'],
  ],
  standby: (site, { rtoMinutes }) => [
    [propertiesOf(site, 'AWS::RDS::DBInstance').MultiAZ === true, 'the instance has no standby'],
    [rtoMinutes >= 2, 'RDS takes up to two minutes to fail over'],
  ],
  'replica node': (site, { rpoMinutes }) => {
    const group = propertiesOf(site, 'AWS::ElastiCache::ReplicationGroup');
    return [
      [group.NumCacheClusters >= 2, 'Redis has one node'],
      [group.AutomaticFailoverEnabled && group.MultiAZEnabled, 'Redis does not fail over'],
      [rpoMinutes > 0, 'Redis replicates behind the answer'],
    ];
  },
  snapshot: (site, { rpoMinutes }, { days }) => {
    const group = propertiesOf(site, 'AWS::ElastiCache::ReplicationGroup');
    const [from = 0, to = 0] = String(group.SnapshotWindow)
      .split('-')
      .map((time) => Date.parse(`2026-01-01T${time}Z`));
    return [
      [group.SnapshotRetentionLimit >= days, `ElastiCache keeps no snapshots for ${days} days`],
      [rpoMinutes >= minutesOfADay + (to - from) / 60_000, 'snapshots are made once a day, within their window'],
    ];
  },
  dump: (site, { rpoMinutes, store, loss }, { days }) => {
    const job = site.jobs.find(({ name }) => name === 'DatabaseBackup');
    const [bucket] = bucketsOf(site, 'dumps');
    const expiry = bucket && rulesOf(bucket).find(({ Id }: { Id: string }) => Id === 'expire')?.ExpirationInDays;
    return [
      [job?.enabled && job.cron.weekDay === undefined, 'nothing dumps the database each day'],
      [expiry >= days, `dumps expire before ${days} days`],
      [
        // Where it is the second line, the first one's promise is not its own.
        rpoMinutes > minutesOfADay || !(store === 'database' && loss === 'snapshots'),
        'a dump is made once a day, and is whole some time after it began',
      ],
    ];
  },
  versions: (site, { store }, { days }) => [
    [bucketsOf(site, store).length === purposes[store]?.length, 'a bucket is missing'],
    ...bucketsOf(site, store).flatMap((bucket): Check[] => [
      [bucket.Properties.VersioningConfiguration?.Status === 'Enabled', `${bucket.logicalId} is not versioned`],
      [
        rulesOf(bucket).every(
          ({ NoncurrentVersionExpiration }: { NoncurrentVersionExpiration?: { NoncurrentDays: number } }) =>
            (NoncurrentVersionExpiration?.NoncurrentDays ?? days) >= days,
        ),
        `old versions in ${bucket.logicalId} go before ${days} days`,
      ],
    ]),
  ],
  vault: (site, { store }, { days }) => [
    [isDaily(planRule(site).ScheduleExpression), 'AWS Backup does not run each day'],
    [planRule(site).Lifecycle?.DeleteAfterDays >= days, `AWS Backup deletes before ${days} days`],
    [selects(site, store), 'AWS Backup does not select it'],
  ],
  'copy in the recovery region': (site, { store, rpoMinutes }, { days }) => {
    const { account, recoveryRegion } = environments[site.environment];
    const vault = `arn:aws:backup:${recoveryRegion}:${account}:backup-vault:${recoveryVaultName(site.environment)}`;
    const copy = (planRule(site).CopyActions ?? []).find(
      ({ DestinationBackupVaultArn }: { DestinationBackupVaultArn: string }) => DestinationBackupVaultArn === vault,
    );
    return [
      [isDaily(planRule(site).ScheduleExpression) && selects(site, store), 'AWS Backup does not select it each day'],
      [copy, `nothing is copied to ${vault}`],
      [copy?.Lifecycle?.DeleteAfterDays >= days, `the copies go before ${days} days`],
      [
        ofRecovery(site, 'AWS::Backup::BackupVault').some(
          ({ Properties }) => Properties.BackupVaultName === recoveryVaultName(site.environment),
        ),
        'the vault is not made',
      ],
      [rpoMinutes > planMinutes(site), 'a backup may be whole as late as its windows say, and is copied only then'],
    ];
  },
  'replication to the recovery region': (site, { store, rpoMinutes }, { minutes }) => {
    const env = environments[site.environment];
    const made = ofRecovery(site, 'AWS::S3::Bucket').map(({ Properties }) => Properties.BucketName);
    return [
      [rpoMinutes >= minutes, `replication takes up to ${minutes} minutes`],
      [
        purposes[store]?.every((purpose) => (replicatedPurposes as readonly string[]).includes(purpose)),
        'not all is replicated',
      ],
      ...bucketsOf(site, store).flatMap(({ logicalId, Properties }): Check[] => {
        const replica = `${Properties.BucketName}-replica`;
        const rule = Properties.ReplicationConfiguration?.Rules?.[0];
        return [
          [
            rule?.Status === 'Enabled' && rule.Destination.Bucket === `arn:aws:s3:::${replica}`,
            `${logicalId} is not replicated`,
          ],
          [
            rule?.Destination.ReplicationTime?.Time.Minutes <= minutes,
            `nothing says how late ${logicalId}'s replicas are`,
          ],
          [
            rule?.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled',
            `${logicalId} is encrypted, and S3 leaves that out of replication`,
          ],
          [
            rule?.Destination.EncryptionConfiguration?.ReplicaKmsKeyID ===
              `arn:aws:kms:${env.recoveryRegion}:${env.account}:alias/${recoveryKeyAlias(env.name)}`,
            `${logicalId}'s replicas are encrypted with no key of the recovery region`,
          ],
          [made.includes(replica), `${replica} is not made`],
        ];
      }),
      [replicatedPurposes.every((purpose) => made.includes(replicaBucketName(env, purpose))), 'a replica is not made'],
      [
        ofRecovery(site, 'AWS::KMS::Alias').some(
          ({ Properties }) => Properties.AliasName === `alias/${recoveryKeyAlias(env.name)}`,
        ),
        'the key of the recovery region is not made',
      ],
    ];
  },
  'secret replica': (site) => {
    const { recoveryRegion, name } = environments[site.environment];
    return [
      [
        secretOf(site)?.Properties.ReplicaRegions?.some(
          ({ Region, KmsKeyId }: { Region: string; KmsKeyId: string }) =>
            Region === recoveryRegion && KmsKeyId === `alias/${recoveryKeyAlias(name)}`,
        ),
        `the secret has no replica in ${recoveryRegion}`,
      ],
    ];
  },
  // Secrets Manager keeps it by itself, where nothing makes the secret anew.
  'version before': (site) => [[secretOf(site), 'there is no secret']],
  // S3 Standard, Glacier Instant Retrieval and Secrets Manager are in three zones; One Zone would not be.
  'three zones of the service': (site, { store }) =>
    bucketsOf(site, store).map((bucket) => [
      !JSON.stringify(rulesOf(bucket)).includes('ONEZONE'),
      `${bucket.logicalId} moves objects to a class of one zone`,
    ]),
};

const secretOf = (site: Site) =>
  ofType(site, 'AWS::SecretsManager::Secret').find(
    ({ Properties }) => Properties.Name === secretName(site.environment),
  );

/** @returns what is promised and cannot be kept, one sentence each */
export const broken = (site: Site, objectives: ReturnType<typeof recoveryObjectives>): string[] =>
  objectives.flatMap((objective) => {
    if (isGivenUp(objective)) return [];
    return objective.by.flatMap((means) =>
      (checks[means.kind] as (...all: [Site, Objective, Means]) => readonly Check[])(site, objective, means)
        .filter(([holds]) => !holds)
        .map(([, otherwise]) => `${objective.store}, ${objective.loss}: ${otherwise}.`),
    );
  });
