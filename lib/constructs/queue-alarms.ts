import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { watchedQueues } from '../config/queues';
import type { AlarmDefinition, Monitoring } from './monitoring';
import { serviceMetric } from './service-metric';

const { GREATER_THAN_THRESHOLD: above } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;

/** The queues that workers of this service work on, by the metrics that they write. */
export function watchQueues(scope: Construct, monitoring: Monitoring, env: EnvironmentConfig): void {
  const shared = {
    view: 'queues' as const,
    about: scope,
    console: "cloudwatch/home?region=REGION#metricsV2?graph=~()&query=~'MrMentor*2fService",
  };
  const silent = { means: BREACHING, because: 'workers write it each minute, so none of them runs or reaches Redis.' };
  // Of one queue only, or a worker that is away would be told ten times.
  const toldOnce = { means: NOT_BREACHING, because: 'when no worker writes, the queue that pages tells of it.' };
  for (const [queue, { late, oldestJobSeconds, waitingJobs, severity }] of Object.entries(watchedQueues)) {
    const metric = (name: string, statistic: string, period: Duration) =>
      serviceMetric(env, { name, statistic, period, dimensions: { Role: 'worker', Queue: queue }, label: queue });
    const register = (alarm: AlarmDefinition) =>
      severity === 'page' ? monitoring.page('service', alarm) : monitoring.ticket(alarm);

    register({
      ...shared,
      name: 'QueueLate',
      of: queue,
      title: 'Oldest job, in seconds',
      meaning: `The next job of ${queue} has waited longer than ${oldestJobSeconds / 60} minutes: ${late}.`,
      metric: metric('OldestJobSeconds', cloudwatch.Stats.MAXIMUM, Duration.minutes(1)),
      threshold: oldestJobSeconds,
      comparison: above,
      evaluationPeriods: 10,
      datapointsToAlarm: 8,
      missingData: severity === 'page' ? silent : toldOnce,
    });
    monitoring.ticket({
      ...shared,
      name: 'QueueDepth',
      of: queue,
      title: 'Waiting jobs',
      meaning: `More than ${waitingJobs} jobs of ${queue} have waited for half an hour: they come faster than they are done.`,
      metric: metric('JobsWaiting', cloudwatch.Stats.MAXIMUM, Duration.minutes(5)),
      threshold: waitingJobs,
      comparison: above,
      evaluationPeriods: 6,
      missingData: toldOnce,
    });
    monitoring.ticket({
      ...shared,
      name: 'QueueFailures',
      of: queue,
      title: 'Jobs given up',
      meaning: `Jobs of ${queue} have failed at every attempt and are given up; they wait in the queue to be tried again.`,
      metric: metric('JobsFailed', cloudwatch.Stats.SUM, Duration.minutes(15)),
      threshold: 0,
      comparison: above,
      evaluationPeriods: 1,
      missingData: toldOnce,
    });
    monitoring.graph({
      about: scope,
      view: 'queues',
      title: 'Jobs done',
      metrics: [metric('JobsCompleted', cloudwatch.Stats.SUM, Duration.minutes(5))],
      stacked: true,
    });
  }
}
