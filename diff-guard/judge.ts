import type { Comparison, ResourceChange, StackChange } from './compare/change';
import { type Effect, effectOf } from './effects/effect';
import { type Exception, excuses, isExpired } from './exception';
import { type Finding, type Rule, severity, type Verdict } from './rules/rule';
import { withoutSecrets } from './rules/secret-patterns';
import { verdictTable } from './rules/verdict-table';

/** A finding with where it was made and what became of it. */
export interface Judged {
  readonly rule: Rule;
  readonly environment: string | undefined;
  /** Within its environment. */
  readonly stack: string;
  readonly stackPath: string;
  readonly resource: string;
  readonly logicalId?: string;
  readonly type?: string;
  readonly essence: string;
  readonly detail: string;
  readonly keep?: string;
  readonly change?: ResourceChange;
  readonly effect?: Effect;
  readonly exception?: Exception;
}

export interface SpentException {
  readonly exception: Exception;
  readonly state: 'unused' | 'expired';
}

export interface Judgement {
  /** The worst first. */
  readonly findings: readonly Judged[];
  readonly spent: readonly SpentException[];
  readonly verdict: Verdict;
  /** Amber that a label has acknowledged. */
  readonly acknowledged: boolean;
  readonly exitCode: 0 | 1 | 2;
}

export const reviewLabel = 'diff-guard:reviewed';

export interface JudgeOptions {
  readonly exceptions: readonly Exception[];
  readonly labels: readonly string[];
  /** As `2027-06-01`. */
  readonly today: string;
}

/** Every row of the table over every stack that changes. */
export function judge(comparison: Comparison, { exceptions, labels, today }: JudgeOptions): Judgement {
  const holding = exceptions.filter((exception) => !isExpired(exception, today));
  const findings = comparison.changes
    .flatMap((stack) => judgeStack(stack, comparison))
    .map((found): Judged => {
      const excusable = { ...found, rule: found.rule.id };
      const exception = found.rule.verdict === 'green' ? undefined : holding.find((each) => excuses(each, excusable));
      return exception === undefined ? found : { ...found, exception };
    })
    .sort(worstFirst);
  const used = new Set(findings.map(({ exception }) => exception));
  const spent = exceptions.flatMap((exception): SpentException[] =>
    isExpired(exception, today)
      ? [{ exception, state: 'expired' }]
      : used.has(exception)
        ? []
        : [{ exception, state: 'unused' }],
  );
  const open = findings.filter(({ exception }) => exception === undefined).map(({ rule }) => rule.verdict);
  const verdict: Verdict =
    open.includes('red') || spent.length > 0 ? 'red' : open.includes('amber') ? 'amber' : 'green';
  const acknowledged = verdict === 'amber' && labels.includes(reviewLabel);
  return {
    findings,
    spent,
    verdict,
    acknowledged,
    exitCode: verdict === 'red' ? 1 : verdict === 'amber' && !acknowledged ? 2 : 0,
  };
}

function judgeStack(stack: StackChange, comparison: Comparison): Judged[] {
  const found: Judged[] = [];
  const named = new Set<unknown>();
  for (const rule of verdictTable) {
    const findings = rule.find(stack, comparison);
    for (const finding of findings) {
      const what = finding.change ?? finding.resource;
      // A green row names what nothing above has named.
      if (rule.verdict === 'green' && named.has(what)) continue;
      named.add(what);
      found.push(described(rule, stack, finding));
    }
  }
  return found;
}

const described = (rule: Rule, { stack }: StackChange, { change, resource, ...told }: Finding): Judged => ({
  ...{ rule, change, keep: told.keep },
  // A statement or an expression that a finding quotes may hold anything.
  essence: withoutSecrets(told.essence),
  detail: withoutSecrets(told.detail),
  environment: stack.environment,
  stack: stack.id,
  stackPath: stack.path,
  resource: change?.label ?? resource ?? stack.stackName,
  logicalId: change?.logicalId,
  type: change?.type,
  effect: change && effectOf(change),
});

/** By verdict, then by the order of the table, then production before the others. */
function worstFirst(one: Judged, other: Judged): number {
  const rank = ({ rule, environment, exception }: Judged) => [
    exception === undefined ? 0 : 1,
    -severity[rule.verdict],
    verdictTable.indexOf(rule),
    environment === 'production' ? 0 : 1,
  ];
  const [a, b] = [rank(one), rank(other)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
