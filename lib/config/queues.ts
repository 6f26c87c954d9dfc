import type { Severity } from './environment';

/**
 * When a queue of the worker service is late or fails. The names are those of app-image/, and its other
 * queues belong to other products; test/contracts/queues.test.ts holds the two together.
 */
export interface WatchedQueue {
  /** What users miss while it is late, to complete "…". */
  readonly late: string;
  /** Seconds that its next job may have waited, several times what a working day shows. */
  readonly oldestJobSeconds: number;
  /** Jobs that may wait, as many as its workers do in about that time. */
  readonly waitingJobs: number;
  /** `page` where people cannot work without it. */
  readonly severity: Severity;
}

const minute = 60;
const hour = 60 * minute;

export const watchedQueues: Readonly<Record<string, WatchedQueue>> = {
  emailQueue: {
    late: 'one-time codes and password resets do not arrive, so people cannot sign in',
    oldestJobSeconds: 5 * minute,
    waitingJobs: 500,
    severity: 'page',
  },
  whatsappQueue: {
    late: 'reminders and answers by WhatsApp do not arrive',
    oldestJobSeconds: 15 * minute,
    waitingJobs: 500,
    severity: 'ticket',
  },
  databaseQueue: {
    late: 'old rows are not pruned and backfills stand still',
    oldestJobSeconds: 2 * hour,
    waitingJobs: 20,
    severity: 'ticket',
  },
  cleanupQueue: {
    late: 'slots that nobody booked stay visible',
    oldestJobSeconds: hour,
    waitingJobs: 20,
    severity: 'ticket',
  },
  kpiQueue: {
    late: "the dashboard's key figures are old",
    oldestJobSeconds: hour,
    waitingJobs: 20,
    severity: 'ticket',
  },
  workflowQueue: {
    late: 'leads stay in their step of a sales workflow',
    oldestJobSeconds: 15 * minute,
    waitingJobs: 200,
    severity: 'ticket',
  },
  resumeAnalysisQueue: {
    late: 'uploaded resumes are not analysed',
    oldestJobSeconds: 30 * minute,
    waitingJobs: 100,
    severity: 'ticket',
  },
  mrlearnSyncQueue: {
    late: "students' progress in Mr. Learn is old",
    oldestJobSeconds: 2 * hour,
    waitingJobs: 20,
    severity: 'ticket',
  },
  mrlearnNewStudentSyncQueue: {
    late: 'new students of Mr. Learn are unknown here',
    oldestJobSeconds: 2 * hour,
    waitingJobs: 20,
    severity: 'ticket',
  },
  mrtestSyncQueue: {
    late: 'results of exams in Mr. Test are missing',
    oldestJobSeconds: 2 * hour,
    waitingJobs: 20,
    severity: 'ticket',
  },
};
