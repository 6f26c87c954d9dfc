import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { ServiceSize } from '../config/environment';

export interface RequestScalingProps {
  readonly service: ecs.Ec2Service;
  readonly targetGroups: readonly elbv2.ApplicationTargetGroup[];
  readonly size: ServiceSize;
}

/** Requests a minute that one task answers well within its CPU; measured again with each larger release. */
const requestsPerTaskAndMinute = 1200;

/**
 * Scales on the requests per target of all colours together: CPU would halve while both run, and a
 * policy on one colour would see no traffic after every second release.
 */
export class RequestScaling extends Construct {
  constructor(scope: Construct, id: string, { service, targetGroups, size }: RequestScalingProps) {
    super(scope, id);
    const tasks = service.autoScaleTaskCount({ minCapacity: size.minTasks, maxCapacity: size.maxTasks });
    // The L2 policies take one metric only; the target they are attached to is this child.
    const target = tasks.node.findChild('Target') as scaling.ScalableTarget;
    const perTarget = targetGroups.map((group, index) => ({
      id: `m${index}`,
      returnData: false,
      metricStat: {
        stat: 'Sum',
        metric: {
          namespace: 'AWS/ApplicationELB',
          metricName: 'RequestCountPerTarget',
          dimensions: [{ name: 'TargetGroup', value: group.targetGroupFullName }],
        },
      },
    }));
    new scaling.CfnScalingPolicy(this, 'RequestsPerTarget', {
      policyName: 'requests-per-target',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.scalableTargetId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: requestsPerTaskAndMinute,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
        customizedMetricSpecification: {
          metrics: [
            ...perTarget,
            {
              id: 'requests',
              returnData: true,
              label: 'requests per target, all colours',
              // A colour without targets has no data: m0 + m1 would have none either.
              expression: `SUM([${perTarget.map((metric) => metric.id).join(', ')}])`,
            },
          ],
        },
      },
    });
  }
}
