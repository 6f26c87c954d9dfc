import { formatTable } from '../../scripts/table';
import type { DeploymentState, RevisionState } from './service-deployments';

const minutes = (from: Date | undefined, to: Date): string =>
  from === undefined ? '–' : `${Math.max(0, Math.round((to.getTime() - from.getTime()) / 60_000))} min`;

/** As people look it up in the logs: to the minute, in UTC. */
const clock = (time: Date | undefined): string => time?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';

const shortDigest = (digest: string | undefined): string => (digest === undefined ? '' : ` ${digest.slice(0, 19)}`);
const imageOf = (revision: RevisionState | undefined): string =>
  revision === undefined ? '–' : `${revision.image ?? '–'}${shortDigest(revision.digest)}`;

const stageOf = ({ stage, bakeTime }: DeploymentState): string => {
  if (stage === undefined) return '–';
  return stage === 'BAKE_TIME' && bakeTime !== undefined ? `${stage} of ${bakeTime} min` : stage;
};

/** The newest deployment of each service, with what runs. */
export function statusText(environment: string, states: readonly DeploymentState[], now: Date): string {
  if (states.length === 0) return `${environment}: ECS knows of no deployment in the last 90 days.`;
  const rows = states.flatMap((state) => {
    const revisions = [
      ...(state.target ? [['new', state.target] as const] : []),
      ...state.sources.map((each) => ['before', each] as const),
    ];
    return revisions.map(([which, revision], index) => [
      ...(index === 0
        ? [state.role, state.status, stageOf(state), minutes(state.createdAt, state.finishedAt ?? now)]
        : ['', '', '', '']),
      which,
      imageOf(revision),
      `${revision.running} of ${revision.requested}`,
      revision.productionWeight === undefined ? '–' : `${revision.productionWeight} %`,
    ]);
  });
  const head = ['service', 'status', 'stage', 'since', 'revision', 'image', 'tasks', 'traffic'];
  const reasons = states.flatMap(({ role, reason }) => (reason === undefined ? [] : [`${role}: ${reason}`]));
  return [`${environment}, ${clock(now)} UTC`, formatTable(head, rows), ...reasons].join('\n');
}

export function historyText(environment: string, states: readonly DeploymentState[]): string {
  if (states.length === 0) return `${environment}: ECS knows of no deployment in the last 90 days.`;
  const rows = states.map((state) => [
    clock(state.createdAt),
    state.role,
    state.status,
    state.finishedAt === undefined ? '–' : minutes(state.createdAt, state.finishedAt),
    imageOf(state.target),
    state.reason ?? '',
  ]);
  return formatTable(['begun (UTC)', 'service', 'status', 'took', 'image', 'reason'], rows);
}
