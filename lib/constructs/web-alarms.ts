import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { LoadBalancer } from './load-balancer';
import type { Monitoring } from './monitoring';
import { targetMetric } from './target-metric';

const { GREATER_THAN_THRESHOLD: above, LESS_THAN_THRESHOLD: below } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
const oneMinute = { period: Duration.minutes(1) };
const fiveMinutes = { period: Duration.minutes(5) };
const sumOfFiveMinutes = { ...fiveMinutes, statistic: cloudwatch.Stats.SUM };

const noTraffic = {
  means: NOT_BREACHING,
  because: 'a target group without requests, as the resting colour, has none.',
};

export interface WebAlarmsProps {
  readonly monitoring: Monitoring;
  readonly loadBalancer: LoadBalancer;
  /** By colour; the one that has the traffic alternates, so each is watched. */
  readonly targetGroups: Readonly<Record<string, elbv2.ApplicationTargetGroup>>;
}

/** What users of the API see: errors and latency, by colour, and whether there is anybody to answer. */
export function watchWeb(scope: Construct, { monitoring, loadBalancer, targetGroups }: WebAlarmsProps): void {
  const shared = { view: 'users' as const, about: scope, console: 'ec2/home?region=REGION#TargetGroups:' };
  const { balancer } = loadBalancer;
  const colours = Object.entries(targetGroups);
  const healthy = Object.fromEntries(
    colours.map(([label, group]) => [
      label,
      targetMetric(balancer, group, 'HealthyHostCount', { ...oneMinute, statistic: cloudwatch.Stats.MINIMUM, label }),
    ]),
  );

  monitoring.graph({
    about: scope,
    view: 'users',
    title: 'Requests',
    stacked: true,
    metrics: colours.map(([label, group]) =>
      targetMetric(balancer, group, 'RequestCount', { ...oneMinute, statistic: cloudwatch.Stats.SUM, label }),
    ),
  });
  for (const [colour, group] of colours) {
    monitoring.page('service', {
      ...shared,
      name: 'WebErrors',
      of: colour,
      title: 'Errors of the service, in percent',
      meaning: `More than 2 % of the requests to ${colour} have failed in the service for five minutes.`,
      metric: new cloudwatch.MathExpression({
        ...fiveMinutes,
        label: colour,
        // Of so many that one unlucky caller at night is not two per cent. Ids are of a graph, which has both colours.
        expression: `IF(${colour}Requests >= 50, 100 * FILL(${colour}Errors, 0) / ${colour}Requests, 0)`,
        usingMetrics: {
          [`${colour}Errors`]: targetMetric(balancer, group, 'HTTPCode_Target_5XX_Count', sumOfFiveMinutes),
          [`${colour}Requests`]: targetMetric(balancer, group, 'RequestCount', sumOfFiveMinutes),
        },
      }),
      threshold: 2,
      comparison: above,
      evaluationPeriods: 1,
      missingData: noTraffic,
    });
    const latency = (percentile: number) =>
      targetMetric(balancer, group, 'TargetResponseTime', {
        ...oneMinute,
        statistic: cloudwatch.Stats.percentile(percentile),
        label: `${colour} p${percentile}`,
      });
    monitoring.page('service', {
      ...shared,
      name: 'WebStalled',
      of: colour,
      title: 'Latency in seconds',
      meaning: `Half of the requests to ${colour} have taken longer than 5 seconds for five minutes: nobody can work.`,
      metric: latency(50),
      threshold: 5,
      comparison: above,
      evaluationPeriods: 5,
      missingData: noTraffic,
    });
    monitoring.ticket({
      ...shared,
      name: 'WebLatency',
      of: colour,
      title: 'Latency in seconds',
      // No page: Socket.IO's long polls are requests of up to 25 seconds, where a school's proxy lets no WebSocket pass.
      meaning: `One request in twenty to ${colour} takes longer than 3 seconds: people wait, and some reload.`,
      metric: latency(95),
      threshold: 3,
      comparison: above,
      evaluationPeriods: 15,
      datapointsToAlarm: 10,
      missingData: noTraffic,
    });
    monitoring.ticket({
      ...shared,
      name: 'WebUnhealthyTasks',
      of: colour,
      title: 'Targets that fail their health checks',
      meaning: `A task of ${colour} has failed its health checks for ten minutes, and ECS has not replaced it.`,
      metric: targetMetric(balancer, group, 'UnHealthyHostCount', {
        ...oneMinute,
        statistic: cloudwatch.Stats.MINIMUM,
        label: colour,
      }),
      threshold: 0,
      comparison: above,
      evaluationPeriods: 10,
      missingData: { means: NOT_BREACHING, because: 'the resting colour has no targets, and then no data.' },
    });
  }
  monitoring.page('service', {
    ...shared,
    name: 'WebTargets',
    title: 'Healthy targets',
    meaning: 'No healthy web task on any colour: every request fails.',
    metric: new cloudwatch.MathExpression({
      ...oneMinute,
      label: 'healthy targets, all colours',
      // Not a sum by +, which has no value where one colour has none. Nor FILL: it makes zeros of the newest minutes, too.
      expression: `SUM([${Object.keys(healthy).join(', ')}])`,
      usingMetrics: healthy,
    }),
    threshold: 1,
    comparison: below,
    evaluationPeriods: 2,
    missingData: { means: BREACHING, because: 'a load balancer without any targets reports none.' },
  });
  monitoring.graph({ about: scope, view: 'users', title: 'Healthy targets', metrics: Object.values(healthy) });
  watchBalancer(scope, balancer, monitoring);
}

/** What never reached a task. */
function watchBalancer(scope: Construct, balancer: elbv2.ApplicationLoadBalancer, monitoring: Monitoring): void {
  const shared = { view: 'users' as const, about: scope, console: 'ec2/home?region=REGION#LoadBalancers:' };
  const sum = { ...oneMinute, statistic: cloudwatch.Stats.SUM };
  monitoring.page('service', {
    ...shared,
    name: 'LoadBalancerErrors',
    title: 'Errors of the load balancer',
    meaning: 'The load balancer itself fails requests: a task closes connections (502) or does not answer (504).',
    // Not HTTPCode_ELB_5XX_Count: scanners that call by address get 503 from the listener's default action.
    metric: new cloudwatch.MathExpression({
      ...oneMinute,
      label: '502 and 504 a minute',
      expression: 'SUM([m502, m504])',
      usingMetrics: {
        m502: balancer.metrics.custom('HTTPCode_ELB_502_Count', sum),
        m504: balancer.metrics.custom('HTTPCode_ELB_504_Count', sum),
      },
    }),
    threshold: 10,
    comparison: above,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    missingData: { means: NOT_BREACHING, because: 'the load balancer reports errors only when there are any.' },
  });
  monitoring.page('service', {
    ...shared,
    name: 'RejectedConnections',
    title: 'Rejected connections',
    meaning: 'The load balancer turns connections away, as it is at its limit: some users reach nothing at all.',
    metric: balancer.metrics.rejectedConnectionCount(sum),
    threshold: 0,
    comparison: above,
    evaluationPeriods: 3,
    missingData: { means: NOT_BREACHING, because: 'the load balancer reports it only when there are any.' },
  });
}
