import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { jobMetricName, jobs } from '../config/jobs';
import type { Monitoring } from './monitoring';
import { serviceMetric } from './service-metric';

const { GREATER_THAN_THRESHOLD: above, LESS_THAN_THRESHOLD: below } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;

/** Jobs by the clock: each one that failed, and a backup that did not come. */
export function watchJobs(scope: Construct, monitoring: Monitoring, env: EnvironmentConfig): void {
  const shared = {
    view: 'storage' as const,
    about: scope,
    console: 'scheduler/home?region=REGION#schedules',
  };
  for (const job of jobs.filter(({ enabled }) => enabled))
    monitoring.ticket({
      ...shared,
      name: 'JobFailed',
      of: job.name,
      title: 'Jobs by the clock that failed',
      meaning: `A job has failed, and comes again by the clock only: ${job.description}.`,
      metric: serviceMetric(env, {
        name: 'JobFailed',
        statistic: cloudwatch.Stats.SUM,
        period: Duration.minutes(15),
        dimensions: { Job: jobMetricName(job) },
        label: job.name,
      }),
      threshold: 0,
      comparison: above,
      evaluationPeriods: 1,
      missingData: { means: NOT_BREACHING, because: 'a job writes it once, when it ends.' },
    });
  const [backup] = jobs.filter(({ name }) => name === 'DatabaseBackup');
  if (backup)
    monitoring.ticket({
      ...shared,
      name: 'BackupAge',
      title: 'Backups of the database that succeeded',
      meaning:
        'The newest logical backup of the database is older than a day: the nightly job failed or did not start.',
      metric: serviceMetric(env, {
        name: 'JobSucceeded',
        statistic: cloudwatch.Stats.SUM,
        period: Duration.hours(1),
        dimensions: { Job: jobMetricName(backup) },
      }),
      threshold: 1,
      comparison: below,
      // A day, and two hours for a job that began late or took long.
      evaluationPeriods: 26,
      missingData: {
        means: BREACHING,
        because: 'a backup that does not run writes nothing. A new environment has none.',
      },
    });
}
