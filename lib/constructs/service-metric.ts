import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { EnvironmentConfig } from '../config/environment';

export interface ServiceMetric {
  readonly name: string;
  readonly statistic: string;
  readonly period: Duration;
  /** Beside the environment: `Role`, `Queue`, `Job`. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly label?: string;
}

/** A metric that the container writes in CloudWatch's embedded metric format: app-image/src/metrics.ts. */
export const serviceMetric = (
  { name: Environment }: Pick<EnvironmentConfig, 'name'>,
  { name, dimensions, ...rest }: ServiceMetric,
): cloudwatch.Metric =>
  new cloudwatch.Metric({
    ...rest,
    namespace: 'MrMentor/Service',
    metricName: name,
    dimensionsMap: { Environment, ...dimensions },
  });
