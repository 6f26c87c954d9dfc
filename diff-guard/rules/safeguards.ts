import type { Resource } from '../assembly/guarded-stack';
import { at, listOf } from '../compare/json-value';
import { attribute, number, objects, on, property } from './measures';
import type { Strength } from './strength';

/** 1 for what is exactly this. */
const is = (value: unknown, wanted: unknown): number => (value === wanted ? 1 : 0);

const containers = (task: Resource) => objects(property(task, 'ContainerDefinitions'));

/** Policies of TLS by the oldest version that they take; the name says it. */
const oldestTls = (policy: unknown): number =>
  /TLS13-1-3/.test(String(policy)) ? 3 : /TLS13-1-2|TLS-1-2/.test(String(policy)) ? 2 : 1;

const named = (type: string, of: (resource: Resource) => Readonly<Record<string, number>>): Strength => ({
  ...{ rule: 'safeguard-weakened', type: new RegExp(`^${type}$`), absent: 0, of },
});

/** What nobody looks at any more once it is gone. */
const watching = (type: string): Strength => ({ ...named(type, () => ({ 'it is there': 1 })), whenRemoved: true });

/** What keeps a mistake or a failure small. Without it nothing is lost today. */
export const safeguards: readonly Strength[] = [
  named('AWS::RDS::DBInstance', (database) => ({
    'a standby takes over': on(property(database, 'MultiAZ')),
    'RDS rotates the password': on(property(database, 'ManageMasterUserPassword')),
  })),
  named('AWS::ElastiCache::ReplicationGroup', (group) => ({
    'a replica takes over': on(property(group, 'AutomaticFailoverEnabled')),
    'a zone may fail': on(property(group, 'MultiAZEnabled')),
  })),
  named('AWS::ElastiCache::ParameterGroup', (group) => ({
    'jobs are never evicted': is(objects(property(group, 'Properties'))[0]?.['maxmemory-policy'], 'noeviction'),
  })),
  named('AWS::ECS::Service', (service) => {
    const deployment = property(service, 'DeploymentConfiguration');
    return {
      'blue-green': is(at(deployment, 'Strategy'), 'BLUE_GREEN'),
      'minutes of bake': number(at(deployment, 'BakeTimeInMinutes') ?? 0),
      'hooks that test a release': listOf(at(deployment, 'LifecycleHooks')).length,
      'alarms take a release back': on(at(deployment, 'Alarms.Enable')) * on(at(deployment, 'Alarms.Rollback')),
      'the circuit breaker takes a release back': on(at(deployment, 'DeploymentCircuitBreaker.Rollback')),
      'alarms on a release': listOf(at(deployment, 'Alarms.AlarmNames')).length,
    };
  }),
  named('AWS::CloudWatch::Alarm', (alarm) => ({
    'it tells somebody': on(property(alarm, 'ActionsEnabled') ?? true) * listOf(property(alarm, 'AlarmActions')).length,
  })),
  watching('AWS::CloudWatch::Alarm'),
  watching('AWS::EC2::FlowLog'),
  watching('AWS::Logs::LogGroup'),
  watching('AWS::SNS::Subscription'),
  watching('AWS::Budgets::Budget'),
  watching('AWS::WAFv2::LoggingConfiguration'),
  named('AWS::ElasticLoadBalancingV2::Listener', (listener) => ({
    'oldest TLS (3 is 1.3)': oldestTls(property(listener, 'SslPolicy')),
    'unknown hosts get a fixed answer': is(objects(property(listener, 'DefaultActions'))[0]?.Type, 'fixed-response'),
    'and it is an error': Number(
      /^[45]/.test(String(at(objects(property(listener, 'DefaultActions'))[0], 'FixedResponseConfig.StatusCode'))),
    ),
  })),
  named('AWS::ElasticLoadBalancingV2::LoadBalancer', (balancer) => ({
    'malformed headers are dropped': on(
      attribute(balancer, 'LoadBalancerAttributes', 'routing.http.drop_invalid_header_fields.enabled'),
    ),
    'requests are logged': on(attribute(balancer, 'LoadBalancerAttributes', 'access_logs.s3.enabled')),
  })),
  named('AWS::EC2::LaunchTemplate', (template) => {
    const metadata = property(template, 'LaunchTemplateData.MetadataOptions');
    return {
      'IMDSv2 is required': is(at(metadata, 'HttpTokens'), 'required'),
      'containers do not reach the host’s role': is(at(metadata, 'HttpPutResponseHopLimit'), 1),
    };
  }),
  named('AWS::ECS::TaskDefinition', (task) => ({
    'no container is privileged': 1 - Math.max(0, ...containers(task).map(({ Privileged }) => on(Privileged))),
    'the root file system is read-only': Math.min(
      1,
      ...containers(task).map((each) => on(each.ReadonlyRootFilesystem)),
    ),
    'origins of browsers are named': containers(task).some(({ Environment }) =>
      objects(Environment).some(({ Name, Value }) => Name === 'CORS_ALLOWED_ORIGINS' && String(Value).includes('*')),
    )
      ? 0
      : 1,
  })),
  named('AWS::ECR::Repository', (repository) => ({
    'a tag stays what it is': is(property(repository, 'ImageTagMutability'), 'IMMUTABLE'),
    'images are scanned': on(property(repository, 'ImageScanningConfiguration.ScanOnPush')),
  })),
  named('AWS::CloudFront::Distribution', (distribution) => ({
    'origins that only it may read': objects(property(distribution, 'DistributionConfig.Origins')).filter(
      ({ OriginAccessControlId }) => OriginAccessControlId !== undefined,
    ).length,
    'HTTPS alone': Number(
      property(distribution, 'DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy') !== 'allow-all',
    ),
    'a web ACL': Number(property(distribution, 'DistributionConfig.WebACLId') !== undefined),
  })),
  // Thirty days unless stated.
  named('AWS::KMS::Key', (key) => ({
    'days to regret its deletion': number(property(key, 'PendingWindowInDays') ?? 30),
  })),
  named('AWS::S3::Bucket', (bucket) => ({
    'origins of browsers are named': objects(property(bucket, 'CorsConfiguration.CorsRules')).some(
      ({ AllowedOrigins }) => listOf(AllowedOrigins).includes('*'),
    )
      ? 0
      : 1,
    'access is logged': Number(property(bucket, 'LoggingConfiguration') !== undefined),
  })),
  named('AWS::WAFv2::WebACL', (acl) =>
    Object.fromEntries(objects(property(acl, 'Rules')).map(({ Name }) => [`rule ${Name}`, 1])),
  ),
];
