/**
 * Scheduled tasks: the container's image with another command. Times are UTC, chosen for India's
 * night (UTC+5:30).
 *
 * A job is enabled once app-image/ has its entry point; test/contracts/jobs.test.ts holds the two
 * together.
 */
export interface Job {
  readonly name: string;
  readonly entryPoint: string;
  /** EventBridge Scheduler cron: minute hour day-of-month month day-of-week year. */
  readonly cron: { readonly minute: string; readonly hour: string; readonly weekDay?: string };
  readonly description: string;
  readonly enabled: boolean;
}

export const jobs: readonly Job[] = [
  {
    name: 'DatabaseBackup',
    entryPoint: 'dist/jobs/db-backup.js',
    cron: { minute: '15', hour: '19' },
    description: 'Logical backup of PostgreSQL to the backup bucket',
    enabled: true,
  },
  {
    name: 'RestoreCheck',
    entryPoint: 'dist/jobs/db-restore-check.js',
    cron: { minute: '15', hour: '20', weekDay: 'SUN' },
    description: 'Restores the newest logical backup and compares row counts',
    enabled: true,
  },
  {
    name: 'Retention',
    entryPoint: 'dist/jobs/retention.js',
    cron: { minute: '30', hour: '20' },
    description: 'Archives or deletes files past their days, where DATA_PRUNING_ENABLED is true',
    enabled: true,
  },
];

/** What a job calls itself in its metrics: its file. */
export const jobMetricName = ({ entryPoint }: Job): string => entryPoint.replace(/^.*\/|\.js$/g, '');
