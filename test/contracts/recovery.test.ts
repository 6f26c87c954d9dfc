import { environments } from '../../lib/config/environments';
import { jobs } from '../../lib/config/jobs';
import { bucketPurposes } from '../../lib/config/names';
import { isGivenUp, losses, objectiveOf, recoveryObjectives, stores } from '../../lib/config/recovery';
import { type CfnResource, environmentNames } from '../deployed';
import { broken, purposes, siteOf } from './recovery-means';

type Properties = NonNullable<CfnResource['Properties']>;

describe.each(environmentNames)('in %s', (environment) => {
  const objectives = recoveryObjectives(environments[environment]);

  it('every objective is kept by what is deployed', () => {
    expect(broken(siteOf(environment), objectives)).toEqual([]);
  });

  it('nothing is left open: each store and each loss has an objective, or a reason why it has none', () => {
    const told = objectives.map(({ store, loss }) => `${store} ${loss}`);
    const wanted = Object.keys(stores).flatMap((store) =>
      Object.keys(losses)
        .filter((loss) => loss !== 'snapshots' || store === 'database')
        .map((loss) => `${store} ${loss}`),
    );
    expect(told.toSorted()).toEqual(wanted.toSorted());
  });

  it('every bucket of data belongs to a store', () => {
    // Access logs expire, and no user misses them.
    expect([...Object.values(purposes).flat(), 'access-logs'].toSorted()).toEqual([...bucketPurposes].toSorted());
  });
});

it('only where customers are, the loss of the region is no loss of everything', () => {
  const kept = environmentNames.filter((name) =>
    recoveryObjectives(environments[name]).some((each) => each.loss === 'region' && !isGivenUp(each)),
  );
  expect(kept).toEqual(['production']);
});

it('says what nobody has promised', () => {
  expect(() => objectiveOf(environments.staging, 'database', 'region')).toThrow(
    /^staging promises nothing for database/,
  );
});

/** What somebody might change, and the promise that breaks by it. */
const changes: readonly (readonly [
  what: string,
  type: string,
  change: (properties: Properties) => void,
  broken: string,
])[] = [
  [
    'backups of a week',
    'AWS::RDS::DBInstance',
    (it) => (it.BackupRetentionPeriod = 7),
    'database, mistake: RDS keeps no backups for 35 days.',
  ],
  ['no standby', 'AWS::RDS::DBInstance', (it) => (it.MultiAZ = false), 'database, zone: the instance has no standby.'],
  [
    'one Redis',
    'AWS::ElastiCache::ReplicationGroup',
    (it) => (it.NumCacheClusters = 1),
    'redis, zone: Redis has one node.',
  ],
  [
    'few snapshots',
    'AWS::ElastiCache::ReplicationGroup',
    (it) => (it.SnapshotRetentionLimit = 1),
    'redis, mistake: ElastiCache keeps no snapshots for 15 days.',
  ],
  [
    'a weekly plan',
    'AWS::Backup::BackupPlan',
    (it) => (it.BackupPlan.BackupPlanRule[0].ScheduleExpression = 'cron(0 18 ? * 1 *)'),
    'media, mistake: AWS Backup does not run each day.',
  ],
  [
    'a slow plan',
    'AWS::Backup::BackupPlan',
    (it) => (it.BackupPlan.BackupPlanRule[0].CompletionWindowMinutes = 720),
    'database, region: a backup may be whole as late as its windows say, and is copied only then.',
  ],
  [
    'no copy',
    'AWS::Backup::BackupPlan',
    (it) => delete it.BackupPlan.BackupPlanRule[0].CopyActions,
    'media, region: nothing is copied to arn:aws:backup:ap-south-2:000000000002:backup-vault:mr-mentor-production-recovery.',
  ],
  [
    'one bucket less',
    'AWS::Backup::BackupSelection',
    (it) => it.BackupSelection.Resources.pop(),
    'media, mistake: AWS Backup does not select it.',
  ],
  [
    'no versions',
    'AWS::S3::Bucket',
    (it) => (it.VersioningConfiguration = { Status: 'Suspended' }),
    'dumps, mistake: StorageDatabaseBackups885A3582 is not versioned.',
  ],
  [
    'versions of a week',
    'AWS::S3::Bucket',
    (it) =>
      (it.LifecycleConfiguration.Rules = [
        { Id: 'expire', ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
      ]),
    'documents, mistake: old versions in StorageInvoicesB6686B22 go before 90 days.',
  ],
  [
    'short-lived dumps',
    'AWS::S3::Bucket',
    (it) => (it.LifecycleConfiguration.Rules = [{ Id: 'expire', ExpirationInDays: 7 }]),
    'database, snapshots: dumps expire before 30 days.',
  ],
  [
    'a class of one zone',
    'AWS::S3::Bucket',
    (it) =>
      (it.LifecycleConfiguration.Rules = [
        { Id: 'expire', ExpirationInDays: 30, Transitions: [{ StorageClass: 'ONEZONE_IA' }] },
      ]),
    'media, zone: StorageRecordings413F2A04 moves objects to a class of one zone.',
  ],
  [
    'no replication',
    'AWS::S3::Bucket',
    (it) => delete it.ReplicationConfiguration,
    'documents, region: StorageInvoicesB6686B22 is not replicated.',
  ],
  [
    'encrypted objects left out',
    'AWS::S3::Bucket',
    (it) => it.ReplicationConfiguration && delete it.ReplicationConfiguration.Rules[0].SourceSelectionCriteria,
    'documents, region: StorageInvoicesB6686B22 is encrypted, and S3 leaves that out of replication.',
  ],
  [
    'no replica of the secret',
    'AWS::SecretsManager::Secret',
    (it) => delete it.ReplicaRegions,
    'secret, region: the secret has no replica in ap-south-2.',
  ],
];

it.each(changes)('would see %s', (_, type, change, sentence) => {
  const site = siteOf('production');
  const resources = site.resources.map((resource) => {
    if (resource.Type !== type) return resource;
    const copy = structuredClone(resource);
    change(copy.Properties);
    return copy;
  });
  expect(broken({ ...site, resources }, recoveryObjectives(environments.production))).toContain(sentence);
});

it('would see that nothing dumps the database', () => {
  const idle = { ...siteOf('production'), jobs: jobs.map((job) => ({ ...job, enabled: false })) };
  expect(broken(idle, recoveryObjectives(environments.production))).toContain(
    'database, snapshots: nothing dumps the database each day.',
  );
});

it('would see a promise that no configuration keeps', () => {
  const hasty = recoveryObjectives(environments.production).map((each) =>
    isGivenUp(each) ? each : { ...each, rpoMinutes: 0, rtoMinutes: 0 },
  );
  const sentences = broken(siteOf('production'), hasty).join('\n');
  for (const store of ['database', 'redis', 'media', 'documents']) expect(sentences).toContain(`${store}, `);
  expect(sentences).toContain('RDS restores to five minutes ago at the latest');
  expect(sentences).toContain('RDS takes up to two minutes to fail over');
  expect(sentences).toContain('a dump is made once a day');
});
