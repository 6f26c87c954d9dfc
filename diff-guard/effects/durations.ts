/** How long a deployment takes over a change of one resource, as an order of magnitude. */
export const durations = ['seconds', 'minutes', 'tens of minutes', 'an hour or more'] as const;
export type Duration = (typeof durations)[number];

interface DurationRow {
  readonly type: string;
  /** Properties whose change takes this long. @default - any */
  readonly properties?: readonly string[];
  readonly impact: 'create' | 'update' | 'remove';
  readonly duration: Duration;
  readonly reason: string;
}

/** The first row that fits; what no row names is done in seconds. From AWS's documentation of each service. */
const rows: readonly DurationRow[] = [
  ...row(
    'AWS::RDS::DBInstance',
    'create',
    'tens of minutes',
    'An instance is provisioned, backed up and made Multi-AZ.',
  ),
  ...row('AWS::RDS::DBInstance', 'remove', 'tens of minutes', 'A final snapshot is taken first.'),
  ...row(
    'AWS::RDS::DBInstance',
    'update',
    'an hour or more',
    'Storage is optimised for hours, and refuses other changes.',
    ['AllocatedStorage', 'StorageType', 'Iops'],
  ),
  ...row('AWS::RDS::DBInstance', 'update', 'tens of minutes', 'Hardware, engine or standby are exchanged.', [
    'DBInstanceClass',
    'EngineVersion',
    'MultiAZ',
    'CACertificateIdentifier',
  ]),
  ...row('AWS::RDS::DBInstance', 'update', 'minutes', 'The instance is modified, and waited for.'),
  ...row(
    'AWS::ElastiCache::ReplicationGroup',
    'create',
    'tens of minutes',
    'Nodes are provisioned one after the other.',
  ),
  ...row(
    'AWS::ElastiCache::ReplicationGroup',
    'update',
    'tens of minutes',
    'Nodes are exchanged one after the other.',
    ['CacheNodeType', 'EngineVersion', 'NumCacheClusters', 'TransitEncryptionMode', 'TransitEncryptionEnabled'],
  ),
  ...row('AWS::ElastiCache::ReplicationGroup', 'update', 'minutes', 'The group is modified, and waited for.'),
  ...row('AWS::ElastiCache::ReplicationGroup', 'remove', 'tens of minutes', 'A final snapshot is taken first.'),
  ...row('AWS::CloudFront::Distribution', 'create', 'minutes', 'Every edge location learns of it.'),
  ...row('AWS::CloudFront::Distribution', 'update', 'minutes', 'Every edge location learns of it.'),
  ...row(
    'AWS::CloudFront::Distribution',
    'remove',
    'tens of minutes',
    'It is disabled everywhere before it is deleted.',
  ),
  ...row('AWS::CertificateManager::Certificate', 'create', 'tens of minutes', 'It waits for its validation in DNS.'),
  ...row(
    'AWS::ECS::Service',
    'update',
    'tens of minutes',
    'A deployment, and where it is blue-green, the whole bake.',
    ['TaskDefinition', 'DeploymentConfiguration', 'LoadBalancers', 'NetworkConfiguration', 'CapacityProviderStrategy'],
  ),
  ...row('AWS::ECS::Service', 'create', 'minutes', 'Its tasks have to become healthy.'),
  ...row('AWS::ECS::Service', 'remove', 'minutes', 'Its tasks drain.'),
  ...row('AWS::ElasticLoadBalancingV2::LoadBalancer', 'create', 'minutes', 'Nodes start in every zone.'),
  ...row('AWS::AutoScaling::AutoScalingGroup', 'create', 'minutes', 'Hosts start.'),
  ...row('AWS::AutoScaling::AutoScalingGroup', 'remove', 'minutes', 'Hosts are drained and end.'),
  ...row('AWS::EC2::NatGateway', 'create', 'minutes', 'A gateway is provisioned.'),
  ...row('AWS::EC2::NatGateway', 'remove', 'minutes', 'A gateway is given up.'),
  ...row('AWS::EC2::VPCEndpoint', 'create', 'minutes', 'Interfaces and private DNS are made.'),
  ...row('AWS::Lambda::Function', 'remove', 'tens of minutes', 'Lambda gives its interfaces in a VPC back late.'),
];

function row(
  type: string,
  impact: DurationRow['impact'],
  duration: Duration,
  reason: string,
  properties?: readonly string[],
): DurationRow[] {
  return [{ type, impact, duration, reason, properties }];
}

export function durationOf(type: string, impact: DurationRow['impact'], properties: readonly string[]): Duration {
  const fits = (each: DurationRow) =>
    each.type === type &&
    each.impact === impact &&
    (each.properties === undefined || each.properties.some((name) => properties.includes(name)));
  return rows.find(fits)?.duration ?? 'seconds';
}

export const longest = (all: readonly Duration[]): Duration =>
  durations[Math.max(0, ...all.map((each) => durations.indexOf(each)))] ?? 'seconds';
