import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { type BucketPurpose, bucketName, replicaBucketName } from '../config/names';
import { replicationMinutes } from '../config/recovery';
import type { Monitoring } from './monitoring';

const { GREATER_THAN_THRESHOLD: above } = cloudwatch.ComparisonOperator;
const whileCopying = {
  means: cloudwatch.TreatMissingData.NOT_BREACHING,
  because: 'S3 reports replication only while there is something to copy.',
};

export interface ReplicationAlarmsProps {
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
  readonly purpose: BucketPurpose;
  readonly ruleId: string;
}

/** Whether the copies in the recovery region are as new as is promised (lib/config/recovery.ts). */
export function watchReplication(scope: Construct, { monitoring, env, purpose, ruleId }: ReplicationAlarmsProps): void {
  const metric = (metricName: string, statistic: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/S3',
      metricName,
      statistic,
      period: Duration.minutes(5),
      label: purpose,
      dimensionsMap: {
        SourceBucket: bucketName(env, purpose),
        DestinationBucket: replicaBucketName(env, purpose),
        RuleId: ruleId,
      },
    });
  const shared = {
    of: purpose,
    view: 'storage' as const,
    about: scope,
    console: `s3/buckets/${bucketName(env, purpose)}?region=REGION&tab=metrics`,
  };
  monitoring.ticket({
    ...shared,
    name: 'ReplicationLate',
    title: 'Replication to the recovery region, in seconds',
    meaning: `The copies of ${purpose} in ${env.recoveryRegion} are more than ${replicationMinutes} minutes behind: with the region, more would be lost than is promised.`,
    metric: metric('ReplicationLatency', cloudwatch.Stats.MAXIMUM),
    threshold: replicationMinutes * 60,
    comparison: above,
    evaluationPeriods: 3,
    missingData: whileCopying,
  });
  monitoring.ticket({
    ...shared,
    name: 'ReplicationFailed',
    title: 'Objects that were not replicated',
    meaning: `S3 has given up copying objects of ${purpose} to ${env.recoveryRegion}: they exist in one region only.`,
    metric: metric('OperationsFailedReplication', cloudwatch.Stats.SUM),
    threshold: 0,
    comparison: above,
    evaluationPeriods: 1,
    missingData: whileCopying,
  });
}
