import type { GuardedStack, Resource } from '../assembly/guarded-stack';
import type { Leaf } from './leaves';

/** What CloudFormation does with a resource. `orphan` leaves it in AWS and forgets it. */
export type Impact = 'create' | 'update' | 'perhaps replace' | 'replace' | 'destroy' | 'orphan';

export interface PropertyChange {
  /** Of the property, or of an attribute beside the properties such as DeletionPolicy. */
  readonly name: string;
  readonly isProperty: boolean;
  readonly before?: unknown;
  readonly after?: unknown;
  /** What differs within. Empty when it is the same text, which names something that is replaced. */
  readonly leaves: readonly Leaf[];
  /** `unknown`: CloudFormation's specification does not have this property. */
  readonly replacement: 'no' | 'perhaps' | 'yes' | 'unknown';
}

export interface Place {
  readonly stack: GuardedStack;
  readonly logicalId: string;
}

export interface ResourceChange {
  readonly logicalId: string;
  /** The construct's path below its stack, or the logical id: `Database/Instance` */
  readonly label: string;
  readonly type: string;
  readonly before?: Resource;
  readonly after?: Resource;
  readonly impact: Impact;
  readonly properties: readonly PropertyChange[];
  /** Where the same construct is now, or was before: to CloudFormation these are two resources. */
  readonly movedTo?: Place;
  readonly movedFrom?: Place;
}

export interface StackChange {
  /** As it is after the change, or was before it vanished. */
  readonly stack: GuardedStack;
  readonly before?: GuardedStack;
  readonly after?: GuardedStack;
  readonly resources: readonly ResourceChange[];
}

export interface Comparison {
  /** Stacks in which something differs; the others are not in it. */
  readonly changes: readonly StackChange[];
  readonly before: readonly GuardedStack[];
  readonly after: readonly GuardedStack[];
}
