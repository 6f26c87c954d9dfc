import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { acknowledge } from '../policy/acknowledge';
import { alarmDescription, alarmName } from './alarm-text';
import type { LoadBalancer } from './load-balancer';
import type { Monitoring } from './monitoring';
import { targetMetric } from './target-metric';

export interface ReleaseAlarmsProps {
  readonly env: EnvironmentConfig;
  readonly monitoring: Monitoring;
  readonly loadBalancer: LoadBalancer;
  readonly colours: Readonly<Record<'blue' | 'green', elbv2.ApplicationTargetGroup>>;
}

/**
 * What takes a release back while it bakes: few and fast, and on both colours, because the one that
 * is new alternates. Apart from the alarms that tell people: ECS would take a release back for them, too.
 */
export class ReleaseAlarms extends Construct {
  readonly names: string[];

  constructor(scope: Construct, id: string, { env, monitoring, loadBalancer, colours }: ReleaseAlarmsProps) {
    super(scope, id);
    const oneMinute = { period: Duration.minutes(1) };
    this.names = Object.entries(colours).flatMap(([colour, targetGroup]) => {
      const metric = (name: Parameters<typeof targetMetric>[2], statistic: string) =>
        targetMetric(loadBalancer.balancer, targetGroup, name, { ...oneMinute, statistic });
      const alarms = {
        errors: {
          name: 'ReleaseErrors',
          title: 'Takes a release back: errors, in percent',
          metric: new cloudwatch.MathExpression({
            ...oneMinute,
            label: colour,
            // Ids are of a graph, which has both colours.
            expression: `IF(${colour}Requests >= 50, 100 * FILL(${colour}Errors, 0) / ${colour}Requests, 0)`,
            usingMetrics: {
              [`${colour}Errors`]: metric('HTTPCode_Target_5XX_Count', cloudwatch.Stats.SUM),
              [`${colour}Requests`]: metric('RequestCount', cloudwatch.Stats.SUM),
            },
          }),
          threshold: 5,
          meaning: 'answered more than 5 % of at least 50 requests with a status of 5xx, in each of two minutes',
        },
        unhealthy: {
          name: 'ReleaseUnhealthy',
          title: 'Takes a release back: failing health checks',
          metric: metric('UnHealthyHostCount', cloudwatch.Stats.MINIMUM),
          threshold: 0,
          meaning: 'had a task that failed its health checks for two minutes',
        },
      };
      return Object.entries(alarms).map(([id, { name, title, metric: watched, threshold, meaning }]) => {
        const treatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING;
        const alarm = new cloudwatch.Alarm(this, `${colour}-${id}`, {
          alarmName: alarmName(env.name, 'release', { name, of: colour }),
          alarmDescription: alarmDescription(this, {
            name,
            meaning: `Takes a release back: ${colour} ${meaning}.`,
            missingData: { means: treatMissingData, because: 'the resting colour has no traffic and no targets.' },
            about: this,
            console: 'ec2/home?region=REGION#TargetGroups:',
          }),
          metric: watched,
          threshold,
          comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: 2,
          treatMissingData,
        });
        acknowledge(alarm, {
          'NIST.800.53.R5-CloudWatchAlarmAction':
            'ECS reads the state of this alarm and rolls the deployment back; people are told by the alarms of the operations stack.',
        });
        monitoring.graph({ about: this, view: 'release', title, metrics: [watched.with({ label: colour })] });
        return alarmName(env.name, 'release', { name, of: colour });
      });
    });
  }
}
