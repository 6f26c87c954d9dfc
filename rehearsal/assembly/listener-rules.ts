import type { ListenerRule } from './deployment';
import type { Action, RuleCondition } from './load-balancer-properties';
import type { Resource, Resources } from './resources';

type RuleResource = Resource<'AWS::ElasticLoadBalancingV2::ListenerRule'>;

function refuse({ stack, logicalId }: RuleResource, why: string): never {
  throw new Error(`${stack.environment}/${stack.id}: the rule ${logicalId} ${why}.`);
}

export function readRule(resources: Resources, rule: RuleResource): ListenerRule {
  const { Priority, Conditions, Actions } = resources.read(rule, 'Priority', 'Conditions', 'Actions');
  return {
    logicalId: rule.logicalId,
    priority: Number(Priority),
    ...readConditions(rule, Conditions),
    ...readForward(resources, rule, Actions),
  };
}

/** A rule asks for all of its conditions, and for one of the values of each. */
function readConditions(
  rule: RuleResource,
  conditions: readonly RuleCondition[],
): Pick<ListenerRule, 'hosts' | 'headers' | 'paths'> {
  const valuesOf = (field: string, read: (condition: RuleCondition) => readonly string[] | undefined) => {
    const [condition, ...others] = conditions.filter(({ Field }) => Field === field);
    if (others.length > 0) return refuse(rule, `has ${others.length + 1} conditions ${field}; state one`);
    return condition ? (read(condition) ?? condition.Values ?? []) : [];
  };
  const unknown = conditions.filter(
    ({ Field }) => !['host-header', 'http-header', 'path-pattern'].includes(Field ?? ''),
  );
  if (unknown.length > 0)
    return refuse(
      rule,
      `has the condition ${unknown[0]?.Field}, which a rehearsal does not play; allowed: host-header, http-header, path-pattern`,
    );
  return {
    hosts: valuesOf('host-header', ({ HostHeaderConfig }) => HostHeaderConfig?.Values),
    paths: valuesOf('path-pattern', ({ PathPatternConfig }) => PathPatternConfig?.Values),
    headers: conditions.flatMap(({ HttpHeaderConfig: { HttpHeaderName: name, Values: values = [] } = {} }) =>
      name === undefined ? [] : [{ name, values }],
    ),
  };
}

function readForward(
  resources: Resources,
  rule: RuleResource,
  actions: readonly Action[],
): Pick<ListenerRule, 'weights' | 'groupStickiness'> {
  const [action, ...others] = actions;
  if (action?.Type !== 'forward' || others.length > 0)
    return refuse(rule, `does ${actions.map(({ Type }) => Type).join(', ')}; a rehearsal plays rules that forward`);
  const { TargetGroups = [{ TargetGroupArn: action.TargetGroupArn }], TargetGroupStickinessConfig: stickiness } =
    action.ForwardConfig ?? {};
  return {
    weights: Object.fromEntries(
      TargetGroups.map(({ TargetGroupArn, Weight = 1 }) => [
        resources.behind('AWS::ElasticLoadBalancingV2::TargetGroup', 'Ref', TargetGroupArn).logicalId,
        Number(Weight),
      ]),
    ),
    groupStickiness: stickiness?.Enabled ? Number(stickiness.DurationSeconds) : undefined,
  };
}
