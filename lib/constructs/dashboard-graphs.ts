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

/** Each value once, the page before the ticket: a line for each of ten queues would hide the queues. */
function thresholdsOf(
  alarmed: readonly { readonly severity: Severity; readonly alarm: AlarmDefinition }[],
): cloudwatch.HorizontalAnnotation[] {
  const byValue = new Map<number, cloudwatch.HorizontalAnnotation>();
  for (const { severity, alarm } of [...alarmed].sort((one, other) => one.severity.localeCompare(other.severity))) {
    const { threshold: value, comparison, name } = alarm;
    if (byValue.has(value)) continue;
    const below = comparison === cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD;
    byValue.set(value, {
      value,
      color: colours[severity],
      label: `${severity} ${name}`,
      // Above zero is the whole graph.
      fill: below ? cloudwatch.Shading.BELOW : value === 0 ? cloudwatch.Shading.NONE : cloudwatch.Shading.ABOVE,
    });
  }
  return [...byValue.values()];
}
