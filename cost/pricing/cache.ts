import { type Estate, hoursPerMonth, type Located, numberIn, textIn, unreadable } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

export const cache: Pricing = {
  types: ['AWS::ElastiCache::ReplicationGroup'],
  findings: (estate) => estate.of('AWS::ElastiCache::ReplicationGroup').flatMap((group) => groupOf(estate, group)),
};

function groupOf(estate: Estate, group: Located): Finding[] {
  const { properties, region } = group;
  const [type, engine] = [textIn(properties.CacheNodeType), textIn(properties.Engine) ?? 'redis'];
  if (type === undefined) return [unreadable(group, 'CacheNodeType')];
  const nodes =
    numberIn(properties.NumCacheClusters) ??
    (numberIn(properties.NumNodeGroups) ?? 1) * (1 + (numberIn(properties.ReplicasPerNodeGroup) ?? 0));
  const snapshots = numberIn(properties.SnapshotRetentionLimit) ?? 0;
  return [
    {
      ...{ id: 'cache', kind: 'fixed', what: 'Redis', of: type, count: nodes, amount: nodes * hoursPerMonth },
      ...{ region, price: `elasticache/${engine}/${type}` },
    },
    {
      ...{ id: 'cache/snapshots', kind: 'usage', what: `Redis snapshots of ${snapshots} days, beyond the free one` },
      amount: Math.max(0, snapshots - 1) * estate.assumed('snapshotGb'),
      ...{ region, price: 'elasticache/snapshot' },
    },
  ];
}
