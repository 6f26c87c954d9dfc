import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { BucketPurpose } from '../config/names';
import type { Monitoring } from './monitoring';

/** Of the request metrics of a whole bucket; S3 makes none unless asked, as they cost like metrics of our own. */
export const requestMetrics = 'EntireBucket';

export interface BucketAlarmProps {
  readonly monitoring: Monitoring;
  readonly purpose: BucketPurpose;
  readonly bucket: string;
}

/** Browsers upload straight to S3, so the service does not see what fails there. */
export function watchUploads(scope: Construct, { monitoring, purpose, bucket }: BucketAlarmProps): void {
  const metric = (metricName: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/S3',
      metricName,
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(5),
      label: purpose,
      dimensionsMap: { BucketName: bucket, FilterId: requestMetrics },
    });
  monitoring.ticket({
    name: 'BucketErrors',
    of: purpose,
    view: 'storage',
    title: 'Errors of S3 (5xx)',
    meaning: `S3 itself fails requests to ${purpose}: uploads break off, and what is stored does not load.`,
    metric: metric('5xxErrors'),
    threshold: 5,
    comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    missingData: {
      means: cloudwatch.TreatMissingData.NOT_BREACHING,
      because: 'S3 reports a bucket only while somebody asks it.',
    },
    about: scope,
    console: `s3/buckets/${bucket}?region=REGION&tab=metrics`,
  });
  // A browser that is refused: an origin that CORS does not know, or a URL that has expired.
  monitoring.graph({ about: scope, view: 'storage', title: 'Refusals of S3 (4xx)', metrics: [metric('4xxErrors')] });
}
