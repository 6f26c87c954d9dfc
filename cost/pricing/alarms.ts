import type { Properties } from '../../diff-guard/assembly/guarded-stack';
import { listIn, numberIn, within } from '../estate';
import type { Finding } from '../line';
import type { Pricing } from './pricing';

/** Below a minute an alarm is of high resolution. */
const standardPeriod = 60;
/** Target tracking keeps one alarm for more and one for less. */
const trackingAlarms = 2;

/** AWS charges an alarm for each metric that it reads, and one with a band for the band's two edges, too. */
const metricsOf = (metrics: readonly Properties[]): number => {
  const read = metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  const banded = metrics.some(({ Expression }) => String(Expression).includes('ANOMALY_DETECTION_BAND'));
  return Math.max(1, read) + (banded ? 2 : 0);
};

const alarmLine = (metrics: number, region: string, price: string, what: string, id: string): Finding => ({
  ...{ id, kind: 'fixed', what, count: metrics, amount: metrics, region, price },
});

/** Alarms, dashboards, the alarms that scaling makes by itself, and metrics that are read out of logs. */
export const alarms: Pricing = {
  types: [
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::CompositeAlarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::ApplicationAutoScaling::ScalingPolicy',
    'AWS::ECS::CapacityProvider',
    'AWS::Logs::MetricFilter',
  ],
  findings: (estate) => [
    ...estate.of('AWS::CloudWatch::Alarm').map(({ properties, region }) => {
      const metrics = listIn(properties.Metrics);
      const period = Math.min(
        numberIn(properties.Period) ?? standardPeriod,
        ...metrics.map(({ MetricStat }) => numberIn(within(MetricStat, 'Period')) ?? standardPeriod),
      );
      return period < standardPeriod
        ? alarmLine(
            metricsOf(metrics),
            region,
            'cloudwatch/alarm/high-resolution',
            'Metrics of fast alarms',
            'alarms/fast',
          )
        : alarmLine(metricsOf(metrics), region, 'cloudwatch/alarm', 'Metrics of alarms', 'alarms');
    }),
    ...estate
      .of('AWS::CloudWatch::CompositeAlarm')
      .map(({ region }) => alarmLine(1, region, 'cloudwatch/composite-alarm', 'Composite alarms', 'alarms/composite')),
    ...estate
      .of('AWS::CloudWatch::Dashboard')
      .map(({ region }) => alarmLine(1, region, 'cloudwatch/dashboard', 'Dashboards', 'dashboards')),
    ...estate.of('AWS::ApplicationAutoScaling::ScalingPolicy').flatMap(({ properties, region }) => {
      const tracking = within(properties, 'TargetTrackingScalingPolicyConfiguration');
      if (tracking === undefined) return [];
      const metrics = trackingAlarms * metricsOf(listIn(within(tracking, 'CustomizedMetricSpecification', 'Metrics')));
      return [alarmLine(metrics, region, 'cloudwatch/alarm', 'Metrics of alarms', 'alarms')];
    }),
    ...estate
      .of('AWS::ECS::CapacityProvider')
      .filter(
        ({ properties }) => within(properties, 'AutoScalingGroupProvider', 'ManagedScaling', 'Status') === 'ENABLED',
      )
      .map(({ region }) => alarmLine(trackingAlarms, region, 'cloudwatch/alarm', 'Metrics of alarms', 'alarms')),
    ...estate.of('AWS::Logs::MetricFilter').map(({ properties, region }) => {
      const count = Math.max(1, listIn(properties.MetricTransformations).length);
      return alarmLine(count, region, 'cloudwatch/metric', 'Metrics that are read out of logs', 'metrics');
    }),
  ],
};
