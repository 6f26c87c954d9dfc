import { type Estate, listIn, numberIn } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** Tasks that always run: as many as are desired, or the least that scaling leaves. */
function tasksOf(estate: Estate): number {
  const desired = estate.of('AWS::ECS::Service').map(({ properties }) => numberIn(properties.DesiredCount) ?? 0);
  const least = estate
    .of('AWS::ApplicationAutoScaling::ScalableTarget')
    .map(({ properties }) => numberIn(properties.MinCapacity) ?? 0);
  return [...desired, ...least].reduce((sum, count) => sum + count, 0);
}

const insightsOf = (settings: unknown) => listIn(settings).find(({ Name }) => Name === 'containerInsights')?.Value;

/** The cluster costs nothing; what Container Insights and the containers measure does. */
export const containers: Pricing = {
  types: ['AWS::ECS::Cluster'],
  findings: (estate) => [
    ...estate.of('AWS::ECS::Cluster').flatMap(({ properties, region }): Finding[] => {
      const insights = insightsOf(properties.ClusterSettings);
      if (insights !== 'enhanced' && insights !== 'enabled')
        return [{ free: 'AWS::ECS::Cluster', why: 'a cluster costs nothing, and Container Insights is off' }];
      const measured = 1 + estate.of('AWS::ECS::Service', 'AWS::ECS::TaskDefinition').length + tasksOf(estate);
      return [
        {
          ...{ id: 'containers/metrics', kind: 'usage', what: 'Metrics of Container Insights' },
          ...{ amount: measured * estate.assumed('containerMetrics'), region },
          price: insights === 'enhanced' ? 'cloudwatch/container-metric' : 'cloudwatch/metric',
        },
        {
          ...{ id: 'containers/logs', kind: 'usage', what: 'Logs of Container Insights' },
          ...{ amount: estate.assumed('insightsLogs'), region, price: 'logs/ingestion' },
        },
      ];
    }),
    // By no resource of their own: lines of the log, of which CloudWatch makes metrics.
    ...estate
      .of('AWS::ECS::Service')
      .slice(0, 1)
      .map(
        ({ region }): Finding => ({
          ...{ id: 'containers/own-metrics', kind: 'usage', what: 'Metrics that the container writes' },
          ...{ amount: estate.assumed('serviceMetrics'), region, price: 'cloudwatch/metric' },
        }),
      ),
  ],
};
