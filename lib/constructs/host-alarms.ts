import { Duration } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { secondColourHosts } from '../config/capacity';
import type { EnvironmentConfig } from '../config/environment';
import type { Monitoring } from './monitoring';

const { GREATER_THAN_THRESHOLD: above } = cloudwatch.ComparisonOperator;
const { BREACHING, IGNORE, NOT_BREACHING } = cloudwatch.TreatMissingData;
const fiveMinutes = { period: Duration.minutes(5) };

export interface HostAlarmsProps {
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
  readonly group: autoscaling.AutoScalingGroup;
  readonly cluster: ecs.Cluster;
  readonly capacityProviderName: string;
}

/** Whether hosts are busy, whether more of them come when asked, and whether the next release finds room. */
export function watchHosts({ monitoring, env, group, cluster, capacityProviderName }: HostAlarmsProps): void {
  const ofGroup = { AutoScalingGroupName: group.autoScalingGroupName };
  const ofCluster = { ClusterName: cluster.clusterName };
  const shared = {
    view: 'hosts' as const,
    about: group,
    console: `ecs/v2/clusters/${cluster.clusterName}/infrastructure?region=REGION`,
  };
  monitoring.ticket({
    ...shared,
    name: 'HostCpu',
    title: 'CPU of hosts',
    meaning: 'Hosts have been busier than 85 % for a quarter of an hour: tasks wait for each other.',
    metric: new cloudwatch.Metric({
      ...fiveMinutes,
      namespace: 'AWS/EC2',
      metricName: 'CPUUtilization',
      statistic: cloudwatch.Stats.AVERAGE,
      dimensionsMap: ofGroup,
    }),
    threshold: 85,
    comparison: above,
    evaluationPeriods: 3,
    missingData: {
      means: IGNORE,
      because: 'a host that is replaced leaves a gap; TasksMissing tells of lasting ones.',
    },
  });
  monitoring.ticket({
    ...shared,
    name: 'HostMemory',
    title: 'Memory of hosts',
    meaning: 'Tasks use more than 85 % of the memory of all hosts together: one that grows further takes others along.',
    metric: new cloudwatch.Metric({
      ...fiveMinutes,
      namespace: 'AWS/ECS',
      metricName: 'MemoryUtilization',
      statistic: cloudwatch.Stats.AVERAGE,
      dimensionsMap: ofCluster,
    }),
    threshold: 85,
    comparison: above,
    evaluationPeriods: 3,
    missingData: { means: NOT_BREACHING, because: 'without tasks there is none; TasksMissing tells of it.' },
  });
  monitoring.ticket({
    ...shared,
    name: 'HostsMissing',
    title: 'Hosts that are asked for, in percent of those that run',
    meaning:
      'Tasks have waited a quarter of an hour for hosts that do not come: a release stands still, and scaling with it.',
    metric: new cloudwatch.Metric({
      ...fiveMinutes,
      namespace: 'AWS/ECS/ManagedScaling',
      metricName: 'CapacityProviderReservation',
      statistic: cloudwatch.Stats.AVERAGE,
      dimensionsMap: { ...ofCluster, CapacityProviderName: capacityProviderName },
    }),
    threshold: 100,
    comparison: above,
    evaluationPeriods: 3,
    missingData: { means: BREACHING, because: 'ECS reports it each minute for a capacity provider that scales.' },
  });
  if (env.deployment.strategy === 'blue-green') {
    const room = env.hosts.max - secondColourHosts(env);
    const minutes = Math.ceil((env.deployment.bakeMinutes + 30) / 5) * 5;
    monitoring.ticket({
      ...shared,
      name: 'SecondColourRoom',
      title: 'Hosts',
      meaning: `More than ${room} hosts have run for longer than a release takes: ${env.hosts.max} at most leave no room for a second colour, so the next release would stand still.`,
      metric: new cloudwatch.Metric({
        ...fiveMinutes,
        namespace: 'AWS/AutoScaling',
        metricName: 'GroupInServiceInstances',
        statistic: cloudwatch.Stats.MINIMUM,
        dimensionsMap: ofGroup,
      }),
      threshold: room,
      comparison: above,
      evaluationPeriods: minutes / 5,
      missingData: { means: NOT_BREACHING, because: 'without hosts there is room; TasksMissing tells of it.' },
    });
  }
}
