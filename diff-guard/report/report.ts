import type { Judgement } from '../judge';

/** What was compared, and what came of it. */
export interface Report {
  /** As it was named, with the commit that it is. */
  readonly base: string;
  readonly head: string;
  /** Environments and stacks per account of both sides, in the order of composition. */
  readonly places: readonly string[];
  readonly stacks: number;
  readonly judgement: Judgement;
}
