import { html, type Markup, svg } from '../rehearsal/report/html';
import type { MetricOptions, Threshold, Widget } from './body';
import { madeUpLine } from './lines';

/** CloudWatch's own order. */
const palette = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
  '#17becf',
];

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly number[];
}

type Metric = readonly (string | MetricOptions)[];

const optionsOf = (metric: Metric): MetricOptions => metric.filter((part) => typeof part === 'object')[0] ?? {};

/** As CloudWatch names a line that has no label: by what tells it from the others. */
const labelOf = (metric: Metric): string => {
  const { label, expression } = optionsOf(metric);
  const words = metric.filter((part): part is string => typeof part === 'string');
  return label ?? expression ?? words[1] ?? '';
};

/** Metrics that CloudWatch would draw. */
const visibleMetrics = ({ properties: { metrics = [] } }: Widget): readonly Metric[] =>
  metrics.filter((metric) => optionsOf(metric).visible !== false);

export function graph(widget: Widget, width: number, height: number): Markup {
  const thresholds = widget.properties.annotations?.horizontal ?? [];
  const highest = Math.max(0, ...thresholds.map(({ value }) => value));
  const top = (highest || 100) * 1.25;
  const lines = visibleMetrics(widget).map((metric, index): Line => {
    const label = labelOf(metric);
    // Within what is allowed, as on a good day.
    const below = thresholds.some(({ fill }) => fill === 'below');
    const points = madeUpLine(label + widget.properties.title, below ? top - highest : (highest || 100) * 0.9);
    const colour = palette[index % palette.length] ?? '#000';
    return { label, colour, points: below ? points.map((value) => highest + value) : points };
  });
  const plot = { left: 44, top: 6, width: width - 56, height: height - 12 };
  const x = (index: number, count: number) => plot.left + (index / (count - 1)) * plot.width;
  const y = (value: number) => plot.top + plot.height * (1 - value / top);
  const path = ({ points }: Line) =>
    points
      .map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index, points.length).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${widget.properties.title ?? ''}">
    ${[0, 0.5, 1].map((part) => axis(plot, part * top, y(part * top)))}
    ${thresholds.map((threshold) => line(threshold, plot, y(threshold.value)))}
    ${lines.map((each) => svg`<path d="${path(each)}" fill="none" stroke="${each.colour}" stroke-width="1.5"/>`)}
  </svg>
  <p class="legend">${lines.map(({ label, colour }) => html`<span><i style="background:${colour}"></i>${label}</span>`)}</p>`;
}

interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const axis = ({ left, width }: Plot, value: number, y: number): Markup =>
  svg`<path d="M${left} ${y}h${width}" stroke="#e4e7ea"/><text x="${left - 4}" y="${y + 3}" text-anchor="end">${short(value)}</text>`;

function line(
  { label = '', color = '#d62728', fill = 'none' }: Threshold,
  { left, top, width, height }: Plot,
  y: number,
): Markup {
  const shade = { above: { from: top, to: y }, below: { from: y, to: top + height }, none: { from: y, to: y } }[fill];
  return svg`<rect x="${left}" y="${shade.from}" width="${width}" height="${Math.max(0, shade.to - shade.from)}" fill="${color}" opacity="0.07"/>
    <path d="M${left} ${y}h${width}" stroke="${color}" stroke-dasharray="4 3"/>
    <text x="${left + width}" y="${fill === 'below' ? y + 10 : y - 3}" text-anchor="end" fill="${color}">${label}</text>`;
}

/** 1.5G, 12k, 0.25 */
function short(value: number): string {
  const [unit, size] = (
    [
      ['G', 1e9],
      ['M', 1e6],
      ['k', 1e3],
    ] as const
  ).find(([, each]) => value >= each) ?? ['', 1];
  return `${Number((value / size).toPrecision(3))}${unit}`;
}
