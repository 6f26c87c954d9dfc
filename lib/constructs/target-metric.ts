import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Names of metrics that Elastic Load Balancing has for each target group. */
type TargetMetricName =
  | 'HealthyHostCount'
  | 'HTTPCode_Target_5XX_Count'
  | 'RequestCount'
  | 'TargetResponseTime'
  | 'UnHealthyHostCount';

/**
 * A metric of one colour. Not the ones that the CDK has on a target group: these compute the load balancer's
 * name from its listener's, and what is computed has no name that another stack could read.
 */
export const targetMetric = (
  { loadBalancerFullName }: Pick<elbv2.ApplicationLoadBalancer, 'loadBalancerFullName'>,
  { targetGroupFullName }: elbv2.ApplicationTargetGroup,
  metricName: TargetMetricName,
  options: cloudwatch.MetricOptions & { readonly statistic: string },
): cloudwatch.Metric =>
  new cloudwatch.Metric({
    ...options,
    namespace: 'AWS/ApplicationELB',
    metricName,
    dimensionsMap: { LoadBalancer: loadBalancerFullName, TargetGroup: targetGroupFullName },
  });
