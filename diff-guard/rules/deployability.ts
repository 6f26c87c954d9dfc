import type { GuardedStack, Template } from '../assembly/guarded-stack';
import type { Comparison, ResourceChange, StackChange } from '../compare/change';
import { labelOf } from '../compare/construct-label';
import { at, isObject, listOf, same } from '../compare/json-value';
import { nameClaim, physicalName } from '../compare/physical-names';
import { importsIn, referencesIn } from '../compare/references';
import { countsAsDeployed, eachResource, type Finding, type Rule, stays } from './rule';
import { keepsItsName } from './stateful';

/** Logical ids of the rules whose weights ECS moves in a blue-green release. */
function rulesThatEcsMoves(templates: readonly (Template | undefined)[]): Set<string> {
  const ids = templates.flatMap((template) =>
    Object.values(template?.Resources ?? {})
      .filter(({ Type }) => Type === 'AWS::ECS::Service')
      .flatMap(({ Properties }) => listOf(Properties?.LoadBalancers))
      .map((balancer) => at(balancer, 'AdvancedConfiguration'))
      .filter(isObject)
      .flatMap(({ ProductionListenerRule, TestListenerRule }) => [
        ...referencesIn(ProductionListenerRule),
        ...referencesIn(TestListenerRule),
      ]),
  );
  return new Set(ids);
}

/** A resource that is there after the change and takes a name that another one holds until then. */
function takenName(change: ResourceChange, { stack }: StackChange, comparison: Comparison): string | undefined {
  const { after } = change;
  if (after === undefined) return undefined;
  const claim = nameClaim(after, stack.account, stack.region);
  const former = change.before && nameClaim(change.before, stack.account, stack.region);
  if (claim === undefined || claim === former) return undefined;
  for (const other of comparison.before.filter((each) => countsAsDeployed(each, comparison)))
    for (const [id, resource] of Object.entries(other.template.Resources))
      if (nameClaim(resource, other.account, other.region) === claim) return `${other.path}/${labelOf(other, id)}`;
  return undefined;
}

interface Export {
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
}

const exportsOf = (stack: GuardedStack | undefined): Export[] =>
  Object.entries(stack?.template.Outputs ?? {}).flatMap(([key, { Export, Value }]) =>
    Export === undefined ? [] : [{ key, name: JSON.stringify(Export.Name), value: Value }],
  );

/** Exports that deployed stacks import, and that are gone or would have another value. */
function brokenExports(change: StackChange, { before }: Comparison): Finding[] {
  if (change.before === undefined || change.after === undefined) return [];
  const { account, region } = change.before;
  const replaced = new Set(
    change.resources.flatMap(({ impact, logicalId }) => (/replace/.test(impact) ? [logicalId] : [])),
  );
  const now = new Map(exportsOf(change.after).map((each) => [each.name, each.value]));
  return exportsOf(change.before).flatMap(({ key, name, value }) => {
    const users = before
      .filter((stack) => stack.account === account && stack.region === region)
      .filter((stack) => importsIn([stack.template.Resources, stack.template.Outputs]).has(name))
      .map(({ path }) => path);
    const gone = !now.has(name);
    const changed = !gone && (!same(now.get(name), value) || [...referencesIn(value)].some((id) => replaced.has(id)));
    if (users.length === 0 || !(gone || changed)) return [];
    return [
      {
        resource: key,
        essence: `could not be deployed: ${change.stack.path} ${gone ? 'removes' : 'changes'} an export that is in use`,
        detail: `${name} is imported by ${users.join(', ')}. CloudFormation refuses to ${gone ? 'delete' : 'change'} it as long as that is deployed.`,
        keep: gone
          ? 'keep it for one deployment with this.exportValue(…), and remove it in the next, when nobody imports it.'
          : 'make the new one beside the old one, move the importers, then remove the old one: two deployments.',
      },
    ];
  });
}

export const deployabilityRules: readonly Rule[] = [
  {
    id: 'production-rule-changed',
    verdict: 'red',
    title: 'A listener rule whose weights ECS moves',
    reason:
      'When such a rule changes, CloudFormation writes the template’s weights back (aws/aws-cdk#36649): users go to the colour that has no tasks.',
    find: (stack) => {
      if (stack.after === undefined) return [];
      const moved = rulesThatEcsMoves([stack.before?.template, stack.after?.template]);
      return stack.resources
        .filter(({ type, logicalId }) => type === 'AWS::ElasticLoadBalancingV2::ListenerRule' && moved.has(logicalId))
        .filter(
          ({ impact, properties }) =>
            impact !== 'create' && (impact !== 'update' || properties.some((p) => p.isProperty)),
        )
        .map((change) => ({
          change,
          essence: `would move users to a colour without tasks (listener rule ${change.label})`,
          detail: `${change.properties.map(({ name }) => name).join(', ') || `The rule would be ${change.impact === 'replace' ? 'replaced' : 'deleted'}`}: CloudFormation writes weights 100/0 with any change, wherever ECS has moved the traffic.`,
          keep: 'leave the rule to the letter. If it has to change, release until blue has the traffic, and say so in diff-guard/exceptions.ts.',
        }));
    },
  },
  {
    id: 'export-in-use',
    verdict: 'red',
    title: 'An export in use that is removed or changed',
    reason: 'CloudFormation refuses it, and the deployment stops half-way through the stacks.',
    find: brokenExports,
  },
  {
    id: 'fixed-name-replaced',
    verdict: 'red',
    title: 'A resource with a fixed name that is replaced',
    reason: 'CloudFormation makes the new one first, and the name is taken.',
    find: eachResource((change) => {
      const name = keepsItsName(change);
      if (!stays(change) || name === undefined || change.impact !== 'replace') return;
      const why = change.properties.filter(({ replacement }) => replacement === 'yes').map((each) => each.name);
      return {
        essence: `could not be deployed: ${change.label} is replaced and keeps its name`,
        detail: `${why.join(', ')} cannot be changed in place, and the name ${name} is taken until the old one is gone.`,
        keep: 'give it another name with this change, or remove it in one deployment and add it in the next.',
      };
    }),
  },
  {
    id: 'fixed-name-taken',
    verdict: 'red',
    title: 'A resource that takes the name of another one',
    reason: 'CloudFormation makes resources before it deletes any: renamed and swapped names collide.',
    find: eachResource((change, stack, comparison) => {
      const holder = takenName(change, stack, comparison);
      if (holder === undefined || change.after === undefined) return;
      return {
        essence: `could not be deployed: ${change.label} takes a name that is in use`,
        detail: `${change.type} ${physicalName(change.after)} belongs to ${holder} until this deployment has ended.`,
        keep: 'choose another name, or free it in a deployment before.',
      };
    }),
  },
  {
    id: 'type-changed',
    verdict: 'red',
    title: 'Another type under the same logical id',
    reason: 'CloudFormation refuses it: "Update of resource type is not permitted".',
    find: eachResource((change) => {
      const { before, after } = change;
      if (before === undefined || after === undefined || before.Type === after.Type) return;
      return {
        essence: `could not be deployed: ${change.label} changes its type`,
        detail: `${before.Type} → ${after.Type} under the logical id ${change.logicalId}.`,
        keep: 'give the new construct another id.',
      };
    }),
  },
];
