import type { GuardedStack } from '../assembly/guarded-stack';
import type { Comparison, ResourceChange, StackChange } from './change';
import { compareResources } from './compare-stack';
import { same } from './json-value';
import { findMoves, type Move } from './moves';

/** To CloudFormation a stack of another name, account or region is another stack. */
const identity = ({ account, region, stackName }: GuardedStack) => `${account} ${region} ${stackName}`;

/** Every stack against its former self, also those that appear or vanish. */
export function compare(before: readonly GuardedStack[], after: readonly GuardedStack[]): Comparison {
  const then = new Map(before.map((stack) => [identity(stack), stack]));
  const now = new Map(after.map((stack) => [identity(stack), stack]));
  const differing = (stacks: readonly GuardedStack[]) =>
    stacks.filter((stack) => !same(then.get(identity(stack)), now.get(identity(stack))));
  const moves = findMoves(differing(before), differing(after));
  const gone = before.filter((stack) => !now.has(identity(stack)));
  const changes = [...differing(after), ...gone].map((stack): StackChange => {
    const [one, other] = [then.get(identity(stack)), now.get(identity(stack))];
    return { stack, before: one, after: other, resources: compareResources(one, other).map(withMove(stack, moves)) };
  });
  return { changes, before, after };
}

const withMove =
  (stack: GuardedStack, moves: readonly Move[]) =>
  (change: ResourceChange): ResourceChange => {
    const isHere = ({ stack: other, logicalId }: Move['from']) =>
      identity(other) === identity(stack) && logicalId === change.logicalId;
    const movedTo = change.after === undefined ? moves.find(({ from }) => isHere(from))?.to : undefined;
    const movedFrom = change.before === undefined ? moves.find(({ to }) => isHere(to))?.from : undefined;
    return movedTo || movedFrom ? { ...change, movedTo, movedFrom } : change;
  };
