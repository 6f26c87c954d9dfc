import type { Judged } from '../judge';
import { firstLine } from './first-line';
import { propertyLines } from './property-lines';
import type { Report } from './report';

/**
 * For machines. `version` counts changes of this shape that break its readers; fields are only added without one.
 */
export function jsonReport(report: Report): object {
  const { judgement, base, head, places, stacks } = report;
  const { verdict, acknowledged, exitCode, findings, spent } = judgement;
  return {
    version: 1,
    ...{ verdict, acknowledged, exitCode, base, head, stacks },
    summary: firstLine(report),
    places: places.map((name) => ({ name, verdict: verdictAt(name, findings) })),
    findings: findings.map(describedFinding),
    exceptions: spent.map(({ exception, state }) => ({ state, ...exception })),
  };
}

function verdictAt(name: string, findings: readonly Judged[]): string {
  const here = findings.filter(
    ({ environment, stackPath, exception }) => (environment ?? stackPath) === name && exception === undefined,
  );
  return here[0]?.rule.verdict ?? 'green';
}

const describedFinding = (found: Judged) => ({
  ...{
    rule: found.rule.id,
    verdict: found.rule.verdict,
    environment: found.environment ?? null,
    stack: found.stackPath,
  },
  ...{ resource: found.resource, logicalId: found.logicalId ?? null, type: found.type ?? null },
  ...{ essence: found.essence, detail: found.detail, keep: found.keep ?? null, reason: found.rule.reason },
  impact: found.change?.impact ?? null,
  effect: found.effect ?? null,
  excused: found.exception ? { reason: found.exception.reason, expires: found.exception.expires } : null,
  properties: found.change ? propertyLines(found.change) : [],
});
