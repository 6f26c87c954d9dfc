import { readAlarms } from './alarms';
import type { BlueGreenRelease } from './deployment';
import { readHook } from './lifecycle-hooks';
import type { Resource, Resources } from './resources';

/**
 * Seconds; ECS states none. All nodes of a load balancer have to learn of new weights before targets go, and a client may
 * be bound to a colour by its last answer, for a second at least, which is the least that Elastic Load Balancing takes.
 */
const SETTLE_TIME = 5;

/** How ECS releases a service, or undefined where it replaces task by task. */
export function readBlueGreenRelease(
  resources: Resources,
  service: Resource<'AWS::ECS::Service'>,
): BlueGreenRelease | undefined {
  const { DeploymentConfiguration: deployment = {}, LoadBalancers: loadBalancers = [] } = resources.read(
    service,
    'DeploymentConfiguration',
    'LoadBalancers',
  );
  const { Strategy: strategy = 'ROLLING', Alarms: alarms } = deployment;
  const where = `${service.stack.environment}/${service.stack.id}: ${service.logicalId}`;
  if (strategy === 'ROLLING') return undefined;
  if (strategy !== 'BLUE_GREEN')
    throw new Error(
      `${where}: the deployment strategy ${strategy} is not one that a rehearsal plays; allowed: BLUE_GREEN, ROLLING.`,
    );
  const [{ TargetGroupArn, AdvancedConfiguration: advanced } = {}, ...others] = loadBalancers;
  if (advanced === undefined || others.length > 0)
    throw new Error(
      `${where}: BLUE_GREEN needs one load balancer with an AdvancedConfiguration of its colours and rules; the service has ${loadBalancers.length}.`,
    );

  const targetGroup = (arn: unknown) =>
    resources.behind('AWS::ElasticLoadBalancingV2::TargetGroup', 'Ref', arn).logicalId;
  const rule = (arn: unknown) => resources.behind('AWS::ElasticLoadBalancingV2::ListenerRule', 'Ref', arn).logicalId;
  return {
    // What ECS takes where nothing is stated:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-deploymentconfiguration.html
    bakeTime: Number(deployment.BakeTimeInMinutes ?? 36 * 60) * 60,
    settleTime: SETTLE_TIME,
    targetGroup: targetGroup(TargetGroupArn),
    alternateTargetGroup: targetGroup(advanced.AlternateTargetGroupArn),
    productionRule: rule(advanced.ProductionListenerRule),
    testRule: advanced.TestListenerRule === undefined ? undefined : rule(advanced.TestListenerRule),
    hooks: (deployment.LifecycleHooks ?? []).map((hook) => readHook(resources, hook)),
    alarms: alarms?.Enable ? readAlarms(resources, alarms.AlarmNames) : [],
    rollbackOnAlarm: alarms?.Enable === true && alarms.Rollback,
  };
}
