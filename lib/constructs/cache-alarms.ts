import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { cacheConnections } from '../config/capacity';
import type { EnvironmentConfig } from '../config/environment';
import { replicationGroupId } from '../config/names';
import type { Cache } from './cache';
import type { Monitoring } from './monitoring';

const { GREATER_THAN_THRESHOLD: above, LESS_THAN_THRESHOLD: below } = cloudwatch.ComparisonOperator;
const { BREACHING, IGNORE, NOT_BREACHING } = cloudwatch.TreatMissingData;
const fiveMinutes = Duration.minutes(5);

const saidElsewhere = { means: IGNORE, because: 'ElastiCache reports while a node runs; CacheDown tells when not.' };

export interface CacheAlarmsProps {
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/** What goes wrong with Redis. ElastiCache reports by node, and any of them may be the primary. */
export function watchCache(cache: Cache, { monitoring, env }: CacheAlarmsProps): void {
  const group = replicationGroupId(env.name);
  const nodes = Array.from({ length: 1 + env.cache.replicas }, (_, index) => `${group}-00${index + 1}`);
  const ofNode = (node: string, metricName: string, statistic: string, period: Duration) =>
    new cloudwatch.Metric({
      namespace: 'AWS/ElastiCache',
      metricName,
      statistic,
      period,
      label: nodes.length > 1 ? node : undefined,
      dimensionsMap: { CacheClusterId: node },
    });
  /** Of the node where it is the most. */
  const highest = (metricName: string, statistic: string, period = fiveMinutes): cloudwatch.IMetric => {
    const [first, ...others] = nodes.map((node) => ofNode(node, metricName, statistic, period));
    if (first === undefined || others.length === 0) return first as cloudwatch.Metric;
    const usingMetrics = Object.fromEntries([first, ...others].map((metric, index) => [`node${index + 1}`, metric]));
    return new cloudwatch.MathExpression({
      label: `${metricName}, highest of ${nodes.length} nodes`,
      period,
      expression: `MAX([${Object.keys(usingMetrics).join(', ')}])`,
      usingMetrics,
    });
  };
  const shared = {
    view: 'cache' as const,
    about: cache,
    console: `elasticache/home?region=REGION#/redis/${group}`,
  };

  monitoring.page('data-stores-away', {
    ...shared,
    name: 'CacheDown',
    title: 'Reports a minute',
    meaning:
      'No node of Redis has reported for five minutes: no job is queued or done, nobody joins a meeting, and sign-in limits are off.',
    metric: highest('EngineCPUUtilization', 'SampleCount', Duration.minutes(1)),
    threshold: 1,
    comparison: below,
    evaluationPeriods: 5,
    missingData: { means: BREACHING, because: 'no data is what this alarm waits for.' },
  });
  monitoring.ticket({
    ...shared,
    name: 'CacheCpu',
    title: 'CPU of the engine',
    meaning: 'Redis works on one thread, and that is busier than 80 %: jobs, meetings and rate limits become slow.',
    metric: highest('EngineCPUUtilization', 'Average'),
    threshold: 80,
    comparison: above,
    evaluationPeriods: 3,
    missingData: saidElsewhere,
  });
  monitoring.page('data-stores-at-risk', {
    ...shared,
    name: 'CacheMemory',
    title: 'Memory',
    meaning: 'Redis is four fifths full. When it is full it refuses writes: no job can be queued.',
    metric: highest('DatabaseMemoryUsagePercentage', 'Maximum'),
    threshold: 80,
    comparison: above,
    evaluationPeriods: 3,
    missingData: saidElsewhere,
  });
  monitoring.page('data-stores-at-risk', {
    ...shared,
    name: 'CacheEvictions',
    title: 'Evictions',
    meaning: 'Redis dropped keys. With noeviction it never does: the parameter group is wrong, and jobs are lost.',
    metric: highest('Evictions', 'Sum'),
    threshold: 0,
    comparison: above,
    evaluationPeriods: 1,
    missingData: { means: NOT_BREACHING, because: 'a node that is away evicts nothing; CacheDown tells of it.' },
  });
  monitoring.ticket({
    ...shared,
    name: 'CacheConnections',
    title: 'Connections',
    meaning: `More connections than both colours of a release hold at most (${cacheConnections(env)}): a client leaks them.`,
    metric: highest('CurrConnections', 'Maximum'),
    threshold: cacheConnections(env),
    comparison: above,
    evaluationPeriods: 3,
    missingData: saidElsewhere,
  });
  if (env.cache.replicas > 0)
    monitoring.ticket({
      ...shared,
      name: 'CacheReplicationLag',
      title: 'Replication lag',
      meaning: 'The replica of Redis is half a minute behind: a failover now would lose the jobs of that time.',
      metric: highest('ReplicationLag', 'Maximum'),
      threshold: 30,
      comparison: above,
      evaluationPeriods: 2,
      missingData: { means: NOT_BREACHING, because: 'only a replica reports it, and after a failover it is another.' },
    });
}
