import type { Metric, MetricDataQuery } from './alarm-properties';
import type { AlarmDescription, MetricQuery, TargetGroupMetric } from './deployment';
import type { Resource, Resources } from './resources';

type AlarmResource = Resource<'AWS::CloudWatch::Alarm'>;

const comparisons: readonly AlarmDescription['comparison'][] = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];
const treatments: readonly AlarmDescription['treatMissingData'][] = ['breaching', 'notBreaching', 'ignore', 'missing'];

function refuse({ stack, logicalId }: AlarmResource, why: string): never {
  throw new Error(`${stack.environment}/${stack.id}: the alarm ${logicalId} ${why}.`);
}

function oneOf<Word extends string>(alarm: AlarmResource, allowed: readonly Word[], word: string): Word {
  const found = allowed.find((each) => each === word);
  return found ?? refuse(alarm, `says ${word}, which a rehearsal does not play; allowed: ${allowed.join(', ')}`);
}

/** The alarms that a deployment watches, by name and in its order. */
export function readAlarms(resources: Resources, names: readonly string[]): AlarmDescription[] {
  const alarms = resources.ofType('AWS::CloudWatch::Alarm');
  return names.map((name) => {
    const alarm = alarms.find((each) => resources.read(each, 'AlarmName').AlarmName === name);
    if (alarm === undefined)
      throw new Error(`The deployment watches the alarm ${name}, and no stack of the environment makes it.`);
    return readAlarm(resources, alarm, name);
  });
}

/** Defaults are those of https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
function readAlarm(resources: Resources, alarm: AlarmResource, name: string): AlarmDescription {
  const stated = resources.read(
    alarm,
    'AlarmDescription',
    'ComparisonOperator',
    'Threshold',
    'EvaluationPeriods',
    'DatapointsToAlarm',
    'TreatMissingData',
  );
  if (stated.Threshold === undefined) return refuse(alarm, 'has no threshold, so it watches for anomalies');
  return {
    name,
    description: stated.AlarmDescription ?? '',
    ...readMetrics(resources, alarm),
    comparison: oneOf(alarm, comparisons, stated.ComparisonOperator),
    threshold: Number(stated.Threshold),
    evaluationPeriods: Number(stated.EvaluationPeriods),
    datapointsToAlarm: Number(stated.DatapointsToAlarm ?? stated.EvaluationPeriods),
    treatMissingData: oneOf(alarm, treatments, stated.TreatMissingData ?? 'missing'),
  };
}

type Metrics = Pick<AlarmDescription, 'metrics' | 'period'>;

/** An alarm names one metric, or queries of which it returns one. */
function readMetrics(resources: Resources, alarm: AlarmResource): Metrics {
  const { Metrics, ...plain } = resources.read(
    alarm,
    'Metrics',
    'MetricName',
    'Namespace',
    'Dimensions',
    'Statistic',
    'ExtendedStatistic',
    'Period',
  );
  if (Metrics !== undefined) return readQueries(resources, alarm, Metrics);
  const statistic = plain.Statistic ?? plain.ExtendedStatistic;
  if (statistic === undefined || plain.Period === undefined) return refuse(alarm, 'has no statistic or no period');
  const metric = readMetric(resources, alarm, plain, statistic);
  return { period: Number(plain.Period), metrics: [{ id: 'metric', returned: true, metric }] };
}

function readQueries(resources: Resources, alarm: AlarmResource, queries: readonly MetricDataQuery[]): Metrics {
  const metrics = queries.map(({ Id: id, ReturnData: returned = true, Expression, MetricStat }): MetricQuery => {
    if (MetricStat) return { id, returned, metric: readMetric(resources, alarm, MetricStat.Metric, MetricStat.Stat) };
    return { id, returned, expression: Expression ?? refuse(alarm, `has neither a metric nor an expression in ${id}`) };
  });
  const periods = new Set(queries.flatMap(({ Period, MetricStat }) => MetricStat?.Period ?? Period ?? []).map(Number));
  const [period, ...others] = periods;
  if (period === undefined || others.length > 0)
    return refuse(alarm, `has the periods ${[...periods].join(', ') || 'of no metric'}, and a rehearsal plays one`);
  if (metrics.filter(({ returned }) => returned).length !== 1)
    return refuse(alarm, 'has to return exactly one of its metrics');
  return { period, metrics };
}

function readMetric(
  resources: Resources,
  alarm: AlarmResource,
  { MetricName: name = '', Namespace, Dimensions = [] }: Metric,
  statistic: string,
): TargetGroupMetric {
  const group = Dimensions.find(({ Name }) => Name === 'TargetGroup')?.Value;
  if (Namespace !== 'AWS/ApplicationELB' || group === undefined)
    return refuse(
      alarm,
      `watches ${Namespace}/${name} by ${Dimensions.map(({ Name }) => Name).join(', ')}; a rehearsal measures target groups (AWS/ApplicationELB by TargetGroup) and nothing else`,
    );
  const targetGroup = resources.behind('AWS::ElasticLoadBalancingV2::TargetGroup', 'TargetGroupFullName', group);
  return { name, statistic, targetGroup: targetGroup.logicalId };
}
