import type { Scenario } from '../../rehearsal/record';
import type { SabotageOfAssembly } from './sabotaged-assembly';

/** A mistake that people make, and what the rehearsal has to say about it. */
export interface Sabotage {
  readonly title: string;
  readonly sabotage: SabotageOfAssembly;
  /** What runs before the release: as it is, or broken in the same way. */
  readonly from: 'as it is' | 'sabotaged';
  readonly scenario: Extract<Scenario, 'release' | 'rollback' | 'broken-image'>;
  /** Of the failures that the rehearsal reports, all of these. */
  readonly expected: readonly RegExp[];
  /** In the short form of the suite, which CI runs. */
  readonly short?: true;
}
