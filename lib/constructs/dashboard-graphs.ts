import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Severity } from '../config/environment';
import type { AlarmDefinition, Monitoring, View } from './monitoring';
import { readMetric } from './read-metric';

/** Everything of one title: lines, and where they become an alarm. */
export interface Graph {
  readonly title: string;
  readonly stacked: boolean;
  readonly metrics: cloudwatch.IMetric[];
  readonly thresholds: cloudwatch.HorizontalAnnotation[];
}

const colours: Readonly<Record<Severity, string>> = {
  page: cloudwatch.Color.RED,
  ticket: cloudwatch.Color.ORANGE,
};

/** Graphs of a view, in the order in which their titles were registered. */
export function graphsOf(reader: Construct, monitoring: Monitoring, view: View): Graph[] {
  const { alarms, graphs } = monitoring;
  return monitoring.titlesOf(view).map((title) => {
    const alarmed = alarms.filter(({ alarm }) => alarm.view === view && alarm.title === title);
    const drawn = graphs.filter((graph) => graph.view === view && graph.title === title);
    return {
      title,
      stacked: drawn.some(({ stacked }) => stacked === true),
      metrics: [
        // A line once, though two alarms may watch it.
        ...new Map(
          alarmed.map(({ alarm }) => {
            const metric = readMetric(reader, alarm.about, alarm.metric);
            return [JSON.stringify(metric.toMetricConfig()), metric] as const;
          }),
        ).values(),
        ...drawn.flatMap(({ about, metrics }) => metrics.map((metric) => readMetric(reader, about, metric))),
      ],
      thresholds: thresholdsOf(alarmed),
    };
  });
}

type Alarmed = readonly { readonly severity: Severity; readonly alarm: AlarmDefinition }[];

/** Each value once, the page before the ticket: ten queues with equal limits have one line. */
function thresholdsOf(alarmed: Alarmed): cloudwatch.HorizontalAnnotation[] {
  const values = [...new Set(alarmed.map(({ alarm }) => alarm.threshold))];
  return values.flatMap((value) => {
    const [first, ...others] = alarmed
      .filter(({ alarm }) => alarm.threshold === value)
      .sort((one, other) => one.severity.localeCompare(other.severity));
    if (first === undefined) return [];
    const { severity, alarm } = first;
    const of = [first, ...others].flatMap((each) => each.alarm.of ?? []);
    // Which of them it is for, where each has its own.
    const more = of.length > 2 ? ` and ${of.length - 2} more` : '';
    const whose = values.length > 2 ? ` ${of.slice(0, 2).join(', ')}${more}` : '';
    const annotation = { value, color: colours[severity], label: `${severity} ${alarm.name}${whose}` };
    return [{ ...annotation, fill: shading(alarm, values.length) }];
  });
}

/** None above zero, which is the whole graph, nor where areas would lie on each other. */
function shading({ threshold, comparison }: AlarmDefinition, lines: number): cloudwatch.Shading {
  if (lines > 2) return cloudwatch.Shading.NONE;
  if (comparison === cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD) return cloudwatch.Shading.BELOW;
  return threshold === 0 ? cloudwatch.Shading.NONE : cloudwatch.Shading.ABOVE;
}
