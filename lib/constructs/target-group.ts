import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { containerPort } from '../config/container';
import { timings } from '../config/timings';

/** The web tasks of one colour. */
export class TargetGroup extends elbv2.ApplicationTargetGroup {
  constructor(scope: Construct, id: string, vpc: ec2.IVpc) {
    super(scope, id, {
      vpc,
      targetType: elbv2.TargetType.IP,
      protocol: elbv2.ApplicationProtocol.HTTP,
      port: containerPort,
      healthCheck: {
        path: '/api/health',
        healthyHttpCodes: '200',
        interval: Duration.seconds(timings.healthCheckInterval),
        timeout: Duration.seconds(timings.healthCheckTimeout),
        healthyThresholdCount: timings.healthyThreshold,
        unhealthyThresholdCount: timings.unhealthyThreshold,
      },
      deregistrationDelay: Duration.seconds(timings.deregistrationDelay),
      // Socket.IO's long-polling needs one task of its colour.
      stickinessCookieDuration: Duration.hours(1),
    });
  }
}
