/** The platform's queues, as its architecture document lists them, row by row. */
export const seedTable = [
  ['emailQueue', 'on demand'],
  ['notificationQueue', 'on demand'],
  ['whatsappQueue', 'on demand'],
  ['databaseQueue', 'on demand'],
  ['cleanupQueue', 'every 15 min'],
  ['kpiQueue', 'every 15 min'],
  ['aaryaSyncQueue', 'every 15 min'],
  ['workflowQueue', 'every 5 min'],
  ['resumeAnalysisQueue', 'on demand'],
  ['salaryBenchmarkQueue', 'every 15 days'],
  ['warningQueue', 'daily 23:59'],
  ['leadAssignmentQueue', 'every 15 min'],
  ['dailyCardsQueue', 'daily 00:00'],
  ['assignmentReminderQueue', 'daily 19:00'],
  ['coursePlanQueue', 'on demand'],
  ['missOzoneQueue', 'every 60 s', 'daily 03:30'],
  ['mrlearnSyncQueue', 'per configuration'],
  ['mrlearnReminderQueue', 'per configuration'],
  ['mrlearnNewStudentSyncQueue', 'per configuration'],
  ['mrtestSyncQueue', 'per configuration'],
  ['badgeEvaluationQueue', 'every 24 h'],
  ['studentRiskComputationQueue', 'every 24 h'],
] as const;

/** Registered at boot, but not a row of the table. */
export const besides = { databaseQueue: ['daily 02:00'] } as const;
