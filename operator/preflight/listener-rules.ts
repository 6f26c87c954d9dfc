import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import {
  type Action,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { physicalId } from '../stack-resources';
import type { Site } from './site';

/** A rule of the HTTPS listener, as it is and as the deployed template has it. */
export interface ListenerRule {
  /** `WebReleaseProductionRule…`; undefined of one that somebody made by hand. */
  readonly logicalId?: string;
  readonly live: Rule;
  /** As CloudFormation wrote it, references resolved. Undefined of one made by hand. */
  readonly template?: Pick<Rule, 'Priority' | 'Conditions' | 'Actions'>;
}

export const productionRule = 'WebReleaseProductionRule';
const rulePrefix = 'WebRelease';

/** All rules of the listener but its default action. */
export async function listenerRules(site: Site): Promise<readonly ListenerRule[]> {
  const resources = await site.resourcesOf('service');
  const listener = physicalId(resources, 'AWS::ElasticLoadBalancingV2::Listener', 'LoadBalancerHttps');
  if (listener === undefined) return [];
  const { Rules = [] } = await site
    .client(ElasticLoadBalancingV2Client)
    .send(new DescribeRulesCommand({ ListenerArn: listener, PageSize: 400 }));
  const templates = await templateRules(site);
  return Rules.filter(({ IsDefault }) => !IsDefault).map((live) => {
    const logicalId = resources.find(
      ({ PhysicalResourceId }) => PhysicalResourceId === live.RuleArn,
    )?.LogicalResourceId;
    return { logicalId, live, template: logicalId === undefined ? undefined : templates.get(logicalId) };
  });
}

type TemplateRule = Pick<Rule, 'Priority' | 'Conditions' | 'Actions'>;

async function templateRules(site: Site): Promise<ReadonlyMap<string, TemplateRule>> {
  const { TemplateBody = '{}' } = await site
    .client(CloudFormationClient)
    .send(new GetTemplateCommand({ StackName: site.stackName('service'), TemplateStage: 'Original' }));
  const physical = new Map(
    (await site.resourcesOf('service')).map(({ LogicalResourceId: logical, PhysicalResourceId: id }) => [logical, id]),
  );
  const resolved = JSON.parse(TemplateBody, (_, value) =>
    typeof value?.Ref === 'string' ? (physical.get(value.Ref) ?? value) : value,
  );
  const resources: Record<string, { readonly Type: string; readonly Properties: TemplateRule }> =
    resolved.Resources ?? {};
  return new Map(
    Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
      Type === 'AWS::ElasticLoadBalancingV2::ListenerRule' && id.startsWith(rulePrefix) ? [[id, Properties]] : [],
    ),
  );
}

export const targetGroupsOf = ({ Actions = [] }: Pick<Rule, 'Actions'>) =>
  Actions.flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups ?? []);

/**
 * What of a rule is otherwise than its template. ECS moves the weights from one group to the other, so these may be
 * either way round, but nothing else may differ.
 */
export function differences({ live, template }: ListenerRule): readonly string[] {
  if (template === undefined) return ['it is in no template: somebody made it by hand'];
  const parts = [
    ['priority', live.Priority, template.Priority],
    ['conditions', live.Conditions, template.Conditions],
    ['actions', live.Actions, template.Actions?.map(withoutWeights)],
    ['weights', weights(live), weights(template)],
  ] as const;
  return parts.flatMap(([what, is, should]) =>
    agrees(is, should) ? [] : [`${what}: ${shown(is)}; the template has ${shown(should)}`],
  );
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const weights = (rule: Pick<Rule, 'Actions'>) =>
  targetGroupsOf(rule)
    .map(({ Weight = 0 }) => Weight)
    .sort((a, b) => b - a)
    .join(' to ');

function withoutWeights({ ForwardConfig, ...action }: Action): Action {
  if (ForwardConfig === undefined) return action;
  const TargetGroups = ForwardConfig.TargetGroups?.map(({ Weight: _, ...group }) => group);
  return { ...action, ForwardConfig: { ...ForwardConfig, TargetGroups } };
}

/** What a template does not state is AWS's to say; lists are in any order, and numbers may be texts. */
function agrees(live: unknown, stated: unknown): boolean {
  if (Array.isArray(stated))
    return (
      Array.isArray(live) &&
      live.length === stated.length &&
      stated.every((each) => live.some((other) => agrees(other, each)))
    );
  if (stated === null || typeof stated !== 'object') return String(live) === String(stated);
  const parts = Object.entries(stated).filter(([, value]) => value !== undefined);
  return (
    typeof live === 'object' &&
    live !== null &&
    parts.every(([key, value]) => agrees((live as Record<string, unknown>)[key], value))
  );
}
