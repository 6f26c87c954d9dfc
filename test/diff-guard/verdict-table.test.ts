import { compare } from '../../diff-guard/compare/compare';
import { judge } from '../../diff-guard/judge';
import { firstLine } from '../../diff-guard/report/first-line';
import { verdictTable } from '../../diff-guard/rules/verdict-table';
import { deployedStacks, drafted, unlabelled } from './draft';
import { deployabilityPairs } from './pairs/deployability';
import { exposurePairs } from './pairs/exposure';
import { harmlessPairs } from './pairs/harmless';
import type { Pair } from './pairs/pair';
import { protectionPairs } from './pairs/protection';
import { reviewPairs } from './pairs/review';
import { statefulPairs } from './pairs/stateful';

const pairs: readonly Pair[] = [
  ...statefulPairs,
  ...protectionPairs,
  ...exposurePairs,
  ...deployabilityPairs,
  ...reviewPairs,
  ...harmlessPairs,
];

function judgementOf({ base, change }: Pair) {
  const before = base === undefined ? deployedStacks() : drafted(base);
  return judge(compare(before, drafted(change)), unlabelled);
}

describe.each(['red', 'amber', 'green'] as const)('%s', (verdict) => {
  it.each(pairs.filter((pair) => pair.verdict === verdict).map((pair) => [pair.title, pair] as const))(
    'when %s',
    (_, pair) => {
      const judgement = judgementOf(pair);
      const rules = judgement.findings.map(({ rule }) => `${rule.verdict} ${rule.id}`);
      expect(rules).toContain(`${verdict} ${pair.rule}`);
      expect({ verdict: judgement.verdict, exitCode: judgement.exitCode, rules }).toEqual({
        ...{ verdict, exitCode: { red: 1, amber: 2, green: 0 }[verdict], rules },
      });
      const line = firstLine({ base: 'main', head: 'here', places: ['production'], stacks: 34, judgement });
      expect(line).toMatch(pair.says ?? { red: /^✗ red: \S/, amber: /^! amber: \S/, green: /^✓ green: \S/ }[verdict]);
    },
  );
});

it('has a pair for every row of the verdict table', () => {
  const hit = new Set(pairs.map(({ rule }) => rule));
  expect(verdictTable.map(({ id }) => id).filter((id) => !hit.has(id))).toEqual([]);
  expect(pairs.length).toBeGreaterThanOrEqual(40);
});

it('has rows with names of their own, each with a reason in a sentence', () => {
  expect(new Set(verdictTable.map(({ id }) => id)).size).toBe(verdictTable.length);
  for (const { id, reason } of verdictTable) expect(`${id}: ${reason}`).toMatch(/: .{15,}[.:]$|"$/);
});

it('says of the same templates that nothing changes', () => {
  const judgement = judge(compare(deployedStacks(), structuredClone(deployedStacks())), unlabelled);
  expect(judgement).toMatchObject({ findings: [], verdict: 'green', exitCode: 0 });
  const line = firstLine({ base: 'main', head: 'here', places: ['production', 'demo'], stacks: 34, judgement });
  expect(line).toBe(
    '✓ green: no template differs, so a deployment would change nothing (34 stacks of production and demo).',
  );
});
