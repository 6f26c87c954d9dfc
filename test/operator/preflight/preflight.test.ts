import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateRuleCommand,
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateHostedZoneCommand, GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { EnvironmentConfig } from '../../../lib/config/environment';
import { environments } from '../../../lib/config/environments';
import { bucketName, databaseIdentifier, secretName } from '../../../lib/config/names';
import { type Moto, startMoto } from '../../../local/moto';
import type { State } from '../../../operator/preflight/answer';
import { listenerRules, targetGroupsOf } from '../../../operator/preflight/listener-rules';
import { checks, type PreflightFinding, preflight } from '../../../operator/preflight/preflight';
import { preflightText } from '../../../operator/preflight/report';
import { Site, type SiteProps } from '../../../operator/preflight/site';
import { generated } from '../../../operator/secrets/changes';
import { motoTests } from '../../moto';
import { AwsFront } from '../aws-front';
import { putImage } from '../images/ecr-images';
import { deployService } from './deployed';

/** What has tests of its own below. */
const withoutImage = checks.filter(({ title }) => title !== 'Image');

const moto = motoTests('The preflight was not tried.');
const account = '123456789012';
const region = 'ap-south-1';
const digest = `sha256:${'d'.repeat(64)}`;
const zoneName = 'myanalyticsschool.com';
const database = databaseIdentifier('staging');

let aws: Moto;
let front: AwsFront;
let config: EnvironmentConfig;
let nameServers: readonly string[];
/** As makeAccount has left it; it takes a second, and many tests change nothing in it. */
let isUntouched = false;
/** Past the front; whoever takes it is about to change something. */
function direct<T>(Service: new (configuration: { region: string; endpoint: string }) => T, where = region): T {
  isUntouched = false;
  return new Service({ region: where, endpoint: aws.url });
}

beforeAll(async () => {
  if (!moto.found) return;
  aws = await startMoto();
  front = await AwsFront.start(aws.url);
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: front.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' },
  });
});
afterAll(async () => {
  front?.stop();
  await aws?.stop();
});

const quota = (Value: number) => () => ({ Quota: { Value } });

beforeEach(async () => {
  if (!moto.found) return;
  front.reset();
  front.answers.set('GetServiceQuota', quota(64));
  front.answers.set('ListServiceDeployments', () => ({ serviceDeployments: [] }));
  if (!isUntouched) await makeAccount();
  isUntouched = true;
  ({ nameServers, config } = made);
});

let made: { readonly nameServers: readonly string[]; readonly config: EnvironmentConfig };

/** An account in which staging runs and everything is well. */
async function makeAccount(): Promise<void> {
  await fetch(`${aws.url}/moto-api/reset`, { method: 'POST' });
  const ssm = { Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String' as const };
  for (const each of [region, 'us-east-1']) await direct(SSMClient, each).send(new PutParameterCommand(ssm));

  const zone = await direct(Route53Client).send(
    new CreateHostedZoneCommand({ Name: zoneName, CallerReference: 'test' }),
  );
  const id = zone.HostedZone?.Id?.split('/').at(-1) ?? '';
  nameServers =
    (await direct(Route53Client).send(new GetHostedZoneCommand({ Id: id }))).DelegationSet?.NameServers ?? [];
  const hostedZone = { name: zoneName, id };
  config = {
    ...environments.staging,
    apiDomains: [{ name: `staging-api.${zoneName}`, hostedZone }],
    assetsDomain: { name: `staging-assets.${zoneName}`, hostedZone },
  };
  made = { nameServers, config };

  const { after } = generated('staging', { ADMIN_EMAIL: 'admin@myanalyticsschool.com' });
  const secret = { Name: secretName('staging'), SecretString: JSON.stringify(after) };
  await direct(SecretsManagerClient).send(new CreateSecretCommand(secret));

  await deployService(aws.url, 'staging');
  const live = (await production())?.live;
  const group = live && targetGroupsOf(live).find(({ Weight }) => Weight === 100);
  await register(group?.TargetGroupArn ?? '');

  await direct(RDSClient).send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: database, Engine: 'postgres', DBInstanceClass: 'db.t4g.small' },
      ...{ AllocatedStorage: 20, MasterUsername: 'mas_app', MasterUserPassword: 'password' },
    }),
  );
  await connectionsInUse(30);
  await direct(S3Client).send(
    new CreateBucketCommand({
      Bucket: backupBucket(),
      CreateBucketConfiguration: { LocationConstraint: region },
    }),
  );
  await backUp(new Date());
}

const instanceId = async () => {
  const run = { ImageId: 'ami-12c6146b', InstanceType: 't3.large' as const, MinCount: 1, MaxCount: 1 };
  return (await direct(EC2Client).send(new RunInstancesCommand(run))).Instances?.[0]?.InstanceId ?? '';
};
const registered: { group: string; id: string } = { group: '', id: '10.0.0.10' };
async function register(group: string): Promise<void> {
  registered.group = group;
  await direct(ElasticLoadBalancingV2Client).send(
    new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: registered.id, Port: 8000 }] }),
  );
}

const backupBucket = () => bucketName({ name: 'staging', account }, 'database-backups');
async function connectionsInUse(Value: number): Promise<void> {
  const Dimensions = [{ Name: 'DBInstanceIdentifier', Value: database }];
  const metric = { MetricName: 'DatabaseConnections', Dimensions, Value, Timestamp: new Date(Date.now() - 90_000) };
  await direct(CloudWatchClient).send(new PutMetricDataCommand({ Namespace: 'AWS/RDS', MetricData: [metric] }));
}

async function backUp(at: Date): Promise<void> {
  const stamp = at.toISOString();
  const key = `backups/mas/${stamp.slice(0, 4)}/${stamp.slice(5, 7)}/${stamp.replace(/[:.]/g, '-')}`;
  for (const Key of [`${key}.dump`, `${key}.manifest.json`])
    await direct(S3Client).send(new PutObjectCommand({ Bucket: backupBucket(), Key, Body: 'x' }));
}

const sites: Site[] = [];
function site(props: Partial<SiteProps> = {}): Site {
  const made = new Site({
    ...{ target: { environment: 'staging', account }, config, nameServers: async () => nameServers },
    ...props,
  });
  sites.push(made);
  return made;
}
afterEach(() => {
  for (const each of sites.splice(0)) each.close();
});

const named = (findings: readonly PreflightFinding[], title: string) => findings.find((each) => each.title === title);
const titlesOf = (findings: readonly PreflightFinding[], state: State) =>
  findings.filter((each) => each.state === state).map(({ title }) => title);

moto.it(`says that an environment is ready${moto.why}`, async () => {
  const findings = await preflight(site({ imageTag: digest }), withoutImage);
  expect(titlesOf(findings, 'passed')).toEqual(findings.map(({ title }) => title));
  expect(preflightText('staging', findings)).toMatch(/\n\nstaging is ready for a release\.$/);
  expect(named(findings, 'Database connections')?.detail).toBe('30 of 202 in use, a release takes 25 more');
});

interface Lack {
  /** What is the matter. */
  readonly with: string;
  readonly make: () => unknown;
  readonly check: string;
  readonly detail: RegExp;
  readonly remedy: RegExp;
  readonly state?: State;
}

const stacks = (status: string) =>
  front.rewrites.set('DescribeStacks', (answer) => answer.replace(/CREATE_COMPLETE/g, status));
const production = async () => {
  const rules = await listenerRules(site());
  return rules.find(({ logicalId }) => logicalId === 'WebReleaseProductionRule1');
};
async function weights(first: number, second: number): Promise<void> {
  const rule = await production();
  const [blue, green] = rule === undefined ? [] : targetGroupsOf(rule.live);
  const TargetGroups = [
    { TargetGroupArn: blue?.TargetGroupArn, Weight: first },
    { TargetGroupArn: green?.TargetGroupArn, Weight: second },
  ];
  const forward = { TargetGroups, TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 1 } };
  await direct(ElasticLoadBalancingV2Client).send(
    new ModifyRuleCommand({ RuleArn: rule?.live.RuleArn, Actions: [{ Type: 'forward', ForwardConfig: forward }] }),
  );
}
const store = (document: object) =>
  direct(SecretsManagerClient).send(
    new PutSecretValueCommand({ SecretId: secretName('staging'), SecretString: JSON.stringify(document) }),
  );
const underWay = () => {
  const serviceDeploymentArn = `arn:aws:ecs:${region}:${account}:service-deployment/cluster/web/1`;
  const deployment = { serviceDeploymentArn, status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME' };
  front.answers.set('ListServiceDeployments', () => ({ serviceDeployments: [deployment] }));
  front.answers.set('DescribeServiceDeployments', () => ({ serviceDeployments: [deployment] }));
};

const lacks: readonly Lack[] = [
  {
    with: 'a region that was not opted in to',
    make: () =>
      front.rewrites.set('DescribeRegions', (answer) => answer.replace('opt-in-not-required', 'not-opted-in')),
    ...{ check: 'Regions', detail: /^ap-south-1: the account has not opted in/, remedy: /Opt in/ },
  },
  {
    with: 'a region that is not bootstrapped',
    make: () =>
      direct(SSMClient, 'us-east-1').send(new DeleteParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' })),
    ...{ check: 'Bootstrap', detail: /^us-east-1 is not bootstrapped/ },
    remedy: /^npx cdk bootstrap aws:\/\/123456789012\/us-east-1$/,
  },
  {
    with: 'an old bootstrap',
    make: () =>
      direct(SSMClient).send(
        new PutParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version', Value: '5', Overwrite: true }),
      ),
    ...{ check: 'Bootstrap', detail: /^ap-south-1 has version 5, and 6 is the least/, remedy: /cdk bootstrap/ },
  },
  {
    with: 'credentials that may not deploy',
    make: () => front.fail('AssumeRole', 'AccessDeniedException', 99),
    ...{ check: 'Permissions', detail: /cdk-hnb659fds-deploy-role-123456789012-ap-south-1: / },
    remedy: /sts:AssumeRole on arn:aws:iam::123456789012:role\/cdk-hnb659fds-\*/,
  },
  {
    with: 'a quota that holds one colour only',
    make: () => front.answers.set('GetServiceQuota', ({ QuotaCode }) => quota(QuotaCode === 'L-1216C47A' ? 5 : 64)()),
    ...{ check: 'Quotas', detail: /^vCPUs of standard instances: 0 of 5 in use, a release takes 8 more\.$/ },
    remedy: /request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 8 /,
  },
  {
    with: 'vCPUs that somebody else has',
    async make() {
      front.answers.set('GetServiceQuota', quota(9));
      await instanceId();
    },
    ...{ check: 'Quotas', detail: /vCPUs of standard instances: 2 of 9 in use/, remedy: /--desired-value 10 / },
  },
  {
    with: 'a quota that AWS does not know',
    make() {
      const unknown = () => ({ __type: 'NoSuchResourceException', message: 'none' });
      front.answers.set('GetServiceQuota', unknown).set('GetAWSDefaultServiceQuota', unknown);
    },
    ...{
      check: 'Quotas',
      state: 'warned',
      detail: /AWS states no quota L-0263D0A3 here/,
      remedy: /list-service-quotas/,
    },
  },
  {
    with: 'a domain that is delegated elsewhere',
    make: () => (nameServers = ['ns1.registrar.example']),
    ...{ check: 'Domains and certificates', detail: /it is delegated to ns1\.registrar\.example/ },
    remedy: /^Delegate myanalyticsschool\.com to .*awsdns/,
  },
  {
    with: 'a hosted zone that is not there',
    make: () =>
      (config = { ...config, assetsDomain: { name: 'x.mrmentor.in', hostedZone: { name: 'mrmentor.in', id: 'Z1' } } }),
    ...{
      check: 'Domains and certificates',
      detail: /^mrmentor\.in: there is no hosted zone Z1/,
      remedy: /hostedZones in/,
    },
  },
  {
    with: 'a certificate that is not there',
    make() {
      const certificateArn = `arn:aws:acm:${region}:${account}:certificate/0b0f1bd8-0000-4000-8000-000000000000`;
      config = { ...config, assetsDomain: { name: 'x.mrmentor.in', certificateArn } };
    },
    ...{ check: 'Domains and certificates', detail: /^There is no certificate arn:/, remedy: /certificateArn/ },
  },
  {
    with: 'a domain that nobody has delegated yet',
    make: () => (config = { ...config, assetsDomain: { name: 'x.mrmentor.in', delegated: true } }),
    ...{
      check: 'Domains and certificates',
      state: 'warned',
      detail: /x\.mrmentor\.in: its hosted zone is made by the/,
    },
    remedy: /first-deployment/,
  },
  {
    with: 'an empty secret',
    make: () => store({}),
    ...{ check: 'Secret', detail: /^JWT_SECRET: |\nJWT_SECRET: /, remedy: /npm run secrets -- generate staging/ },
  },
  {
    with: 'a stack that is being deployed',
    make: () => stacks('UPDATE_IN_PROGRESS'),
    ...{ check: 'Stacks', detail: /^mr-mentor-staging-service is UPDATE_IN_PROGRESS: a deployment is/, remedy: /Wait/ },
  },
  {
    with: 'a stack that was left half rolled back',
    make: () => stacks('UPDATE_ROLLBACK_FAILED'),
    ...{ check: 'Stacks', detail: /is UPDATE_ROLLBACK_FAILED/, remedy: /npx cdk rollback 'staging\/service'/ },
  },
  {
    with: 'a release that bakes',
    make: underWay,
    ...{ check: 'Deployments', detail: /^web: IN_PROGRESS, BAKE_TIME\./, remedy: /release -- rollback staging/ },
  },
  {
    with: 'no target',
    make: () =>
      direct(ElasticLoadBalancingV2Client).send(
        new DeregisterTargetsCommand({ TargetGroupArn: registered.group, Targets: [{ Id: registered.id }] }),
      ),
    ...{ check: 'Live targets', detail: /^0 of 0 targets healthy, 1 at least/, remedy: /release -- status staging/ },
  },
  {
    with: 'a target that fails its health check',
    make: () => front.rewrites.set('DescribeTargetHealth', (answer) => answer.replace(/>healthy</, '>unhealthy<')),
    ...{
      check: 'Live targets',
      detail: /^0 of 1 targets healthy.*\n10\.0\.0\.10: unhealthy/,
      remedy: /smoke -- staging/,
    },
  },
  {
    with: 'traffic that is shared by the colours',
    make: () => weights(60, 40),
    ...{ check: 'Live targets', detail: /has all of the traffic: .* 60, .* 40/, remedy: /changed by hand/ },
  },
  {
    with: 'weights that were changed by hand',
    make: () => weights(60, 40),
    ...{
      check: 'Listener rules',
      detail: /^WebReleaseProductionRule1: weights: 60 to 40/,
      remedy: /never by cdk deploy --revert-drift/,
    },
  },
  {
    with: 'a rule that somebody made',
    async make() {
      const ListenerArn = (await production())?.live.RuleArn?.replace('listener-rule', 'listener').replace(
        /\/[^/]+$/,
        '',
      );
      const Conditions = [{ Field: 'path-pattern', Values: ['/api/*'] }];
      const Actions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '503' } }];
      await direct(ElasticLoadBalancingV2Client).send(
        new CreateRuleCommand({ ListenerArn, Priority: 1, Conditions, Actions }),
      );
    },
    ...{ check: 'Listener rules', detail: /^priority 1: it is in no template/, remedy: /by hand/ },
  },
  {
    with: 'a database that is full of connections',
    make: () => connectionsInUse(190),
    ...{
      check: 'Database connections',
      detail: /^190 of 202 in use, a release takes 25 more/,
      remedy: /pg_stat_activity/,
    },
  },
  {
    with: 'a database that is being changed',
    make: () => front.rewrites.set('DescribeDBInstances', (answer) => answer.replace('available', 'modifying')),
    ...{ check: 'Database connections', detail: /^mr-mentor-staging is modifying/, remedy: /describe-events/ },
  },
  {
    with: 'a point in time that is long ago',
    make: () =>
      front.rewrites.set('DescribeDBInstances', (answer) =>
        answer.replace(/<LatestRestorableTime>[^<]*/, '<LatestRestorableTime>2020-01-01T00:00:00Z'),
      ),
    ...{ check: 'Backups', detail: /^RDS can restore to \d+ min ago, no later\.$/, remedy: /automated backups/ },
  },
];

moto.it.each(lacks.map((lack) => [lack.with, lack] as const))(
  `says how to mend %s${moto.why}`,
  async (_, { make, check, detail, remedy, state = 'failed' }) => {
    await make();
    const findings = await preflight(
      site({ imageTag: digest }),
      checks.filter(({ title }) => title === check),
    );
    expect(named(findings, check)).toMatchObject({
      ...{ state, detail: expect.stringMatching(detail), remedy: expect.stringMatching(remedy) },
    });
  },
);

const ofImage = async (imageTag: string) => {
  const [image] = (await preflight(site({ imageTag }), imageOnly)).filter(({ title }) => title === 'Image');
  return image;
};
const imageOnly = checks.filter(({ title }) => title === 'Image');
const scanned = (counts: Readonly<Record<string, number>>, status = 'COMPLETE') =>
  front.answers.set('DescribeImageScanFindings', () => ({
    imageScanStatus: { status },
    imageScanFindings: {
      findingSeverityCounts: counts,
      findings: Object.keys(counts).map((severity) => ({
        ...{ name: 'CVE-2026-1234', severity },
        attributes: [{ key: 'package_name', value: 'openssl' }],
      })),
    },
  }));

moto.it(`judges the image that is to be released${moto.why}`, async () => {
  const image = await putImage(front, direct(ECRClient), { tag: 'main-1a2b3c4' });
  scanned({ HIGH: 2 });
  for (const name of ['main-1a2b3c4', image.digest])
    expect(await ofImage(name)).toMatchObject({ state: 'passed', detail: expect.stringContaining('linux/amd64') });

  scanned({ CRITICAL: 1, HIGH: 2 });
  expect(await ofImage(image.digest)).toMatchObject({
    ...{ state: 'failed', detail: 'ECR has found critical vulnerabilities: CVE-2026-1234 in openssl' },
    remedy: expect.stringContaining('image -- verify sha256:'),
  });
  scanned({}, 'IN_PROGRESS');
  expect(await ofImage(image.digest)).toMatchObject({
    state: 'warned',
    detail: expect.stringContaining('IN_PROGRESS'),
  });

  scanned({});
  await putImage(front, direct(ECRClient), { tag: 'main-2b3c4d5', architecture: 'arm64' });
  expect(await ofImage('main-2b3c4d5')).toMatchObject({
    ...{ state: 'failed', detail: 'It is for linux/arm64, and the hosts are linux/amd64.' },
    remedy: expect.stringContaining('--platform linux/amd64'),
  });
  for (const [name, detail] of [
    ['main-3c4d5e6', 'There is no main-3c4d5e6 in mr-mentor-backend of account 123456789012.'],
    ['nowhere:main-1a2b3c4', 'There is no main-1a2b3c4 in nowhere of account 123456789012.'],
    ['latest', 'latest can move to another image, and staging takes pinned images only.'],
    ['a b', 'a b is neither a tag nor a digest.'],
  ] as const)
    expect(await ofImage(name)).toMatchObject({ state: 'failed', detail });
});

moto.it(`finds a backup too old${moto.why}`, async () => {
  const tomorrow = () => new Date(Date.now() + 30 * 3_600_000);
  const findings = await preflight(site({ now: tomorrow }), withoutImage);
  expect(named(findings, 'Backups')).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/The newest backup, backups\/mas\/.*\.dump, is 30 h old\./),
    remedy: expect.stringContaining('npm run backup -- now staging'),
  });
});

moto.it(`asks nothing else in another account${moto.why}`, async () => {
  front.actions.length = 0;
  const findings = await preflight(site({ target: { environment: 'staging', account: '210987654321' } }));
  expect(titlesOf(findings, 'failed')).toEqual(['Account']);
  expect(titlesOf(findings, 'skipped')).toHaveLength(findings.length - 1);
  expect(named(findings, 'Account')?.detail).toContain('of account 123456789012, and staging is in 210987654321');
  expect(front.actions).toEqual(['GetCallerIdentity']);
});

moto.it(`takes what could not be asked for a failure${moto.why}`, async () => {
  front.fail('DescribeAddresses', 'ThrottlingException', 99);
  front.fail('GetSecretValue', 'AccessDeniedException', 99);
  const findings = await preflight(site(), withoutImage);
  expect(titlesOf(findings, 'failed')).toEqual(['Quotas', 'Secret']);
  expect(named(findings, 'Secret')).toMatchObject({
    detail: expect.stringMatching(/^It could not be asked: GetSecretValue was not to be/),
    remedy: expect.stringContaining('Use a role that may'),
  });
});

moto.it(`takes a change set that nobody has executed for no deployment${moto.why}`, async () => {
  stacks('REVIEW_IN_PROGRESS');
  const findings = await preflight(
    site(),
    checks.filter(({ title }) => title === 'Stacks'),
  );
  expect(named(findings, 'Stacks')).toMatchObject({
    ...{ state: 'passed', detail: expect.stringContaining('service: not there yet') },
  });
});

moto.it(`leaves out what it is told to${moto.why}`, async () => {
  await store({});
  const findings = await preflight(site({ leaveOut: ['secret', 'listener-rules'] }), withoutImage);
  expect(titlesOf(findings, 'skipped')).toEqual(['Secret', 'Listener rules']);
  expect(titlesOf(findings, 'failed')).toEqual([]);
  expect(front.actions).not.toContain('GetSecretValue');
});

moto.it(`looks at no service where there is none yet${moto.why}`, async () => {
  const demo = { ...environments.demo, apiDomains: config.apiDomains, assetsDomain: config.assetsDomain };
  const findings = await preflight(site({ target: { environment: 'demo', account }, config: demo }), withoutImage);
  expect(titlesOf(findings, 'skipped')).toEqual([
    ...['Deployments', 'Live targets', 'Listener rules', 'Database connections', 'Backups'],
  ]);
  expect(named(findings, 'Secret')).toMatchObject({
    ...{
      state: 'failed',
      detail: 'There is no secret mr-mentor-backend/demo.',
      remedy: "npx cdk deploy 'demo/secrets'",
    },
  });
});
