import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application } from '../config/names';
import { acknowledge } from '../policy/acknowledge';

export interface ReleaseAlarmsProps {
  readonly env: EnvironmentConfig;
  readonly colours: Readonly<Record<'blue' | 'green', elbv2.ApplicationTargetGroup>>;
}

/**
 * What takes a release back while it bakes: few and fast, and on both colours, because the one that
 * is new alternates.
 */
export class ReleaseAlarms extends Construct {
  readonly names: string[];

  constructor(scope: Construct, id: string, { env, colours }: ReleaseAlarmsProps) {
    super(scope, id);
    this.names = Object.entries(colours).flatMap(([colour, targetGroup]) => {
      const oneMinute = { period: Duration.minutes(1) };
      const metrics = {
        errors: {
          metric: new cloudwatch.MathExpression({
            ...oneMinute,
            label: `${colour}: answers of status 5xx, in percent`,
            expression: 'IF(requests >= 50, 100 * FILL(errors, 0) / requests, 0)',
            usingMetrics: {
              errors: targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, oneMinute),
              requests: targetGroup.metrics.requestCount(oneMinute),
            },
          }),
          threshold: 5,
          meaning: 'more than 5 % of at least 50 answers in a minute of status 5xx',
        },
        unhealthy: {
          metric: targetGroup.metrics.unhealthyHostCount({ ...oneMinute, statistic: cloudwatch.Stats.MINIMUM }),
          threshold: 0,
          meaning: 'a task that fails its health checks for a whole minute',
        },
      };
      return Object.entries(metrics).map(([what, { metric, threshold, meaning }]) => {
        const alarmName = `${application}-${env.name}-release-${colour}-${what}`;
        const alarm = new cloudwatch.Alarm(this, `${colour}-${what}`, {
          alarmName,
          alarmDescription: `Takes a release back: ${colour} has ${meaning}.`,
          metric,
          threshold,
          comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: 2,
          // The resting colour has no traffic and no targets.
          treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
        });
        acknowledge(alarm, {
          'NIST.800.53.R5-CloudWatchAlarmAction':
            'ECS reads the state of this alarm and rolls the deployment back; people are told by the alarms of the operations stack.',
        });
        return alarmName;
      });
    });
  }
}
