import { attributesOf } from './attributes';
import type { ListenerRule, LoadBalancerDescription } from './deployment';
import { readRule } from './listener-rules';
import type { Resource, Resources } from './resources';
import { readTargetGroup } from './target-groups';

type Listener = Resource<'AWS::ElasticLoadBalancingV2::Listener'>;

/** What stands behind the HTTPS listener. */
export function readLoadBalancer(resources: Resources): LoadBalancerDescription {
  const { LoadBalancerAttributes } = resources.read(
    resources.only('AWS::ElasticLoadBalancingV2::LoadBalancer'),
    'LoadBalancerAttributes',
  );
  const attributes = attributesOf(LoadBalancerAttributes);
  const listener = httpsListener(resources);
  return {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
    idleTimeout: Number(attributes['idle_timeout.timeout_seconds'] ?? 60),
    dropInvalidHeaderFields: attributes['routing.http.drop_invalid_header_fields.enabled'] === 'true',
    defaultResponse: readDefaultResponse(resources, listener),
    rules: rulesOf(resources, listener),
    targetGroups: resources
      .ofType('AWS::ElasticLoadBalancingV2::TargetGroup')
      .map((targetGroup) => readTargetGroup(resources, targetGroup)),
  };
}

function httpsListener(resources: Resources): Listener {
  const listeners = resources.ofType('AWS::ElasticLoadBalancingV2::Listener');
  const [found, ...others] = listeners.filter((each) => resources.read(each, 'Protocol').Protocol === 'HTTPS');
  if (found === undefined || others.length > 0)
    throw new Error(
      `${found ? others.length + 1 : 'None'} of the listeners (${listeners.map(({ logicalId }) => logicalId).join(', ')}) speak HTTPS, and a rehearsal plays exactly one.`,
    );
  return found;
}

function readDefaultResponse(resources: Resources, listener: Listener): LoadBalancerDescription['defaultResponse'] {
  const [action, ...others] = resources.read(listener, 'DefaultActions').DefaultActions;
  const fixed = action?.Type === 'fixed-response' ? action.FixedResponseConfig : undefined;
  if (fixed === undefined || others.length > 0)
    throw new Error(
      `${listener.stack.environment}/${listener.stack.id}: ${listener.logicalId} does ${action?.Type ?? 'nothing'} with requests that match no rule; a rehearsal plays a fixed-response.`,
    );
  // Elastic Load Balancing's own, as it answers without one.
  const { StatusCode, ContentType: contentType = 'text/plain', MessageBody: body = '' } = fixed;
  return { status: Number(StatusCode), contentType, body };
}

function rulesOf(resources: Resources, listener: Listener): ListenerRule[] {
  const arn = resources.attribute(listener, 'Ref');
  return resources
    .ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter((rule) => resources.read(rule, 'ListenerArn').ListenerArn === arn)
    .map((rule) => readRule(resources, rule))
    .sort((one, other) => one.priority - other.priority);
}
