import { attributesOf } from './attributes';
import type { TargetGroupDescription } from './deployment';
import type { Resource, Resources } from './resources';

/**
 * Defaults are those for targets of type `ip` of an Application Load Balancer:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
 */
export function readTargetGroup(
  resources: Resources,
  targetGroup: Resource<'AWS::ElasticLoadBalancingV2::TargetGroup'>,
): TargetGroupDescription {
  const { logicalId, stack } = targetGroup;
  const stated = resources.read(
    targetGroup,
    'Port',
    'HealthCheckPath',
    'HealthCheckIntervalSeconds',
    'HealthCheckTimeoutSeconds',
    'HealthyThresholdCount',
    'UnhealthyThresholdCount',
    'Matcher',
    'TargetGroupAttributes',
  );
  const attributes = attributesOf(stated.TargetGroupAttributes);
  const { 'stickiness.type': type = 'lb_cookie' } = attributes;
  const sticky = attributes['stickiness.enabled'] === 'true';
  if (sticky && type !== 'lb_cookie')
    throw new Error(
      `${stack.environment}/${stack.id}: ${logicalId} is sticky by ${type}, and a rehearsal plays lb_cookie only.`,
    );
  return {
    logicalId,
    port: Number(stated.Port),
    healthCheck: {
      path: stated.HealthCheckPath ?? '/',
      codes: stated.Matcher?.HttpCode ?? '200',
      interval: Number(stated.HealthCheckIntervalSeconds ?? 30),
      timeout: Number(stated.HealthCheckTimeoutSeconds ?? 5),
      healthyThreshold: Number(stated.HealthyThresholdCount ?? 5),
      unhealthyThreshold: Number(stated.UnhealthyThresholdCount ?? 2),
    },
    deregistrationDelay: Number(attributes['deregistration_delay.timeout_seconds'] ?? 300),
    stickiness: sticky ? Number(attributes['stickiness.lb_cookie.duration_seconds'] ?? 86_400) : undefined,
  };
}
