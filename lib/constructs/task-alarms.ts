import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Monitoring } from './monitoring';

const { GREATER_THAN_THRESHOLD: above } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
const fiveMinutes = { period: Duration.minutes(5) };

export interface TaskAlarmsProps {
  readonly monitoring: Monitoring;
  /** What it is called on the dashboard. */
  readonly name: 'web' | 'worker';
  /** What users notice while tasks are missing, to complete "…". */
  readonly missed: string;
}

/** Tasks of a service: whether they are all there, and how busy. */
export function watchTasks(service: ecs.Ec2Service, { monitoring, name, missed }: TaskAlarmsProps): void {
  const dimensionsMap = { ClusterName: service.cluster.clusterName, ServiceName: service.serviceName };
  const count = (metricName: string, statistic: string) =>
    new cloudwatch.Metric({
      namespace: 'ECS/ContainerInsights',
      metricName,
      statistic,
      period: Duration.minutes(1),
      label: `${name}: ${metricName === 'DesiredTaskCount' ? 'desired' : 'running'}`,
      dimensionsMap,
    });
  const use = (metricName: string) =>
    new cloudwatch.Metric({
      ...fiveMinutes,
      namespace: 'AWS/ECS',
      metricName,
      statistic: cloudwatch.Stats.AVERAGE,
      label: name,
      dimensionsMap,
    });
  const shared = {
    view: 'release' as const,
    of: name,
    about: service,
    console: `ecs/v2/clusters/${service.cluster.clusterName}/services/${service.serviceName}/health?region=REGION`,
  };
  const desired = count('DesiredTaskCount', cloudwatch.Stats.MAXIMUM);
  const running = count('RunningTaskCount', cloudwatch.Stats.MINIMUM);

  monitoring.ticket({
    ...shared,
    name: 'TasksMissing',
    title: 'Tasks that are missing',
    meaning: `The ${name} service has run fewer tasks than it should for a quarter of an hour: ${missed}.`,
    metric: new cloudwatch.MathExpression({
      period: Duration.minutes(1),
      label: `${name}: desired − running`,
      // Ids are of a graph, which has both services.
      expression: `${name}Desired - FILL(${name}Running, 0)`,
      usingMetrics: { [`${name}Desired`]: desired, [`${name}Running`]: running },
    }),
    threshold: 0,
    comparison: above,
    evaluationPeriods: 15,
    missingData: { means: BREACHING, because: 'Container Insights reports as long as there is a service.' },
  });
  monitoring.graph({ about: service, view: 'release', title: 'Tasks', metrics: [desired, running] });
  monitoring.ticket({
    ...shared,
    name: 'TaskCpu',
    title: 'CPU of tasks, in percent of what they are given',
    meaning: `The ${name} tasks have been busier than 85 % of their CPU for a quarter of an hour: answers and jobs take longer.`,
    metric: use('CPUUtilization'),
    threshold: 85,
    comparison: above,
    evaluationPeriods: 3,
    missingData: { means: NOT_BREACHING, because: 'a service without tasks uses none; TasksMissing tells of it.' },
  });
  monitoring.ticket({
    ...shared,
    name: 'TaskMemory',
    title: 'Memory of tasks, in percent of their limit',
    meaning: `The ${name} tasks use more than 85 % of their memory: at the limit, the kernel kills them.`,
    metric: use('MemoryUtilization'),
    threshold: 85,
    comparison: above,
    evaluationPeriods: 3,
    missingData: { means: NOT_BREACHING, because: 'a service without tasks uses none; TasksMissing tells of it.' },
  });
}
