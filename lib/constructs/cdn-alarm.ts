import { Duration } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Monitoring } from './monitoring';

/** CloudFront and the bucket behind it, which no request to the service shows. */
export function watchCdn(distribution: cloudfront.Distribution, monitoring: Monitoring): void {
  monitoring.ticket({
    name: 'CdnErrors',
    view: 'edge',
    title: 'Errors of the asset CDN, in percent',
    meaning: 'More than a twentieth of the requests for assets fail: pages are shown without banners and images.',
    metric: new cloudwatch.Metric({
      namespace: 'AWS/CloudFront',
      metricName: '5xxErrorRate',
      statistic: cloudwatch.Stats.AVERAGE,
      period: Duration.minutes(5),
      dimensionsMap: { DistributionId: distribution.distributionId, Region: 'Global' },
    }),
    threshold: 5,
    comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    missingData: {
      means: cloudwatch.TreatMissingData.NOT_BREACHING,
      because: 'CloudFront reports a rate only while somebody asks it.',
    },
    about: distribution,
    console: `cloudfront/v4/home?region=REGION#/distributions/${distribution.distributionId}`,
  });
}
