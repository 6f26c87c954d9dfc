import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { capacitySheet } from '../config/capacity';
import type { EnvironmentConfig } from '../config/environment';
import { databaseMemoryMiB } from '../config/instance-types';
import { application, databaseIdentifier } from '../config/names';
import type { Database } from './database';
import type { Monitoring } from './monitoring';

const { GREATER_THAN_THRESHOLD: above, LESS_THAN_THRESHOLD: below } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING, IGNORE } = cloudwatch.TreatMissingData;
const fiveMinutes = Duration.minutes(5);
const gibibyte = 1024 ** 3;

/** RDS reports each minute while the instance runs; that it stopped is DatabaseDown's to say. */
const saidElsewhere = { means: IGNORE, because: 'RDS reports while the instance runs; DatabaseDown tells when not.' };

/** By what one day took from the day before. A year, at most, also where nothing was taken. */
const daysLeft = (free: string): string => {
  const taken = `(0 - DIFF(${free}))`;
  return `IF(${taken} > ${free} / 365, ${free} / ${taken}, 365)`;
};

export interface DatabaseAlarmsProps {
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
  /** Of PostgreSQL's own log. */
  readonly log: logs.LogGroup;
}

/** What goes wrong with PostgreSQL, and by how much before users notice. */
export function watchDatabase(database: Database, { monitoring, env, log }: DatabaseAlarmsProps): void {
  const identifier = databaseIdentifier(env.name);
  const { maxConnections, peakConnections } = capacitySheet(env);
  const metric = (metricName: string, statistic: string, period = fiveMinutes) =>
    new cloudwatch.Metric({
      namespace: 'AWS/RDS',
      metricName,
      statistic,
      period,
      dimensionsMap: { DBInstanceIdentifier: identifier },
    });
  const shared = {
    view: 'database' as const,
    about: database,
    console: `rds/home?region=REGION#database:id=${identifier};is-cluster=false`,
  };

  monitoring.page('data-stores-away', {
    ...shared,
    name: 'DatabaseDown',
    title: 'Reports a minute',
    meaning: 'PostgreSQL has reported nothing for five minutes, longer than a failover takes: every request fails.',
    metric: metric('CPUUtilization', 'SampleCount', Duration.minutes(1)),
    threshold: 1,
    comparison: below,
    evaluationPeriods: 5,
    missingData: { means: BREACHING, because: 'no data is what this alarm waits for.' },
  });
  monitoring.ticket({
    ...shared,
    name: 'DatabaseCpu',
    title: 'CPU',
    meaning: 'PostgreSQL is busier than 80 % for a quarter of an hour: everything answers slowly.',
    metric: metric('CPUUtilization', 'Average'),
    threshold: 80,
    comparison: above,
    evaluationPeriods: 3,
    missingData: saidElsewhere,
  });
  monitoring.page('data-stores-at-risk', {
    ...shared,
    name: 'DatabaseStorage',
    title: 'Free storage',
    meaning:
      'PostgreSQL has less than a tenth of its initial storage left, and autoscaling has not helped: writes will fail.',
    metric: metric('FreeStorageSpace', 'Minimum'),
    threshold: (env.database.storageGiB / 10) * gibibyte,
    comparison: below,
    evaluationPeriods: 3,
    missingData: saidElsewhere,
  });
  monitoring.ticket({
    ...shared,
    name: 'DatabaseStorageDays',
    title: 'Days until the storage is full',
    meaning: 'At the rate of the last days, the free storage of PostgreSQL is used up within a fortnight.',
    metric: new cloudwatch.MathExpression({
      label: 'days left',
      period: Duration.days(1),
      expression: daysLeft('free'),
      usingMetrics: { free: metric('FreeStorageSpace', 'Average', Duration.days(1)) },
    }),
    threshold: 14,
    comparison: below,
    // The first day of a range has no day before it.
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    missingData: saidElsewhere,
  });
  monitoring.ticket({
    ...shared,
    name: 'DatabaseMemory',
    title: 'Freeable memory',
    meaning: 'PostgreSQL has less than a twentieth of its memory left: it begins to swap, and answers slowly.',
    metric: metric('FreeableMemory', 'Minimum'),
    threshold: (databaseMemoryMiB[env.database.instanceClass] / 20) * 1024 ** 2,
    comparison: below,
    evaluationPeriods: 3,
    missingData: saidElsewhere,
  });
  monitoring.page('data-stores-away', {
    ...shared,
    name: 'DatabaseConnectionLimit',
    title: 'Connections',
    meaning: `PostgreSQL is about to refuse connections: it takes ${maxConnections}, and tasks that start find none.`,
    metric: metric('DatabaseConnections', 'Maximum'),
    threshold: Math.floor(maxConnections * 0.95),
    comparison: above,
    evaluationPeriods: 2,
    missingData: saidElsewhere,
  });
  if (peakConnections < Math.floor(maxConnections * 0.95))
    monitoring.ticket({
      ...shared,
      name: 'DatabaseConnections',
      title: 'Connections',
      meaning: `More connections than both colours of a release hold at most (${peakConnections}): somebody else connects, or a pool leaks.`,
      metric: metric('DatabaseConnections', 'Maximum'),
      threshold: peakConnections,
      comparison: above,
      evaluationPeriods: 3,
      missingData: saidElsewhere,
    });
  monitoring.ticket({
    ...shared,
    name: 'DatabaseReplication',
    title: 'Oldest replication slot',
    meaning:
      'A replica or a forgotten replication slot is a gibibyte behind: PostgreSQL keeps its log for it until the storage is full.',
    metric: metric('OldestReplicationSlotLag', 'Maximum'),
    threshold: gibibyte,
    comparison: above,
    evaluationPeriods: 3,
    missingData: { means: NOT_BREACHING, because: 'without a slot, as here by default, there is no lag.' },
  });

  const namespace = `${application}/${env.name}/database`;
  log.addMetricFilter('Deadlocks', {
    filterName: 'deadlocks',
    filterPattern: FilterPattern.literal('"deadlock detected"'),
    metricNamespace: namespace,
    metricName: 'Deadlocks',
    metricValue: '1',
    defaultValue: 0,
  });
  monitoring.ticket({
    ...shared,
    name: 'DatabaseDeadlocks',
    title: 'Deadlocks',
    meaning: 'PostgreSQL has ended three or more transactions in an hour because they waited for each other.',
    metric: new cloudwatch.Metric({
      namespace,
      metricName: 'Deadlocks',
      statistic: 'Sum',
      period: Duration.hours(1),
    }),
    threshold: 2,
    comparison: above,
    evaluationPeriods: 1,
    missingData: { means: NOT_BREACHING, because: 'the log of a quiet hour has no line to count.' },
  });
  monitoring.graph({
    about: database,
    view: 'database',
    title: 'Latency of reads and writes, in seconds',
    metrics: [metric('ReadLatency', 'Average'), metric('WriteLatency', 'Average')],
  });
}
