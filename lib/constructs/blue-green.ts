import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { testHeader } from '../config/container';
import type { BlueGreenDeployment, EnvironmentConfig } from '../config/environment';
import { acknowledge } from '../policy/acknowledge';
import type { EncryptionKey } from './encryption-key';
import type { LoadBalancer } from './load-balancer';
import type { Monitoring } from './monitoring';
import { ReleaseAlarms } from './release-alarms';
import { ServiceRole } from './service-role';
import { SmokeTest } from './smoke-test';
import { TargetGroup } from './target-group';

export interface BlueGreenProps {
  readonly vpc: ec2.IVpc;
  readonly loadBalancer: LoadBalancer;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
  /** Of the image that a release brings. */
  readonly revision: string;
  readonly deployment: BlueGreenDeployment;
}

/**
 * Two colours behind one listener, which ECS takes through a release by itself.
 *
 * ECS rewrites the weights of both rules, and CloudFormation writes the template's back when a rule's
 * properties change (aws/aws-cdk#36649). So the rules are as plain as they can be, 100 to 0 from the
 * first deployment on, and test/contracts holds them to the letter.
 */
export class BlueGreen extends Construct {
  readonly blue: TargetGroup;
  readonly green: TargetGroup;
  readonly alternateTarget: ecs.AlternateTarget;
  readonly serviceProps: Pick<
    ecs.Ec2ServiceProps,
    'deploymentStrategy' | 'bakeTime' | 'lifecycleHooks' | 'deploymentAlarms'
  >;

  constructor(scope: Construct, id: string, props: BlueGreenProps) {
    super(scope, id);
    const { vpc, loadBalancer, encryptionKey, monitoring, env, revision, deployment } = props;
    this.blue = new TargetGroup(this, 'Blue', vpc);
    this.green = new TargetGroup(this, 'Green', vpc);
    const hosts = elbv2.ListenerCondition.hostHeaders(env.apiDomains.map(({ name }) => name));
    const rule = (name: string, priority: number, conditions: elbv2.ListenerCondition[]) =>
      new elbv2.ApplicationListenerRule(this, name, {
        listener: loadBalancer.listener,
        priority,
        conditions,
        action: elbv2.ListenerAction.weightedForward(
          [
            { targetGroup: this.blue, weight: 100 },
            { targetGroup: this.green, weight: 0 },
          ],
          // Elastic Load Balancing refuses sticky groups behind a rule that is not sticky itself. The least
          // it takes: a browser that is bound to a colour for longer gets 503 when that colour is gone.
          { stickinessDuration: Duration.seconds(1) },
        ),
      });
    const test = rule('TestRule', 10, [hosts, elbv2.ListenerCondition.httpHeader(testHeader.name, [testHeader.value])]);
    const production = rule('ProductionRule', 20, [hosts]);

    this.alternateTarget = new ecs.AlternateTarget('AlternateTarget', {
      alternateTargetGroup: this.green,
      productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(production),
      testListener: ecs.ListenerRuleConfiguration.applicationListenerRule(test),
      role: this.trafficRole(loadBalancer, [production, test]),
    });
    this.serviceProps = {
      deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN,
      bakeTime: Duration.minutes(deployment.bakeMinutes),
      lifecycleHooks: [new SmokeTest(this, 'SmokeTest', { env, revision, encryptionKey, loadBalancer }).hook],
      deploymentAlarms: deployment.alarms
        ? {
            alarmNames: new ReleaseAlarms(this, 'Alarms', {
              env,
              monitoring,
              loadBalancer,
              colours: { blue: this.blue, green: this.green },
            }).names,
            behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
          }
        : undefined,
    };
  }

  /** What ECS needs to move traffic; its managed policy allows it on every load balancer of the account. */
  private trafficRole(loadBalancer: LoadBalancer, rules: readonly elbv2.ApplicationListenerRule[]): iam.Role {
    const role = new ServiceRole(this, 'TrafficRole', {
      description: 'ECS moves traffic between the colours',
      assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['elasticloadbalancing:ModifyRule'],
        resources: rules.map((rule) => rule.listenerRuleArn),
      }),
    );
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['elasticloadbalancing:ModifyListener'],
        resources: [loadBalancer.listener.listenerArn],
      }),
    );
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
        resources: [this.blue.targetGroupArn, this.green.targetGroupArn],
      }),
    );
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [
          'elasticloadbalancing:DescribeListeners',
          'elasticloadbalancing:DescribeRules',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
        ],
        resources: ['*'],
      }),
    );
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Elastic Load Balancing has no resource-level permissions for Describe actions; everything that changes anything names its ARN.',
    });
    return role;
  }
}
