import { drawing, linearAxis, logarithmicAxis, type TimeAxis, type ValueAxis } from './axes';
import type { Bucket } from './buckets';
import { clock, count, milliseconds } from './figures';
import { type Content, svg } from './html';
import type { Lane } from './lane';

const titleHeight = 18;

function grid({ ticks, y }: ValueAxis, height: number): Content[] {
  const { left, right, width } = drawing;
  const lines = [0, ...ticks.map(y).map((place) => height - place)].map(
    (fromBelow) => titleHeight + height - fromBelow,
  );
  return [
    lines.map((place) => svg`<path class="grid" d="M${left} ${place.toFixed(1)}H${width - right}"/>`),
    ticks.map(
      (tick) =>
        svg`<text class="tick" x="${left - 6}" y="${(titleHeight + y(tick) + 4).toFixed(1)}">${count(tick)}</text>`,
    ),
  ];
}

const title = (text: string): Content => svg`<text class="lane-title" x="${drawing.left}" y="11">${text}</text>`;

/** Steps, as a bucket has one rate for its whole length; from below to above where it stands on others. */
function area(
  buckets: readonly Bucket[],
  axis: TimeAxis,
  y: (value: number) => number,
  low: (of: Bucket) => number,
  high: (of: Bucket) => number,
): string {
  const steps = (of: readonly Bucket[], value: (of: Bucket) => number, end: 'from' | 'to') =>
    of.map((bucket) => `V${(titleHeight + y(value(bucket))).toFixed(1)}H${axis.x(bucket[end])}`).join('');
  const [first] = buckets;
  if (first === undefined) return '';
  const start = `M${axis.x(first.from)} ${(titleHeight + y(low(first))).toFixed(1)}`;
  return `${start}${steps(buckets, high, 'to')}${steps([...buckets].reverse(), low, 'from')}Z`;
}

const layers = ['other', 'blue', 'green', 'failed'] as const;

/** Requests a second by the colour that answered, one upon the other. */
export function requestLane(buckets: readonly Bucket[], axis: TimeAxis, height: number): Lane {
  const upTo = (bucket: Bucket, layer: number) => layers.slice(0, layer).reduce((sum, name) => sum + bucket[name], 0);
  const most = buckets.reduce((most, bucket) => Math.max(most, upTo(bucket, layers.length)), 0);
  const values = linearAxis(most, height);
  const areas = layers.map((name, layer) =>
    buckets.some((bucket) => bucket[name] > 0)
      ? svg`<path class="area ${name}" d="${area(
          buckets,
          axis,
          values.y,
          (of) => upTo(of, layer),
          (of) => upTo(of, layer + 1),
        )}"/>`
      : undefined,
  );
  return { height: titleHeight + height + 10, content: [grid(values, height), areas, title('requests a second')] };
}

/** A line with a hole where nothing was measured. */
function line(
  buckets: readonly Bucket[],
  axis: TimeAxis,
  y: (value: number) => number,
  pick: (of: Bucket) => number | undefined,
): string {
  let down = false;
  return buckets
    .map((bucket) => {
      const value = pick(bucket);
      const command = down ? 'L' : 'M';
      down = value !== undefined;
      return value === undefined
        ? ''
        : `${command}${axis.x((bucket.from + bucket.to) / 2)} ${(titleHeight + y(value)).toFixed(1)}`;
    })
    .join('');
}

/** The logarithm of the latency: what matters is whether it is ten times as long. */
export function latencyLane(buckets: readonly Bucket[], axis: TimeAxis, height: number): Lane {
  const values = logarithmicAxis(
    buckets.flatMap(({ p50, p99 }) => [p50, p99].filter((value) => value !== undefined)),
    height,
  );
  const lines = (['p99', 'p50'] as const).map(
    (name) => svg`<path class="line ${name}" d="${line(buckets, axis, values.y, (of) => of[name])}"/>`,
  );
  return {
    height: titleHeight + height + 10,
    content: [grid(values, height), lines, title('latency in ms: p50 (thick), p99 (thin)')],
  };
}

/** What a bucket says, for whoever points at it. */
export function bucketTitles(
  buckets: readonly Bucket[],
  axis: TimeAxis,
  loadFrom: number,
  top: number,
  height: number,
): Content[] {
  return buckets.map((bucket) => {
    const { from, to, blue, green, other, failed, p50, p99 } = bucket;
    const rates = Object.entries({ blue, green, other, failed }).filter(([, rate]) => rate > 0);
    const text = `${clock(from - loadFrom)}: ${rates.map(([name, rate]) => `${name} ${count(Math.round(rate))}/s`).join(', ')}; p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)} ms`;
    const x = axis.x(from);
    return svg`<rect class="hover" x="${x}" y="${top}" width="${(axis.x(to) - x).toFixed(1)}" height="${height}"><title>${text}</title></rect>`;
  });
}
