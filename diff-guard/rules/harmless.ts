import { onlyHashesDiffer } from '../compare/asset-hash';
import type { ResourceChange, StackChange } from '../compare/change';
import { canonical } from '../compare/json-value';
import type { Leaf } from '../compare/leaves';
import { countsAsDeployed, eachResource, type Finding, type Rule } from './rule';

/** A container's image, and the variable that repeats its tag. */
const imagePath = /^ContainerDefinitions\.[^.]+\.(Image|Environment\.APP_REVISION\.Value)$/;

/** What an image is called, where it is written as a join of account, region and tag. */
const isImage = ({ path, before, after }: Leaf) => imagePath.test(path) || onlyHashesDiffer(before, after);

const leavesOf = ({ properties }: ResourceChange): readonly Leaf[] => properties.flatMap(({ leaves }) => leaves);

const noise = new Set(['Metadata', 'DependsOn']);

/** Parts of a template beside resources and outputs; rules and parameters of the CDK's bootstrap are its own. */
function otherSections({ before, after }: StackChange): string[] {
  const sections = [...new Set([...Object.keys(before?.template ?? {}), ...Object.keys(after?.template ?? {})])];
  return sections.filter(
    (name) =>
      name !== 'Resources' &&
      name !== 'Outputs' &&
      canonical(before?.template[name] ?? {}) !== canonical(after?.template[name] ?? {}),
  );
}

const outputs = ({ before, after }: StackChange): Finding[] => {
  const [then, now] = [before?.template.Outputs ?? {}, after?.template.Outputs ?? {}];
  return [...new Set([...Object.keys(then), ...Object.keys(now)])]
    .filter((key) => canonical(then[key]) !== canonical(now[key]))
    .map((key) => ({
      resource: key,
      essence: `changes the output ${key}`,
      detail:
        then[key] === undefined ? 'It is new.' : now[key] === undefined ? 'Nobody imports it.' : 'Its value changes.',
    }));
};

/** What no row above has found; the first row that fits names it. */
export const harmlessRules: readonly Rule[] = [
  {
    id: 'never-deployed',
    verdict: 'green',
    title: 'A stack of a placeholder account that goes',
    reason: 'The CLI refuses to deploy to those accounts, so there is nothing to lose.',
    find: ({ stack, after }, comparison) =>
      after === undefined && !countsAsDeployed(stack, comparison)
        ? [
            {
              resource: stack.stackName,
              essence: `leaves ${stack.account} behind, where nothing was deployed`,
              detail: '',
            },
          ]
        : [],
  },
  {
    id: 'template-order',
    verdict: 'green',
    title: 'Metadata and the order of creation',
    reason: 'CloudFormation takes note, and AWS is not called.',
    find: eachResource(({ properties, label }) =>
      properties.length > 0 && properties.every(({ name, isProperty }) => !isProperty && noise.has(name))
        ? { essence: `notes something about ${label}`, detail: properties.map(({ name }) => name).join(', ') }
        : undefined,
    ),
  },
  {
    id: 'container-image',
    verdict: 'green',
    title: 'Another container image in a task definition',
    reason: 'That is what a release is; the smoke test and the bake judge it.',
    find: eachResource((change) =>
      change.type === 'AWS::ECS::TaskDefinition' && leavesOf(change).length > 0 && leavesOf(change).every(isImage)
        ? { essence: `releases another image: ${change.label}`, detail: 'The container image changes.' }
        : undefined,
    ),
  },
  {
    id: 'asset-hash',
    verdict: 'green',
    title: 'Another asset: the code of a function, a file',
    reason: 'Its content is reviewed as code.',
    find: eachResource((change) => {
      const leaves = leavesOf(change);
      const all = leaves.length > 0 && leaves.every(({ before, after }) => onlyHashesDiffer(before, after));
      return all
        ? { essence: `takes other code: ${change.label}`, detail: 'Only hashes of assets change.' }
        : undefined;
    }),
  },
  {
    id: 'task-revision',
    verdict: 'green',
    title: 'A new revision of a task definition',
    reason: 'A task definition is never changed, always replaced; ECS keeps the earlier ones.',
    find: eachResource((change) =>
      change.type === 'AWS::ECS::TaskDefinition' && change.impact === 'replace'
        ? { essence: `makes a new revision: ${change.label}`, detail: `${leavesOf(change).length} values change.` }
        : undefined,
    ),
  },
  {
    id: 'follows',
    verdict: 'green',
    title: 'A resource that names another one which is replaced',
    reason: 'It learns the new name.',
    find: eachResource((change) =>
      change.impact === 'update' && change.properties.length > 0 && leavesOf(change).length === 0
        ? {
            essence: `follows what it names: ${change.label}`,
            detail: change.properties.map(({ name }) => name).join(', '),
          }
        : undefined,
    ),
  },
  {
    id: 'stateless-moved',
    verdict: 'green',
    title: 'A stateless resource under another logical id',
    reason: 'The new one is there before the old one goes.',
    find: eachResource(({ movedTo, movedFrom, label }) =>
      movedTo || movedFrom
        ? { essence: `moves ${label}`, detail: 'A new one is made, then the old one deleted.' }
        : undefined,
    ),
  },
  {
    id: 'created',
    verdict: 'green',
    title: 'A new resource',
    reason: 'Nothing that is there is touched.',
    find: eachResource(({ impact, label, type }) =>
      impact === 'create' ? { essence: `makes ${type} ${label}`, detail: 'It is new.' } : undefined,
    ),
  },
  {
    id: 'changed',
    verdict: 'green',
    title: 'A resource that is changed in place',
    reason: 'It goes on serving.',
    find: eachResource(({ impact, label, type }) =>
      impact === 'update' ? { essence: `changes ${type} ${label}`, detail: 'It is changed in place.' } : undefined,
    ),
  },
  {
    id: 'stateless-replaced',
    verdict: 'green',
    title: 'A stateless resource that is replaced',
    reason: 'The new one is there before the old one goes, and nothing is stored in it.',
    find: eachResource(({ impact, label, type }) =>
      /replace/.test(impact) ? { essence: `replaces ${type} ${label}`, detail: 'It holds nothing.' } : undefined,
    ),
  },
  {
    id: 'stateless-removed',
    verdict: 'green',
    title: 'A stateless resource that goes',
    reason: 'Nothing is stored in it.',
    find: (stack) =>
      stack.after === undefined
        ? []
        : stack.resources
            .filter(({ impact }) => impact === 'destroy' || impact === 'orphan')
            .map((change) => ({
              change,
              essence: `removes ${change.type} ${change.label}`,
              detail: 'It holds nothing.',
            })),
  },
  {
    id: 'output-changed',
    verdict: 'green',
    title: 'An output that nobody imports, or a new one',
    reason: 'Only people and scripts read it.',
    find: (stack) => (stack.after === undefined ? [] : outputs(stack)),
  },
  {
    id: 'template-section',
    verdict: 'green',
    title: 'A parameter, mapping, condition or rule of the template',
    reason: 'What it changes is shown at the resources that use it.',
    find: (stack) =>
      stack.before === undefined || stack.after === undefined
        ? []
        : otherSections(stack).map((name) => ({ resource: name, essence: `changes the section ${name}`, detail: '' })),
  },
];
