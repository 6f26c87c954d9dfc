import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { consoleLink } from './alarm-text';
import type { Monitoring } from './monitoring';

export interface DeploymentAlarmProps {
  readonly service: ecs.Ec2Service;
  readonly monitoring: Monitoring;
  readonly name: 'web' | 'worker';
}

/**
 * A release that failed or was taken back, whatever took it back. ECS has no metric of it, but events,
 * and EventBridge counts the ones that a rule matches; the rule needs no target for that.
 */
export function watchDeployments(scope: Construct, { service, monitoring, name }: DeploymentAlarmProps): void {
  const { clusterName } = service.cluster;
  const rule = new events.Rule(scope, 'FailedDeployments', {
    description: `Deployments of ${name} that failed or were taken back, for an alarm to count`,
    eventPattern: {
      source: ['aws.ecs'],
      detailType: ['ECS Deployment State Change'],
      resources: [
        Stack.of(service).formatArn({
          service: 'ecs',
          resource: 'service',
          resourceName: `${clusterName}/${service.serviceName}`,
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      ],
      detail: {
        $or: [
          { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
          // A deployment that takes one back says so in its reason only.
          { reason: [{ wildcard: '*rollback*' }, { wildcard: '*rolling back*' }, { wildcard: '*rolled back*' }] },
        ],
      },
    },
  });
  monitoring.ticket({
    name: 'DeploymentFailed',
    of: name,
    view: 'release',
    title: 'Deployments that failed or were taken back',
    meaning: `A release of ${name} has failed or was taken back: users have what ran before, and the change is not out.`,
    metric: new cloudwatch.Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
      label: name,
      dimensionsMap: { RuleName: rule.ruleName },
    }),
    threshold: 0,
    comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    missingData: {
      means: cloudwatch.TreatMissingData.NOT_BREACHING,
      because: 'EventBridge counts a rule only when it matches.',
    },
    console: consoleLink(
      service,
      `ecs/v2/clusters/${clusterName}/services/${service.serviceName}/deployments?region=REGION`,
    ),
  });
}
