import type { DeploymentRecord, Rehearsal } from '../record';
import type { ShiftSummary } from './deployment-summary';
import { count, counted } from './figures';
import { type Stage, stageName } from './stage-names';
import type { Summary } from './summary';
import type { Verdict } from './verdict';

export const containerNames = {
  docker: 'Docker containers',
  podman: 'Podman containers',
  processes: 'processes instead of containers',
} as const;

export const outcomeOf = ({ status, expected }: DeploymentRecord): string =>
  status === expected ? `${status}, as expected` : `${status} instead of ${expected}`;

export const shiftName = ({ stage }: ShiftSummary): string => (stage === 'ROLLBACK' ? 'back' : 'shift');

/** One sentence for whoever reads nothing else. */
export function verdictSentence({ deployments }: Rehearsal, summary: Summary, verdict: Verdict): string {
  const { total, sockets, jobs } = summary;
  if (!verdict.passed) {
    const failed = verdict.failures.reduce(
      (sum, { subject, count: some }) => sum + (subject === 'requests' ? some : 0),
      0,
    );
    return `FAILED: ${counted(verdict.failures.length, 'reason')}; ${counted(failed, 'request')} of ${count(total.requests)} failed that nobody provoked.`;
  }
  const all = (pick: (of: Summary['sockets'][number]) => number) => sockets.reduce((sum, of) => sum + pick(of), 0);
  const excused =
    total.failed === 0 ? 'none failed' : `none failed but ${count(total.failed)} that were provoked on purpose`;
  return [
    `Passed: ${counted(total.requests, 'request')}, ${excused}.`,
    ...(sockets.length === 0
      ? []
      : [
          `${counted(
            all(({ opened }) => opened),
            'socket',
          )} kept, ${count(all(({ moved }) => moved))} of them on another task.`,
        ]),
    ...(jobs.accepted === 0 ? [] : [`${counted(jobs.accepted, 'job')}, each done once.`]),
    ...(deployments.length === 0
      ? []
      : [
          `${counted(deployments.length, 'deployment')} ended as ${deployments.length === 1 ? 'it has' : 'they have'} to.`,
        ]),
  ].join(' ');
}

/** When something was: `in the bake time of “release”`. */
export function whileIn(deployment: string | undefined, stage: Stage | undefined): string {
  if (deployment === undefined || stage === undefined) return 'while no deployment went on';
  if (stage === 'WORKER') return `while “${deployment}” replaced the workers`;
  return `in the ${stageName(stage)} of “${deployment}”`;
}
