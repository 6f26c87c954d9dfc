import { type Block, estimate } from '../../../cost/estimate';
import { priceList } from '../../../cost/price-list';
import type { Properties } from '../../../diff-guard/assembly/guarded-stack';
import { linesOf } from '../deployed-estimate';
import { draftStack } from '../draft';

type Resources = Parameters<typeof draftStack>[0];
const priced = (...stacks: ReturnType<typeof draftStack>[]): Block => {
  const [block] = estimate(stacks, priceList);
  if (block === undefined) throw new Error('no block');
  return block;
};
const labels = (resources: Resources) => linesOf(priced(draftStack(resources))).map(({ label }) => label);
const line = (block: Block, label: string) => {
  const found = linesOf(block).find((each) => each.label === label);
  if (found === undefined)
    throw new Error(
      `no line "${label}" in: ${linesOf(block)
        .map((each) => each.label)
        .join('; ')}`,
    );
  return found;
};
const gapsOf = (resources: Resources) => priced(draftStack(resources)).gaps;

const metric = (id: string, period = 60) => ({ Id: id, MetricStat: { Period: period } });

it('charges an alarm for each metric that it reads', () => {
  const block = priced(
    draftStack({
      Plain: ['AWS::CloudWatch::Alarm', { MetricName: 'CPUUtilization', Period: 300 }],
      Math: ['AWS::CloudWatch::Alarm', { Metrics: [{ Expression: 'a + b' }, metric('a'), metric('b')] }],
      Band: ['AWS::CloudWatch::Alarm', { Metrics: [{ Expression: 'ANOMALY_DETECTION_BAND(a)' }, metric('a')] }],
      Fast: ['AWS::CloudWatch::Alarm', { MetricName: 'CPUUtilization', Period: 10 }],
    }),
  );
  expect(line(block, 'Metrics of alarms: 6').usd).toBe(0.6);
  expect(line(block, 'Metrics of fast alarms: 1').usd).toBe(0.3);
});

it('prices composite alarms, dashboards, metrics of logs, and the alarms that scaling makes', () => {
  expect(
    labels({
      Composite: ['AWS::CloudWatch::CompositeAlarm'],
      Dashboard: ['AWS::CloudWatch::Dashboard'],
      Filter: ['AWS::Logs::MetricFilter', { MetricTransformations: [{}] }],
      Tracking: ['AWS::ApplicationAutoScaling::ScalingPolicy', { TargetTrackingScalingPolicyConfiguration: {} }],
      Steps: ['AWS::ApplicationAutoScaling::ScalingPolicy', { StepScalingPolicyConfiguration: {} }],
    }),
  ).toEqual([
    ...['Dashboards: 1', 'Composite alarms: 1', 'Metrics that are read out of logs: 1', 'Metrics of alarms: 2'],
  ]);
});

it('prices what is in another region there, and says so', () => {
  const edge = draftStack(
    { Acl: ['AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT', Rules: [{}, {}] }] },
    { region: 'us-east-1' },
  );
  const block = priced(draftStack({ A: ['AWS::IAM::Role'] }), draftStack({ B: ['AWS::IAM::Role'] }), edge);
  expect(line(block, 'Rules of web firewalls: 2, in us-east-1').usd).toBe(2);
});

it('knows that gateway endpoints cost nothing', () => {
  const block = priced(draftStack({ S3: ['AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }] }));
  expect([linesOf(block), block.gaps]).toEqual([[], []]);
  expect(block.free).toEqual([{ free: 'AWS::EC2::VPCEndpoint', why: 'gateway endpoints cost nothing', count: 1 }]);
});

const replicated: Properties = {
  BucketName: 'mr-mentor-production-recordings-1',
  LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Transitions: [{ StorageClass: 'GLACIER_IR' }] }] },
  ReplicationConfiguration: { Rules: [{ Status: 'Enabled', Destination: { ReplicationTime: { Status: 'Enabled' } } }] },
};

it('prices a bucket, its archive, its replica in a recovery region, and the way there', () => {
  const replica = {
    BucketName: { 'Fn::Join': ['-', ['mr-mentor-production-recordings-replica', { Ref: 'AWS::AccountId' }]] },
  };
  const block = priced(
    draftStack({ Source: ['AWS::S3::Bucket', replicated], Key: ['AWS::KMS::Key'], Role: ['AWS::IAM::Role'] }),
    draftStack({}, {}),
    draftStack({ Replica: ['AWS::S3::Bucket', replica] }, { region: 'ap-south-2' }),
  );
  // 1,500 GB, of which 60 % are archived and 5 % are new each month.
  expect(line(block, 'Storage (recordings)').usd).toBe(600 * 0.025);
  expect(line(block, 'Storage, archived (recordings)').usd).toBe(900 * 0.005);
  expect(line(block, 'Copying to another region (recordings)').usd).toBeCloseTo(75 * 0.086);
  expect(line(block, 'Copying within a quarter of an hour (recordings)').usd).toBe(1.13);
  expect(line(block, 'Storage (recordings), in ap-south-2').usd).toBe(1500 * 0.025);
  expect(block.gaps).toEqual([]);
});

it('prices replicas of secrets, and the password that RDS keeps', () => {
  const block = priced(
    draftStack({
      Secret: ['AWS::SecretsManager::Secret', { ReplicaRegions: [{ Region: 'ap-south-2' }] }],
      Database: ['AWS::RDS::DBInstance', { ManageMasterUserPassword: true }],
    }),
  );
  expect(line(block, 'Secrets: 2').usd).toBe(0.8);
  expect(line(block, 'Secrets: 1, in ap-south-2').usd).toBe(0.4);
});

const plan = (rule: Properties, resources: unknown): Resources => ({
  Plan: ['AWS::Backup::BackupPlan', { BackupPlan: { BackupPlanRule: [rule] } }],
  Selection: [
    'AWS::Backup::BackupSelection',
    { BackupPlanId: { 'Fn::GetAtt': ['Plan', 'BackupPlanId'] }, BackupSelection: { Resources: resources } },
  ],
  Vault: ['AWS::Backup::BackupVault'],
});
const arn = 'arn:aws:rds:ap-south-1:000000000002:db:mr-mentor-production';

it('prices backups, and their copies where they are', () => {
  const copy = {
    DestinationBackupVaultArn: 'arn:aws:backup:ap-south-2:1:backup-vault:v',
    Lifecycle: { DeleteAfterDays: 7 },
  };
  const block = priced(draftStack(plan({ Lifecycle: { DeleteAfterDays: 35 }, CopyActions: [copy] }, [arn])));
  // 60 GB, of which 2 change each day.
  expect(line(block, 'Backups of the database, 35 days').usd).toBe(12.35);
  expect(line(block, 'Backup copies of the database, 7 days, in ap-south-2').usd).toBe(7.03);
  expect(line(block, 'Copying backups of the database').usd).toBeCloseTo(60 * 0.086);
});

const instance = (properties: Properties): Resources => ({
  Database: [
    'AWS::RDS::DBInstance',
    { DBInstanceClass: 'db.m7g.large', Engine: 'postgres', AllocatedStorage: '100', StorageType: 'gp3', ...properties },
  ],
});

it.each<[string, Resources, string]>([
  [
    'a class that only CloudFormation knows',
    instance({ DBInstanceClass: { Ref: 'Class' } }),
    'DBInstanceClass or Engine is missing or known',
  ],
  [
    'a class without a price',
    instance({ DBInstanceClass: 'db.r8g.large' }),
    'no price "rds/postgres/db.r8g.large" for ap-south-1',
  ],
  ['another engine', instance({ Engine: 'mysql' }), 'no price "rds/mysql/db.m7g.large"'],
  ['another storage', instance({ StorageType: 'io2' }), 'no price "rds/storage/io2"'],
  ['speed of storage', instance({ Iops: 12_000 }), 'Iops or StorageThroughput is stated'],
  [
    'longer Performance Insights',
    instance({ EnablePerformanceInsights: true, PerformanceInsightsRetentionPeriod: 731 }),
    'only 7 days are free',
  ],
  [
    'a group without a launch template',
    { Group: ['AWS::AutoScaling::AutoScalingGroup', { MinSize: '1' }] },
    'the instance type of its launch template',
  ],
  [
    'a network load balancer',
    { Balancer: ['AWS::ElasticLoadBalancingV2::LoadBalancer', { Type: 'network' }] },
    'only application load balancers are priced',
  ],
  ['a bucket of an unknown purpose', { Sandbox: ['AWS::S3::Bucket'] }, 'nobody has said how much it holds'],
  ['a plan that selects by tags', plan({}, undefined), 'Resources, which tags choose, is missing'],
  [
    'a backup of something else',
    plan({}, ['arn:aws:dynamodb:ap-south-1:1:table/t']),
    'nobody has said how much it holds',
  ],
  [
    'a copy to who knows where',
    plan({ CopyActions: [{ DestinationBackupVaultArn: { Ref: 'Vault' } }] }, [arn]),
    'the region of the vault that its plan copies to',
  ],
  [
    'rules that cost extra',
    { Acl: ['AWS::WAFv2::WebACL', { Rules: [{ Name: 'Bots', Statement: 'AWSManagedRulesBotControlRuleSet' }] }] },
    'charges for its rule group',
  ],
  [
    'text messages',
    { Subscription: ['AWS::SNS::Subscription', { Protocol: 'sms' }] },
    'only mail, web hooks, functions and queues are priced',
  ],
  [
    'a parameter of the advanced tier',
    { Parameter: ['AWS::SSM::Parameter', { Tier: 'Advanced' }] },
    'only the standard tier costs nothing',
  ],
  [
    'logs of another class',
    { Logs: ['AWS::Logs::LogGroup', { LogGroupClass: 'INFREQUENT_ACCESS' }] },
    'only the standard class is priced',
  ],
  [
    'a flow log to a bucket',
    { Flow: ['AWS::EC2::FlowLog', { LogDestinationType: 's3' }] },
    'only flow logs in CloudWatch are priced',
  ],
])('says that it does not price %s, and what to do', (_, resources, why) => {
  const gaps = gapsOf(resources);
  expect(gaps.map((gap) => gap.why).join('; ')).toContain(why);
  for (const { remedy } of gaps) expect(remedy).toMatch(/cost\/|add it there/);
});

it('prices what buckets and containers measure, which no resource shows', () => {
  const block = priced(
    draftStack({
      Measured: [
        'AWS::S3::Bucket',
        { BucketName: 'mr-mentor-demo-recordings-1', MetricsConfigurations: [{ Id: 'EntireBucket' }] },
      ],
      AlsoMeasured: [
        'AWS::S3::Bucket',
        { BucketName: 'mr-mentor-demo-courses-1', MetricsConfigurations: [{ Id: 'EntireBucket' }] },
      ],
      Unmeasured: ['AWS::S3::Bucket', { BucketName: 'mr-mentor-demo-invoices-1' }],
      Web: ['AWS::ECS::Service', {}],
      Worker: ['AWS::ECS::Service', {}],
    }),
  );
  // Twice ten and seventy metrics, at 0.30 each.
  expect(line(block, 'Request metrics of buckets').usd).toBe(6);
  expect(line(block, 'Metrics that the container writes').usd).toBe(21);
});
