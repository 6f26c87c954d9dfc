import type { DeploymentRecord, Rehearsal } from '../record';
import { drawing, secondsBetweenTicks, type TimeAxis, timeAxis } from './axes';
import { bucketsOf } from './buckets';
import { bucketTitles, latencyLane, requestLane } from './chart-lanes';
import { storeName } from './excuses';
import { clock, duration } from './figures';
import { type Content, type Markup, svg } from './html';
import type { Lane } from './lane';
import { failureLane, type Mark, socketLane } from './mark-lanes';
import { deploymentLane, stageLane } from './stage-lane';

const halfSecondMs = 500;

/** The whole run, so that it can be seen at once. */
export function overview(rehearsal: Rehearsal, marks: readonly Mark[]): Markup {
  const { loadFrom, endedAt } = rehearsal;
  const axis = timeAxis(loadFrom, Math.max(endedAt, loadFrom + 1000));
  // Narrower than two pixels nobody sees one.
  const bucketMs = Math.max(halfSecondMs, (endedAt - loadFrom) / 540);
  const name = `The whole run: deployments, failures, requests a second and latency over ${duration(endedAt - loadFrom)}`;
  return chart(rehearsal, axis, marks, { name, lane: deploymentLane(rehearsal, axis), bucketMs, heights: [110, 80] });
}

/** One deployment with a little before and after it. */
export function closeUp(rehearsal: Rehearsal, deployment: DeploymentRecord, marks: readonly Mark[]): Markup {
  const from = deployment.stages[0]?.from ?? rehearsal.loadFrom;
  const to = deployment.stages.at(-1)?.to ?? rehearsal.endedAt;
  const axis = timeAxis(from - 1000, Math.max(to, from) + 1000);
  const name = `${deployment.title}: stages, failures, requests a second and latency`;
  const lane = stageLane(rehearsal, deployment, axis);
  const bucketMs = Math.max(halfSecondMs, (to - from) / 540);
  return chart(rehearsal, axis, marks, { name, lane, bucketMs, heights: [90, 70], titles: true });
}

interface ChartProps {
  readonly name: string;
  /** What stands on top. */
  readonly lane: Lane;
  readonly bucketMs: number;
  /** Of the requests and of the latency, in pixels. */
  readonly heights: readonly [number, number];
  /** Each bucket and each socket that moved tells its numbers. @default false */
  readonly titles?: boolean;
}

function chart(rehearsal: Rehearsal, axis: TimeAxis, marks: readonly Mark[], props: ChartProps): Markup {
  const { name, lane, bucketMs, heights, titles = false } = props;
  const buckets = bucketsOf(rehearsal.requests, axis.from, axis.to, bucketMs);
  const failures = failureLane(marks, axis);
  const requests = requestLane(buckets, axis, heights[0]);
  const latency = latencyLane(buckets, axis, heights[1]);
  const sockets = socketLane(rehearsal, axis, titles);
  const lanes = [lane, failures, requests, latency, sockets];
  const tops = lanes.map((_, index) => lanes.slice(0, index).reduce((sum, { height }) => sum + height, 0));
  const bottom = lanes.reduce((sum, { height }) => sum + height, 0);
  const chartsTop = tops[2] ?? 0;
  const hover = titles
    ? bucketTitles(buckets, axis, rehearsal.loadFrom, chartsTop, requests.height + latency.height)
    : undefined;
  return svg`<svg class="timeline" role="img" aria-label="${name}" viewBox="0 0 ${drawing.width} ${bottom + 22}" width="${drawing.width}" height="${bottom + 22}">
<title>${name}</title>${outages(rehearsal, axis, bottom)}${shifts(rehearsal, axis, lane.height, bottom)}${hover}
${lanes.map(({ content }, index) => svg`<g transform="translate(0 ${tops[index] ?? 0})">${content}</g>\n`)}${timeTicks(rehearsal, axis, bottom)}</svg>`;
}

function outages({ outages }: Rehearsal, axis: TimeAxis, bottom: number): Content[] {
  return outages.flatMap((outage): Content[] => {
    const { from, to } = outage;
    if (to < axis.from || from > axis.to) return [];
    const x = axis.x(from);
    const width = Math.max(2, axis.x(to) - x).toFixed(1);
    const what = `${storeName(outage)} away`;
    // What begins near the right end is written to its left.
    const [anchor, start] = x > drawing.width - 120 ? (['end', x - 4] as const) : (['start', x + 3] as const);
    return [
      svg`<g class="outage"><rect x="${x}" y="0" width="${width}" height="${bottom}"><title>${`${what} for ${duration(to - from)}`}</title></rect><text x="${start}" y="${bottom - 4}" text-anchor="${anchor}">${what}</text></g>`,
    ];
  });
}

/** The moments in which production traffic changes its colour, through all lanes. */
function shifts({ deployments }: Rehearsal, axis: TimeAxis, top: number, bottom: number): Content[] {
  const moments = deployments.flatMap(({ stages, from, to }) => {
    const first = stages.findIndex(({ stage }) => stage === 'PRODUCTION_TRAFFIC_SHIFT');
    return first === -1
      ? []
      : stages.slice(first).flatMap(({ stage, from: at }) => {
          if (stage === 'PRODUCTION_TRAFFIC_SHIFT') return [{ at, colour: to }];
          return stage === 'ROLLBACK' ? [{ at, colour: from }] : [];
        });
  });
  return moments
    .filter(({ at }) => at > axis.from && at < axis.to)
    .map(
      ({ at, colour }) =>
        svg`<path class="traffic ${colour}" d="M${axis.x(at)} ${top}V${bottom}"><title>production traffic to ${colour}</title></path>`,
    );
}

function timeTicks({ loadFrom }: Rehearsal, axis: TimeAxis, bottom: number): Content[] {
  const step = secondsBetweenTicks(axis.to - axis.from) * 1000;
  const first = Math.ceil((axis.from - loadFrom) / step) * step;
  const number = Math.max(0, Math.floor((axis.to - loadFrom - first) / step) + 1);
  return Array.from({ length: number }, (_, index) => {
    const since = first + index * step;
    const x = axis.x(loadFrom + since);
    return svg`<path class="leader" d="M${x} ${bottom}v4"/><text class="time" x="${x}" y="${bottom + 16}">${clock(since).replace(/\.0$/, '')}</text>`;
  });
}
