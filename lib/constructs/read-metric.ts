import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { readName } from './published-name';

/**
 * A metric of another stack's resource, with its dimensions by name and not by import.
 *
 * @param about of the stack that the metric's names are from
 * @throws Error for a kind of metric that is not known here
 */
export function readMetric(reader: Construct, about: Construct, metric: cloudwatch.IMetric): cloudwatch.IMetric {
  if (metric instanceof cloudwatch.MathExpression) {
    const { expression, label, period, color } = metric;
    const usingMetrics = Object.fromEntries(
      Object.entries(metric.usingMetrics).map(([id, each]) => [id, readMetric(reader, about, each)]),
    );
    return new cloudwatch.MathExpression({ expression, label, period, color, usingMetrics });
  }
  if (metric instanceof cloudwatch.Metric) {
    const dimensionsMap = Object.fromEntries(
      Object.entries(metric.dimensions ?? {}).map(([name, value]) => [name, readName(reader, about, String(value))]),
    );
    return metric.with({ dimensionsMap });
  }
  throw new Error(`${metric.constructor.name} is neither Metric nor MathExpression; add it to readMetric().`);
}
