import type { Stack } from './cloud-assembly';
import { resolverOf } from './resolver';
import { resourcesOf } from './resources';

export interface HostNames {
  readonly database: string;
  readonly cache: string;
  readonly loadBalancer: string;
}

/** As AWS would name them, but for the parts that stand for an account: something has to resolve them to the loopback. */
export function hostNamesOf(stacks: readonly Stack[]): HostNames {
  const resources = resourcesOf(stacks, resolverOf(stacks, {}));
  const instance = resources.only('AWS::RDS::DBInstance');
  const { DBInstanceIdentifier = instance.logicalId } = resources.read(instance, 'DBInstanceIdentifier');
  const group = resources.only('AWS::ElastiCache::ReplicationGroup');
  const { ReplicationGroupId = group.logicalId } = resources.read(group, 'ReplicationGroupId');
  const { region } = resources.only('AWS::ElasticLoadBalancingV2::LoadBalancer').stack;
  return {
    database: `${DBInstanceIdentifier}.cxample.${instance.stack.region}.rds.amazonaws.com`.toLowerCase(),
    cache: `master.${ReplicationGroupId}.cxample.aps1.cache.amazonaws.com`.toLowerCase(),
    loadBalancer: `mr-mentor-1234567890.${region}.elb.amazonaws.com`,
  };
}
