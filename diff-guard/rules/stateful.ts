import type { PropertyChange, ResourceChange, StackChange } from '../compare/change';
import { labelOf } from '../compare/construct-label';
import { physicalName, physicalNameProperty } from '../compare/physical-names';
import { countsAsDeployed, eachResource, type Finding, type Rule, stays } from './rule';
import { heldBy } from './stateful-types';

/** What happens to what is left in AWS. */
function fate({ before, impact }: ResourceChange): string {
  const policy =
    impact === 'replace' || impact === 'perhaps replace' ? before?.UpdateReplacePolicy : before?.DeletionPolicy;
  if (policy === 'Retain' || policy === 'RetainExceptOnCreate')
    return 'CloudFormation leaves the old one behind with what it holds, and forgets it';
  if (policy === 'Snapshot') return 'CloudFormation takes a snapshot of the old one and deletes it';
  return 'CloudFormation deletes the old one with what it holds';
}

const moved = (change: ResourceChange, { stack }: StackChange): string => {
  if (change.movedTo === undefined) return '';
  const { stack: other, logicalId } = change.movedTo;
  const elsewhere = other.path !== stack.path;
  const [from, to] = [change.label, labelOf(other, logicalId)];
  if (!elsewhere && from === to) return `, logical id ${change.logicalId} → ${logicalId}`;
  return elsewhere ? `, moved ${stack.path}/${from} → ${other.path}/${to}` : `, renamed ${from} → ${to}`;
};

const causes = (change: ResourceChange, kinds: readonly PropertyChange['replacement'][]): string =>
  change.properties
    .filter(({ replacement }) => kinds.includes(replacement))
    .map(({ name, leaves }) => (leaves.length === 0 ? `${name}, which names a resource that is replaced` : name))
    .join('; ');

/** A stack that vanishes as a whole has a row of its own. */
const staysStack = ({ after }: StackChange) => after !== undefined;

export const statefulRules: readonly Rule[] = [
  {
    id: 'stateful-moved',
    verdict: 'red',
    title: 'A stateful resource under another logical id or in another stack',
    reason: 'To CloudFormation a changed logical id is another resource: the app gets an empty new one.',
    find: eachResource((change, stack, comparison) => {
      const held = heldBy(change.type);
      if (held === undefined || change.movedTo === undefined) return;
      if (!staysStack(stack) && !countsAsDeployed(stack.stack, comparison)) return;
      const { stack: there, logicalId } = change.movedTo;
      const name = change.before && physicalName(change.before);
      const successor = there.template.Resources[logicalId];
      const taken = name !== undefined && successor !== undefined && physicalName(successor) === name;
      return {
        essence: `would lose ${held} (${change.type}${moved(change, stack)})`,
        detail: `${fate(change)}, and makes an empty one in its place${taken ? `; as that is to have the same name (${name}), the deployment fails instead` : ''}.`,
        keep:
          there.path === stack.stack.path
            ? `put the construct back under its path, or pin its logical id with overrideLogicalId('${change.logicalId}'), or move it with npx cdk refactor before the deployment.`
            : `put the construct back into the stack ${stack.stack.path}, or move it with npx cdk refactor before the deployment.`,
      };
    }),
  },
  {
    id: 'stateful-destroyed',
    verdict: 'red',
    title: 'A stateful resource that leaves its template and is deleted',
    reason: 'What it holds is gone, or in a snapshot that somebody has to restore.',
    find: eachResource((change, stack) => {
      const held = heldBy(change.type);
      if (held === undefined || change.impact !== 'destroy' || change.movedTo || !staysStack(stack)) return;
      return {
        essence: `would lose ${held} (${change.type} ${change.label})`,
        detail: `It has left the template: ${fate(change)}.`,
        keep: 'put the construct back; if it is really to go, say in diff-guard/exceptions.ts what becomes of its data.',
      };
    }),
  },
  {
    id: 'stateful-orphaned',
    verdict: 'red',
    title: 'A stateful resource that leaves its template and stays in AWS',
    reason: 'It goes on costing and holding data, and no deployment knows it any more.',
    find: eachResource((change, stack) => {
      const held = heldBy(change.type);
      if (held === undefined || change.impact !== 'orphan' || change.movedTo || !staysStack(stack)) return;
      return {
        essence: `would lose hold of ${held} (${change.type} ${change.label})`,
        detail: `It has left the template: ${fate(change)}.`,
        keep: 'put the construct back; if it is really to go, say in diff-guard/exceptions.ts what becomes of its data.',
      };
    }),
  },
  {
    id: 'stateful-replaced',
    verdict: 'red',
    title: 'A stateful resource that is replaced',
    reason: 'The new one is empty.',
    find: eachResource((change) => {
      const held = heldBy(change.before?.Type ?? '');
      if (held === undefined || !stays(change) || change.impact !== 'replace') return;
      return {
        essence: `would lose ${held} (${change.before?.Type} ${change.label}, replaced)`,
        detail: `${causes(change, ['yes']) || 'The type'} cannot be changed in place: ${fate(change)}, and an empty one takes its place.`,
        keep: 'take this change back, or copy the data first and say so in diff-guard/exceptions.ts.',
      };
    }),
  },
  {
    id: 'stateful-perhaps-replaced',
    verdict: 'red',
    title: 'A stateful resource that is perhaps replaced',
    reason: 'Whether it is depends on what only AWS knows, and a database is no place to find out.',
    find: eachResource((change) => {
      const held = heldBy(change.type);
      const unknown = change.properties.some(({ replacement }) => replacement === 'unknown');
      if (held === undefined || !stays(change)) return;
      if (change.impact !== 'perhaps replace' && !(unknown && change.impact === 'update')) return;
      return {
        essence: `might lose ${held} (${change.type} ${change.label}, perhaps replaced)`,
        detail: `${causes(change, ['perhaps', 'unknown'])}: AWS decides whether that is done in place. If it is not, ${fate(change).replace('CloudFormation', 'it')}.`,
        keep: 'look it up in the documentation of CloudFormation. If it is done in place, add it to diff-guard/effects/in-place-updates.ts with the source.',
      };
    }),
  },
  {
    id: 'stateful-conditional',
    verdict: 'red',
    title: 'A stateful resource that depends on another condition than before',
    reason: 'Where the condition does not hold, the resource is deleted.',
    find: eachResource((change) => {
      const held = heldBy(change.type);
      const condition = change.properties.find(({ name, isProperty }) => name === 'Condition' && !isProperty);
      if (held === undefined || condition === undefined) return;
      return {
        essence: `might lose ${held} (${change.type} ${change.label}, under a condition)`,
        detail: `It is there only where a condition holds that is not what it was. Where it does not, ${fate({ ...change, impact: 'destroy' }).replace('CloudFormation', 'it')}.`,
        keep: 'decide it in lib/config/environments.ts, not in the template.',
      };
    }),
  },
  {
    id: 'secret-overwritten',
    verdict: 'red',
    title: 'A secret whose first value is stated anew',
    reason: 'Secrets Manager writes the template’s value, or a new random one, over what people have entered since.',
    find: eachResource((change) => {
      const names = change.properties.flatMap(({ name }) =>
        /^(SecretString|GenerateSecretString)$/.test(name) ? [name] : [],
      );
      if (change.type !== 'AWS::SecretsManager::Secret' || !stays(change) || names.length === 0) return;
      return {
        essence: `would overwrite values that people entered (${change.type} ${change.label})`,
        detail: `${names.join(', ')} changes, and the deployment makes a new version of the secret from it.`,
        keep: 'leave it: the value belongs to npm run secrets from its creation on.',
      };
    }),
  },
  {
    id: 'stateful-stack-gone',
    verdict: 'red',
    title: 'A stack with stateful resources that vanishes, or gets another name, account or region',
    reason:
      'The CDK deletes no stack by itself: it stays as it is, and nothing updates, watches or backs it up by plan.',
    find: (stack, comparison): Finding[] => {
      if (stack.after !== undefined || !countsAsDeployed(stack.stack, comparison)) return [];
      const held = [...new Set(stack.resources.flatMap(({ type }) => heldBy(type) ?? []))];
      if (held.length === 0) return [];
      const successor = comparison.after.find(({ path }) => path === stack.stack.path);
      const now = successor && `${successor.stackName} in ${successor.account}, ${successor.region}`;
      return [
        {
          resource: stack.stack.stackName,
          essence: `would lose hold of ${held.join(', ')} (the stack ${stack.stack.stackName})`,
          detail: now
            ? `The stack is now ${now}: to CloudFormation that is another one, which begins empty.`
            : 'The app no longer has this stack, so no deployment reaches it any more.',
          keep: now
            ? 'keep the name, account and region of stacks that hold something.'
            : 'keep it in the app. If it is to go, delete it with npx cdk destroy first, and say so in diff-guard/exceptions.ts.',
        },
      ];
    },
  },
];

/** Whether a name is fixed that its successor needs, too. */
export const keepsItsName = ({ before, after }: ResourceChange): string | undefined => {
  if (before === undefined || after === undefined || physicalNameProperty(before.Type) === undefined) return undefined;
  const name = physicalName(before);
  return name !== undefined && name === physicalName(after) ? name : undefined;
};
