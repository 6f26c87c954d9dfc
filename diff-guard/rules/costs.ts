import type { ResourceChange } from '../compare/change';

/** Properties whose change shows on the bill, by type. */
const sizes: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': ['MaxCapacity', 'MinCapacity'],
  'AWS::AutoScaling::AutoScalingGroup': ['MaxSize', 'MinSize', 'DesiredCapacity', 'MixedInstancesPolicy'],
  'AWS::EC2::LaunchTemplate': ['LaunchTemplateData.InstanceType', 'LaunchTemplateData.BlockDeviceMappings'],
  'AWS::ECS::Service': ['DesiredCount'],
  'AWS::ECS::TaskDefinition': ['Cpu', 'Memory', 'ContainerDefinitions'],
  'AWS::ElastiCache::ReplicationGroup': ['CacheNodeType', 'NumCacheClusters', 'NumNodeGroups', 'ReplicasPerNodeGroup'],
  'AWS::Lambda::Function': ['MemorySize'],
  'AWS::RDS::DBInstance': [
    'AllocatedStorage',
    'DBInstanceClass',
    'Iops',
    'MaxAllocatedStorage',
    'MultiAZ',
    'PerformanceInsightsRetentionPeriod',
    'StorageType',
  ],
};

/** Of a list of containers, only their sizes cost something. */
const containerSize = /\.(Cpu|Memory|MemoryReservation)$/;

/** What is paid by the hour as soon as it is there. */
const hourly = new Set([
  'AWS::EC2::EIP',
  'AWS::EC2::NatGateway',
  'AWS::EC2::VPCEndpoint',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::RDS::DBInstance',
  'AWS::WAFv2::WebACL',
]);

/** What changes in cost, as `property: before → after`. */
export function costsOf({ type, impact, properties, movedFrom, movedTo, after, before }: ResourceChange): string[] {
  const isFree = (after ?? before)?.Properties?.VpcEndpointType === 'Gateway';
  if (impact === 'create') return hourly.has(type) && !movedFrom && !isFree ? ['one more'] : [];
  if (impact === 'destroy') return hourly.has(type) && !movedTo && !isFree ? ['one less'] : [];
  const paths = sizes[type] ?? [];
  return properties
    .flatMap(({ leaves }) => leaves)
    .filter(({ path }) => {
      const listed = paths.find((each) => path === each || path.startsWith(`${each}.`));
      return listed !== undefined && (listed !== 'ContainerDefinitions' || containerSize.test(path));
    })
    .map(
      ({ path, before, after }) => `${path}: ${JSON.stringify(before) ?? 'none'} → ${JSON.stringify(after) ?? 'none'}`,
    );
}
