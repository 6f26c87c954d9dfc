import type { AlarmDescription, MetricQuery, TargetGroupMetric } from '../assembly/deployment';
import type { TargetGroupCounters } from './cluster';
import { evaluate, type Values } from './metric-math';

/** What the load balancer counted, at one time in seconds. */
export interface Sample {
  readonly at: number;
  /** By target group. */
  readonly counters: Readonly<Record<string, TargetGroupCounters>>;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

const sums = { RequestCount: 'requests', HTTPCode_Target_5XX_Count: 'target5xx' } as const;
const gauges = { HealthyHostCount: 'healthyHosts', UnHealthyHostCount: 'unhealthyHosts' } as const;
const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

/**
 * A metric over the samples of one period, the first of which is the last of the period before.
 *
 * Elastic Load Balancing reports no zeros: a count is missing where nothing was counted, and the numbers of hosts are
 * missing where no target is registered.
 */
function datapoint(
  { name, targetGroup, statistic }: TargetGroupMetric,
  samples: readonly Sample[],
): number | undefined {
  const counters = samples.flatMap((sample) => sample.counters[targetGroup] ?? []);
  if (name in sums) {
    if (statistic !== 'Sum') throw new Error(`${name}: statistic ${statistic} is not rehearsed; allowed is Sum.`);
    const key = sums[name as keyof typeof sums];
    const first = counters[0]?.[key] ?? 0;
    return (counters.at(-1)?.[key] ?? first) - first || undefined;
  }
  if (name in gauges) {
    const aggregate = statistics[statistic];
    const allowed = Object.keys(statistics).join(', ');
    if (aggregate === undefined)
      throw new Error(`${name}: statistic ${statistic} is not rehearsed; allowed: ${allowed}.`);
    const values = counters
      .slice(1)
      .filter(({ healthyHosts, unhealthyHosts }) => healthyHosts + unhealthyHosts > 0)
      .map((each) => each[gauges[name as keyof typeof gauges]]);
    return values.length === 0 ? undefined : aggregate(values);
  }
  const known = [...Object.keys(sums), ...Object.keys(gauges)].join(', ');
  throw new Error(`Metric ${name} is not rehearsed; those that are: ${known}. Add it to alarms.ts.`);
}

/** The returned metric of an alarm over the samples of one period. */
function alarmDatapoint({ name, metrics }: AlarmDescription, samples: readonly Sample[]): number | undefined {
  const values: Record<string, number | undefined> = {};
  const of = (query: MetricQuery): number | undefined =>
    'metric' in query ? datapoint(query.metric, samples) : evaluate(query.expression, values as Values);
  try {
    // Metrics before the expressions over them; of expressions, one may only be over those before it.
    for (const query of metrics.toSorted((a, b) => Number('expression' in a) - Number('expression' in b)))
      values[query.id] = of(query);
  } catch (error) {
    throw new Error(`Alarm ${name}: ${(error as Error).message}`);
  }
  const returned = metrics.filter((query) => query.returned);
  const [only] = returned;
  if (only === undefined || returned.length > 1)
    throw new Error(`Alarm ${name} returns ${returned.length} metrics; it has to be exactly one.`);
  return values[only.id];
}

/** The alarm's last datapoints, newest last; of the period that is not over yet there is none. */
export function datapoints(alarm: AlarmDescription, samples: readonly Sample[]): (number | undefined)[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return [];
  const whole = Math.floor((last.at - first.at) / alarm.period);
  const from = Math.max(0, whole - alarm.evaluationPeriods);
  return Array.from({ length: whole - from }, (_, index) => {
    const start = first.at + (from + index) * alarm.period;
    const before = samples.findLastIndex(({ at }) => at <= start);
    const end = samples.findLastIndex(({ at }) => at <= start + alarm.period);
    return alarmDatapoint(alarm, samples.slice(before, end + 1));
  });
}

/**
 * The state of an alarm. CloudWatch also looks at some datapoints before the evaluation periods where data is missing
 * and not treated as good or bad; that is left out here.
 */
export function alarmState(
  alarm: AlarmDescription,
  last: readonly (number | undefined)[],
  before: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = alarm;
  const window = Array.from({ length: evaluationPeriods }, (_, index) => last.at(index - evaluationPeriods));
  const missing = window.filter((value) => value === undefined).length;
  const breaching = window.filter((value) => value !== undefined && breaches(alarm, value)).length;
  if (breaching + (treatMissingData === 'breaching' ? missing : 0) >= datapointsToAlarm) return 'ALARM';
  if (missing < evaluationPeriods || treatMissingData === 'notBreaching') return 'OK';
  return treatMissingData === 'missing' ? 'INSUFFICIENT_DATA' : before;
}

function breaches({ comparison, threshold }: AlarmDescription, value: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}
