import type { Estate } from '../estate';
import type { Finding } from '../line';

/** Prices some types of resources of an estate. */
export interface Pricing {
  /** The types that it answers for, whole: no other pricing has to look at them. */
  readonly types: readonly string[];
  readonly findings: (estate: Estate) => readonly Finding[];
}
