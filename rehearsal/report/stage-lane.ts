import type { DeploymentRecord, Rehearsal } from '../record';
import type { TimeAxis } from './axes';
import { type Band, bandsOf } from './bands';
import { duration } from './figures';
import { type Content, svg } from './html';
import type { Lane } from './lane';
import { type Stage, stageMeanings, stageName } from './stage-names';
import { outcomeOf } from './wording';

const lookOf: Readonly<Partial<Record<Stage, string>>> = {
  PRODUCTION_TRAFFIC_SHIFT: 'shift',
  BAKE_TIME: 'bake',
  ROLLBACK: 'back',
  CLEAN_UP: 'clean',
  WORKER: 'worker',
};

const describe = ({ deployment, stage, from, to }: Band): string =>
  stage === undefined
    ? `no deployment, ${duration(to - from)}`
    : `${stageName(stage)} of ${deployment?.title}, ${duration(to - from)}: ${stageMeanings[stage]}`;

function segments(bands: readonly Band[], axis: TimeAxis, y: number, height: number): Content[] {
  return bands.flatMap((band): Content[] => {
    if (band.stage === undefined || band.to < axis.from || band.from > axis.to) return [];
    const x = axis.x(band.from);
    const width = Math.max(1, axis.x(band.to) - x - 0.5).toFixed(1);
    return [
      svg`<rect class="stage ${lookOf[band.stage] ?? 'before'}" x="${x}" y="${y}" width="${width}" height="${height}"><title>${describe(band)}</title></rect>`,
    ];
  });
}

/** Of 12 px text in the widest of the fonts that a reader may have. */
const characterPx = 7.4;

const fitted = (text: string, width: number): string => {
  const room = Math.floor(width / characterPx);
  if (room < 3) return '';
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
};

/** Of the whole run: a box for each deployment with its title, and its stages below in colours. */
export function deploymentLane(rehearsal: Rehearsal, axis: TimeAxis): Lane {
  const boxes = rehearsal.deployments.map((deployment) => {
    const { stages, from, to } = deployment;
    const x = axis.x(stages[0]?.from ?? axis.from);
    const width = Math.max(2, axis.x(stages.at(-1)?.to ?? axis.from) - x);
    const asExpected = deployment.status === deployment.expected;
    const title = `${deployment.title}, ${from} → ${to}: ${outcomeOf(deployment)}`;
    return svg`<g><title>${title}</title><rect class="deployment${asExpected ? '' : ' wrong'}" x="${x}" y="0.5" width="${width.toFixed(1)}" height="39" rx="3"/>
<text x="${x + 6}" y="16" class="strong">${fitted(deployment.title, width - 8)}</text>
<text x="${x + 6}" y="32" class="soft">${fitted(ending(deployment), width - 8)}</text></g>`;
  });
  return { height: 56, content: [boxes, segments(bandsOf(rehearsal), axis, 42, 10)] };
}

const ending = ({ status, expected, from, to }: DeploymentRecord): string =>
  `${status === expected ? '✓' : '✗'} ${status === 'SUCCESSFUL' ? `${from} → ${to}` : `stays ${from}`}`;

/** Of one deployment: its stages, each with its name. */
export function stageLane(rehearsal: Rehearsal, deployment: DeploymentRecord, axis: TimeAxis): Lane {
  const bands = bandsOf(rehearsal).filter((band) => band.deployment === deployment);
  const names = placed(bands, axis);
  const rows = Math.max(0, ...names.map(({ row }) => row)) + 1;
  const top = rows * rowHeight + 2;
  const content = names.map(({ band, x, row, at }) => {
    const y = row * rowHeight + 11;
    return svg`<path class="leader" d="M${at} ${y + 3}V${top}"/><text x="${x}" y="${y}">${stageName(band.stage as Stage)}<title>${describe(band)}</title></text>`;
  });
  return { height: top + 20, content: [content, segments(bands, axis, top, 14)] };
}

const rowHeight = 16;

/** Where the names stand so that none hides another: in the first row with room, from the left. */
function placed(bands: readonly Band[], axis: TimeAxis) {
  const taken: number[] = [];
  return bands.flatMap((band) => {
    // ECS passes it at once, unless a hook is asked in it.
    if (band.stage === undefined || band.to - band.from < 100) return [];
    const at = axis.x((band.from + band.to) / 2);
    const length = stageName(band.stage).length * characterPx * 0.9;
    const x = Math.min(Math.max(axis.x(axis.from), at - length / 2), axis.x(axis.to) - length);
    const found = taken.findIndex((end) => end < x);
    const row = found === -1 ? taken.length : found;
    taken[row] = x + length + 8;
    return [{ band, x: Math.round(x), row, at }];
  });
}
