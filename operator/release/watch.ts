import { setTimeout as sleep } from 'node:timers/promises';
import { type DeploymentState, isUnderWay } from './service-deployments';

export interface WatchProps {
  /** The newest deployment of each service. */
  readonly read: () => Promise<readonly DeploymentState[]>;
  /** A line for each thing that has changed. */
  readonly tell: (line: string) => void;
  readonly everySeconds: number;
}

/** What of a deployment is worth a line when it changes. */
const lineOf = ({ role, status, stage, target, reason }: DeploymentState): string =>
  [
    `${role}: ${status}`,
    stage,
    target && `${target.running} of ${target.requested} tasks`,
    target?.productionWeight !== undefined && `${target.productionWeight} % of production traffic`,
    reason,
  ]
    .filter(Boolean)
    .join(', ');

/** Until no deployment is under way. @returns how the newest one of each service has ended */
export async function watch({ read, tell, everySeconds }: WatchProps): Promise<readonly DeploymentState[]> {
  const told = new Map<string, string>();
  for (;;) {
    const states = await read();
    for (const state of states) {
      const line = lineOf(state);
      if (told.get(state.role) === line) continue;
      told.set(state.role, line);
      tell(line);
    }
    if (!states.some(isUnderWay)) return states;
    await sleep(everySeconds * 1000);
  }
}
