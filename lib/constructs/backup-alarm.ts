import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Monitoring } from './monitoring';

/** AWS Backup's copies of the database and the buckets; the logical backups are jobs of our own. */
export function watchBackups(scope: Construct, monitoring: Monitoring, backupVaultName: string): void {
  monitoring.ticket({
    name: 'BackupJobs',
    view: 'storage',
    title: 'Jobs of AWS Backup that failed',
    meaning: 'AWS Backup has not made or copied a recovery point: after a loss, a day more would be lost.',
    metric: new cloudwatch.MathExpression({
      label: 'failed, aborted, expired or not copied',
      period: Duration.hours(1),
      expression: 'SUM([failed, aborted, expired, copies])',
      usingMetrics: Object.fromEntries(
        Object.entries({
          failed: 'NumberOfBackupJobsFailed',
          aborted: 'NumberOfBackupJobsAborted',
          expired: 'NumberOfBackupJobsExpired',
          copies: 'NumberOfCopyJobsFailed',
        }).map(([id, metricName]) => [
          id,
          new cloudwatch.Metric({
            namespace: 'AWS/Backup',
            metricName,
            statistic: cloudwatch.Stats.SUM,
            period: Duration.hours(1),
            dimensionsMap: { BackupVaultName: backupVaultName },
          }),
        ]),
      ),
    }),
    threshold: 0,
    comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    missingData: {
      means: cloudwatch.TreatMissingData.NOT_BREACHING,
      because: 'AWS Backup counts jobs only while there are some.',
    },
    about: scope,
    console: 'backup/home?region=REGION#/jobs/backup',
  });
}
