import type { Colour, DeploymentRecord, Rehearsal, RequestOutcome } from '../record';
import type { Stage } from './stage-names';

/** A piece of the run's time: a stage of a deployment, or the time between deployments. */
export interface Band {
  /** @default - no deployment went on */
  readonly deployment?: DeploymentRecord;
  readonly stage?: Stage;
  readonly from: number;
  readonly to: number;
}

/** ECS goes from stage to stage at once; what is measured between two stages belongs to the earlier one. */
const seamMs = 250;

/** From the beginning of the load to the end, without holes. */
export function bandsOf(rehearsal: Rehearsal): Band[] {
  const stages = rehearsal.deployments
    .flatMap((deployment) => deployment.stages.map((stage) => ({ deployment, ...stage })))
    .sort((one, other) => one.from - other.from);
  const bands: Band[] = [];
  let reached = rehearsal.loadFrom;
  const quietUntil = (from: number) => {
    const before = bands.at(-1);
    if (before?.deployment && from - before.to <= seamMs) bands[bands.length - 1] = { ...before, to: from };
    else if (from > reached) bands.push({ from: reached, to: from });
  };
  for (const stage of stages) {
    quietUntil(stage.from);
    bands.push(stage);
    reached = Math.max(reached, stage.to);
  }
  quietUntil(rehearsal.endedAt);
  return bands;
}

/** The last band that began before; the first one for what was earlier. */
export function bandAt(bands: readonly Band[], at: number): Band | undefined {
  let low = 0;
  let high = bands.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bands[middle] as Band).from <= at) low = middle + 1;
    else high = middle;
  }
  return bands[Math.max(0, low - 1)];
}

/** A request belongs to the stage in which it ended: what cut it happened then. */
export const endOf = ({ at, ms }: RequestOutcome): number => at + ms;

/** `green/web-5` → `green`; nobody, or what is no web task: nothing. */
export function colourOf(target: string | undefined): Colour | undefined {
  const [group] = (target ?? '').split('/');
  return group === 'blue' || group === 'green' ? group : undefined;
}
