import { formatTable } from '../../scripts/table';
import { shortDigest } from '../images/image-reference';
import type { DeploymentState, RevisionState } from './service-deployments';
import type { RollbackTarget } from './targets';

const minutes = (from: Date | undefined, to: Date): string =>
  from === undefined ? '–' : `${Math.max(0, Math.round((to.getTime() - from.getTime()) / 60_000))} min`;

/** As people look it up in the logs: to the minute, in UTC. */
const clock = (time: Date | undefined): string => time?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';

const imageOf = (revision: RevisionState | undefined): string =>
  revision === undefined
    ? '–'
    : [revision.image ?? '–', revision.digest && shortDigest(revision.digest)].filter(Boolean).join(' ');

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

/** What a rollback can choose from. */
export function targetsText(environment: string, targets: readonly RollbackTarget[]): string {
  if (targets.length < 2)
    return `ECS knows of no other image that ran in ${environment} in the last 90 days. Release an older one by its tag: npx cdk deploy '${environment}/**' -c imageTag=…`;
  const rows = targets.map(({ revision, releasedAt, objection }) => [
    objection === undefined ? '✓' : '✗',
    revision.id,
    imageOf(revision),
    clock(releasedAt),
    objection ?? '',
  ]);
  return formatTable(['', 'revision', 'image', 'released (UTC)', 'why not'], rows);
}
