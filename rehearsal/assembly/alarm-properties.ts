import type { NameAndValue, Numeric } from './property-values';

export interface AlarmProperties {
  readonly AlarmName?: string;
  readonly AlarmDescription?: string;
  readonly ComparisonOperator: string;
  readonly Threshold?: Numeric;
  readonly EvaluationPeriods: Numeric;
  readonly DatapointsToAlarm?: Numeric;
  readonly TreatMissingData?: string;
  readonly Metrics?: readonly MetricDataQuery[];
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly NameAndValue[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: Numeric;
}
export interface MetricDataQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly Period?: Numeric;
  readonly ReturnData?: boolean;
  readonly MetricStat?: { readonly Metric: Metric; readonly Period: Numeric; readonly Stat: string };
}
export interface Metric {
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly NameAndValue[];
}
