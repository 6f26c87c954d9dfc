import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Monitoring } from './monitoring';

/** The way out to other companies: payments, mail, telephony, and S3 is not on it. */
export function watchGateways(scope: Construct, { configuredGateways }: ec2.NatProvider, monitoring: Monitoring): void {
  const period = Duration.minutes(5);
  const metric = (metricName: string, statistic: string, { gatewayId, az }: ec2.GatewayConfig) =>
    new cloudwatch.Metric({
      namespace: 'AWS/NATGateway',
      metricName,
      statistic,
      period,
      label: az,
      dimensionsMap: { NatGatewayId: gatewayId },
    });
  for (const gateway of configuredGateways)
    monitoring.page('service', {
      name: 'NatPorts',
      of: gateway.az,
      view: 'hosts',
      title: 'NAT: connections without a port',
      meaning: `The NAT gateway of ${gateway.az} has no port left for some connections: payments, mails and calls to other companies fail at random.`,
      metric: metric('ErrorPortAllocation', cloudwatch.Stats.SUM, gateway),
      threshold: 0,
      comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      missingData: {
        means: cloudwatch.TreatMissingData.NOT_BREACHING,
        because: 'a gateway without traffic may report nothing.',
      },
      about: scope,
      console: 'vpcconsole/home?region=REGION#NatGateways:',
    });
  monitoring.graph({
    about: scope,
    view: 'hosts',
    title: 'NAT: open connections',
    metrics: configuredGateways.map((gateway) => metric('ActiveConnectionCount', cloudwatch.Stats.MAXIMUM, gateway)),
  });
}
