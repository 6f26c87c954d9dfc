import { isPlaceholderAccount } from '../../lib/config/accounts';
import type { GuardedStack } from '../assembly/guarded-stack';
import type { Comparison, ResourceChange, StackChange } from '../compare/change';

export type Verdict = 'red' | 'amber' | 'green';

/** What a rule has to say about one thing that changes. */
export interface Finding {
  /** What it is about; undefined: the stack as a whole. */
  readonly change?: ResourceChange;
  /** In place of a change's: an output, a parameter, a construct. */
  readonly resource?: string;
  /** Completes "production …": `would lose the database` */
  readonly essence: string;
  /** What happens, in sentences. */
  readonly detail: string;
  /** How to have what was meant without it. */
  readonly keep?: string;
}

/** A row of the verdict table. */
export interface Rule {
  /** As exceptions name it. */
  readonly id: string;
  readonly verdict: Verdict;
  /** What it looks for. */
  readonly title: string;
  readonly reason: string;
  readonly find: (stack: StackChange, comparison: Comparison) => readonly Finding[];
}

type Told = Omit<Finding, 'change'>;

/** A rule that looks at one resource after the other. */
export const eachResource =
  (look: (change: ResourceChange, stack: StackChange, comparison: Comparison) => Told | undefined): Rule['find'] =>
  (stack, comparison) =>
    stack.resources.flatMap((change) => {
      const told = look(change, stack, comparison);
      return told === undefined ? [] : [{ ...told, change }];
    });

/** A rule's worst verdict first, in the order of the table. */
export const severity: Readonly<Record<Verdict, number>> = { red: 2, amber: 1, green: 0 };

/** The same resource's former and later self: neither created nor gone. */
export const stays = ({ before, after }: ResourceChange): boolean => before !== undefined && after !== undefined;

/**
 * Whether something may be deployed from this stack. Nothing is in a placeholder account, but only where the other side
 * states the real one is that certain: until then people deploy with `-c account=…`.
 */
export const countsAsDeployed = ({ account, environment }: GuardedStack, { after }: Comparison): boolean =>
  !isPlaceholderAccount(account) ||
  !after.some((other) => other.environment === environment && !isPlaceholderAccount(other.account));

/** Whether the environment is deployed for the first time, so that nothing of it can be lost or opened. */
export const isNewEnvironment = ({ stack, before }: StackChange, comparison: Comparison): boolean =>
  before === undefined &&
  !comparison.before.some((other) => other.environment === stack.environment && countsAsDeployed(other, comparison));
