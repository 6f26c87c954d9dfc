import type { Verdict } from '../../../diff-guard/rules/rule';
import type { Edit } from '../draft';

/** Two states of this project's templates that differ in one thing, and what has to be said about it. */
export interface Pair {
  /** Completes "calls it red when …". */
  readonly title: string;
  readonly verdict: Verdict;
  /** The row that has to find it. */
  readonly rule: string;
  readonly change: Edit;
  /** What the base is, where it is not what is deployed. @default - that */
  readonly base?: Edit;
  /** What the first line has to say. */
  readonly says?: RegExp;
}
