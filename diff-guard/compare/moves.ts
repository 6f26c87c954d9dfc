import type { GuardedStack, Resource } from '../assembly/guarded-stack';
import type { Place } from './change';
import { labelOf } from './construct-label';
import { canonical, rewrite } from './json-value';
import { physicalName } from './physical-names';

interface Candidate extends Place {
  readonly resource: Resource;
  readonly shape: string;
}

export interface Move {
  readonly from: Place;
  readonly to: Place;
}

/** Resources that left their logical id, and those that came: which of them are the same construct. */
export function findMoves(before: readonly GuardedStack[], after: readonly GuardedStack[]): Move[] {
  const held = (stacks: readonly GuardedStack[]) =>
    new Map(
      stacks.flatMap((stack) => Object.entries(stack.template.Resources).map(([id, r]) => [key(stack, id, r), r])),
    );
  const [then, now] = [held(before), held(after)];
  const gone = candidates(before, (stack, id, resource) => !now.has(key(stack, id, resource)));
  const come = candidates(after, (stack, id, resource) => !then.has(key(stack, id, resource)));

  const pairs = gone
    .flatMap((from) => come.map((to) => ({ from, to, score: likeness(from, to, gone, come) })))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
  const taken = new Set<Candidate>();
  return pairs.flatMap(({ from, to }) => {
    if (taken.has(from) || taken.has(to)) return [];
    taken.add(from).add(to);
    return [
      { from: { stack: from.stack, logicalId: from.logicalId }, to: { stack: to.stack, logicalId: to.logicalId } },
    ];
  });
}

const key = ({ account, region, stackName }: GuardedStack, id: string, { Type }: Resource) =>
  [account, region, stackName, id, Type].join(' ');

const candidates = (
  stacks: readonly GuardedStack[],
  wanted: (stack: GuardedStack, id: string, resource: Resource) => boolean,
): Candidate[] =>
  stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources)
      .filter(([id, resource]) => wanted(stack, id, resource))
      .map(([logicalId, resource]) => ({ stack, logicalId, resource, shape: shapeOf(resource) })),
  );

/** What a resource is, without what it refers to, which may have moved along with it. */
const shapeOf = ({ Properties }: Resource) =>
  canonical(
    rewrite(Properties ?? {}, (object) => ('Ref' in object || 'Fn::GetAtt' in object ? 'reference' : undefined)),
  );

/** 0 for two that have nothing to do with each other. */
function likeness(from: Candidate, to: Candidate, gone: readonly Candidate[], come: readonly Candidate[]): number {
  const type = from.resource.Type;
  if (type !== to.resource.Type || from.stack.environment !== to.stack.environment) return 0;
  const sameStack = from.stack.path === to.stack.path ? 1 : 0;
  const name = physicalName(from.resource);
  if (name !== undefined && name === physicalName(to.resource)) return 8 + sameStack;
  // Two of the same shape under different names are two things.
  if (from.shape === to.shape) return 6 + sameStack;
  const tail = (label: string) => label.split('/').slice(-2).join('/');
  const [before, after] = [labelOf(from.stack, from.logicalId), labelOf(to.stack, to.logicalId)];
  if (before !== from.logicalId && tail(before) === tail(after)) return 4 + sameStack;
  const alone = (list: readonly Candidate[], { stack }: Candidate) =>
    list.filter((other) => other.resource.Type === type && other.stack === stack).length === 1;
  return sameStack === 1 && alone(gone, from) && alone(come, to) ? 1 : 0;
}
