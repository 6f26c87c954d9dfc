import { exceptionName } from '../exception';
import { type Judged, reviewLabel } from '../judge';
import { grouped, listed, placesOf } from './groups';
import type { Report } from './report';

const marks = { red: '✗', amber: '!', green: '✓' } as const;

/** What matters most, in one line: what would happen where, and how to avoid it. */
export function firstLine({ judgement, places, stacks }: Report): string {
  const { verdict, acknowledged, findings, spent } = judgement;
  const mark = acknowledged ? marks.green : marks[verdict];
  const open = findings.filter(({ rule, exception }) => rule.verdict !== 'green' && exception === undefined);
  const worst = open.filter(({ rule }) => rule.verdict === verdict);
  if (worst.length > 0) return `${mark} ${verdict}${acknowledged ? ', acknowledged' : ''}: ${told(worst, verdict)}`;
  const [first] = spent;
  if (first !== undefined) {
    const { exception, state } = first;
    const why = state === 'expired' ? `has expired on ${exception.expires}` : 'excuses nothing of this change';
    return `${mark} ${verdict}: the exception "${exceptionName(exception)}" ${why}; take it out of diff-guard/exceptions.ts${state === 'expired' ? ', or decide anew until when it holds' : ''}.`;
  }
  const excused = findings.filter(({ exception }) => exception !== undefined).length;
  if (findings.length === 0)
    return `${mark} ${verdict}: no template differs, so a deployment would change nothing (${stacks} stacks of ${listed(places)}).`;
  return `${mark} ${verdict}: nothing that needs a look: ${summary(findings)}${excused > 0 ? `; ${excused} excused by diff-guard/exceptions.ts` : ''}.`;
}

function told(worst: readonly Judged[], verdict: 'red' | 'amber' | 'green'): string {
  const groups = grouped(worst);
  const [group] = groups;
  if (group === undefined) return '';
  const [{ essence, detail, keep }] = group.findings;
  const what = `${listed(placesOf(group))} ${essence}. ${detail}`;
  const remedy =
    keep === undefined ? '' : ` ${/^(stateful|secret-over)/.test(group.rule.id) ? 'Keep it' : 'Instead'}: ${keep}`;
  const more =
    groups.length > 1 ? ` And ${groups.length - 1} more that ${groups.length > 2 ? 'are' : 'is'} ${verdict}.` : '';
  return `${what}${remedy}${more}${verdict === 'amber' ? ` The label ${reviewLabel} lets it pass.` : ''}`;
}

/** `3 × Another container image in a task definition; …` */
export function summary(findings: readonly Judged[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule.title, (counts.get(rule.title) ?? 0) + 1);
  return [...counts].map(([title, count]) => `${count} × ${title.charAt(0).toLowerCase()}${title.slice(1)}`).join('; ');
}
