import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Monitoring } from './monitoring';

export interface WebAclAlarmProps {
  readonly monitoring: Monitoring;
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Of the web ACL, which is what its metrics are called by. */
  readonly metricName: string;
}

/** Blocks above what scanners make every day: an attack, or the web ACL takes users for one. */
export function watchWebAcl(construct: Construct, { monitoring, scope, metricName }: WebAclAlarmProps): void {
  const { region } = Stack.of(construct);
  const of = scope === 'REGIONAL' ? 'api' : 'assets';
  const period = Duration.minutes(5);
  const requests = (name: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/WAFV2',
      metricName: name,
      statistic: cloudwatch.Stats.SUM,
      period,
      // CloudFront is everywhere, so its metrics have no region.
      dimensionsMap: { WebACL: metricName, Rule: 'ALL', ...(scope === 'REGIONAL' && { Region: region }) },
    });
  monitoring.ticket({
    name: 'WebAclBlocks',
    of,
    view: 'edge',
    title: 'Blocked by the web ACL, in percent',
    meaning: `The web ACL of the ${of === 'api' ? 'API' : 'asset CDN'} blocks more than a tenth of the requests: an attack, or users whom it takes for one, such as a school behind one address.`,
    metric: new cloudwatch.MathExpression({
      label: of,
      period,
      expression: 'IF(blocked >= 500, 100 * blocked / (blocked + FILL(allowed, 0)), 0)',
      usingMetrics: { blocked: requests('BlockedRequests'), allowed: requests('AllowedRequests') },
    }),
    threshold: 10,
    comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 3,
    missingData: {
      means: cloudwatch.TreatMissingData.NOT_BREACHING,
      because: 'WAF reports blocked requests only when there are any.',
    },
    about: construct,
    console: 'wafv2/homev2/web-acls?region=REGION',
  });
}
