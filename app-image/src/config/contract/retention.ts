import type { Group } from '../variable';

export const retention = {
  title: 'Retention',
  variables: {
    DATA_RETENTION_MODE: {
      description: 'What happens to files past their days: moved to the archive, or deleted',
      source: 'environment',
      type: 'choice',
      values: ['archive', 'delete'],
      default: 'archive',
    },
    DATA_PRUNING_ENABLED: {
      description: 'Whether the schedule prunes; try the paths by hand first',
      source: 'environment',
      type: 'boolean',
      default: 'false',
    },
    DATA_PRUNING_CRON: {
      description: 'When the schedule prunes, as minute, hour, day, month, weekday',
      source: 'environment',
      type: 'cron',
      default: '0 2 * * *',
    },
    DATA_RETENTION_LOG_DAYS: {
      description: 'Days that log files are kept',
      source: 'environment',
      type: 'integer',
      min: 1,
      max: 3650,
      default: '30',
    },
    DATA_RETENTION_ANALYTICS_DAYS: {
      description: 'Days that analytics files are kept',
      source: 'environment',
      type: 'integer',
      min: 1,
      max: 3650,
      default: '90',
    },
    DATA_RETENTION_LOG_PATHS: {
      description: 'Folders of log files',
      source: 'environment',
      type: 'list',
      default: 'logs',
    },
    DATA_RETENTION_ANALYTICS_PATHS: {
      description: 'Folders of analytics files',
      source: 'environment',
      type: 'list',
      default: 'data/analytics',
    },
    DATA_RETENTION_ARCHIVE_DIR: {
      description: 'Folder that files are moved to, each category in its own',
      source: 'environment',
      type: 'text',
      default: 'data/archive',
    },
    DATA_RETENTION_MISSING_PATH_POLICY: {
      description: 'What a folder that is not there does to the run',
      source: 'environment',
      type: 'choice',
      values: ['warn', 'fail', 'ignore'],
      default: 'warn',
    },
    DATA_RETENTION_MISSING_PATH_ALERT_THRESHOLD: {
      description: 'How many missing folders in one run raise an alert',
      source: 'environment',
      type: 'integer',
      min: 1,
      max: 1000,
      default: '3',
    },
  },
} as const satisfies Group;
