import { deployabilityRules } from './deployability';
import { exposureRules } from './exposure';
import { harmlessRules } from './harmless';
import { protectionRules } from './protection';
import { reviewRules } from './review';
import type { Rule } from './rule';
import { statefulRules } from './stateful';

/** What may be said about a change, the worst first. */
export const verdictTable: readonly Rule[] = [
  ...statefulRules,
  ...protectionRules,
  ...exposureRules,
  ...deployabilityRules,
  ...reviewRules,
  ...harmlessRules,
];

export const ruleIds: readonly string[] = verdictTable.map(({ id }) => id);
