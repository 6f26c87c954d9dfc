import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application } from '../config/names';
import type { EncryptionKey } from './encryption-key';
import { LogGroup } from './log-group';
import type { Monitoring } from './monitoring';

export interface FailedDeploymentsProps {
  readonly services: Readonly<Record<'web' | 'worker', ecs.Ec2Service>>;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/**
 * Releases that failed or were taken back, whatever took them back. ECS has no metric of it, but events;
 * EventBridge keeps them in a log and counts them by rule.
 */
export class FailedDeployments extends Construct {
  constructor(scope: Construct, id: string, props: FailedDeploymentsProps) {
    super(scope, id);
    const { services, monitoring } = props;
    const target = this.log(props);
    for (const [name, service] of Object.entries(services)) {
      const rule = new events.Rule(this, name, {
        description: `Deployments of ${name} that failed or were taken back`,
        eventPattern: patternOf(service),
        targets: [target],
      });
      watch(service, rule, name, monitoring);
    }
  }

  /** Not by CDK's target for log groups, which brings a function to write the policy that is below. */
  private log({ env, encryptionKey }: FailedDeploymentsProps): events.IRuleTarget {
    const name = `/aws/events/${application}-${env.name}-failed-deployments`;
    const logGroup = new LogGroup(this, 'Log', { env, encryptionKey, name });
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const policy = new logs.ResourcePolicy(this, 'LogPolicy', {
      resourcePolicyName: `${application}-${env.name}-failed-deployments`,
      policyStatements: [
        new iam.PolicyStatement({
          principals: [
            new iam.ServicePrincipal('events.amazonaws.com'),
            new iam.ServicePrincipal('delivery.logs.amazonaws.com'),
          ],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [`${arn}:*`],
        }),
      ],
    });
    policy.node.addDependency(logGroup);
    return { bind: () => ({ arn, targetResource: logGroup }) };
  }
}

const patternOf = (service: ecs.Ec2Service): events.EventPattern => ({
  source: ['aws.ecs'],
  detailType: ['ECS Deployment State Change'],
  resources: [
    Stack.of(service).formatArn({
      service: 'ecs',
      resource: 'service',
      resourceName: `${service.cluster.clusterName}/${service.serviceName}`,
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
});

function watch(service: ecs.Ec2Service, rule: events.Rule, name: string, monitoring: Monitoring): void {
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
    about: service,
    console: `ecs/v2/clusters/${service.cluster.clusterName}/services/${service.serviceName}/deployments?region=REGION`,
  });
}
