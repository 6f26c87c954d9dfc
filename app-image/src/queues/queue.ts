import type { ZodType, z } from 'zod';
import { email } from './payloads/email';
import { syncConfig } from './payloads/external-sync';
import { nothing } from './payloads/nothing';
import { resumeAnalysis } from './payloads/resume-analysis';
import { whatsappTemplate } from './payloads/whatsapp';
import { leadScan } from './payloads/workflow';

/** When a job is added by itself, whoever of the workers is up. */
export type Schedule = { readonly job: string } & (
  | { readonly everySeconds: number }
  /** Five fields, minute to weekday. */
  | { readonly cron: string; readonly timeZone: string }
);

/** A queue and what fills it on time, as data: producers, workers, metrics, dashboard and start-up report read it. */
export interface QueueDefinition {
  readonly name: string;
  readonly purpose: string;
  /**
   * What each of its jobs is told, by the job's name. A job may be older than the code that works on it: a payload
   * only ever gets more optional fields.
   */
  readonly jobs: Readonly<Record<string, ZodType>>;
  /** @default - on demand */
  readonly schedules?: readonly Schedule[];
  /** The schedules are rows of this table, one for each configuration. */
  readonly scheduledBy?: string;
  /** Whose business logic works on it; nobody does in this service. */
  readonly product?: string;
  /** How many of its jobs one process works on at the same time. @default 5 */
  readonly concurrency?: number;
  /**
   * Of one job, the first included, each waiting twice as long as the one before it.
   *
   * @default 5, in about a minute
   */
  readonly attempts?: number;
}

const india = 'Asia/Kolkata';
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Every queue of the platform, under the names that its products know. */
export const queues = {
  email: {
    name: 'emailQueue',
    purpose: 'One-time codes, password resets, meetings and other transactional mail',
    jobs: { send: email },
    // Over 20 to 45 minutes: longer than greylisting and most outages of a mail server last.
    attempts: 10,
  },
  notification: {
    name: 'notificationQueue',
    purpose: 'Notifications in the app and by push',
    jobs: {},
    product: 'Mr. Mentor',
  },
  whatsapp: {
    name: 'whatsappQueue',
    purpose: 'WhatsApp messages',
    jobs: { send: whatsappTemplate },
  },
  database: {
    name: 'databaseQueue',
    purpose: 'Heavy work on the database: retention and backfills',
    // What is heavy for the database is not made twice as heavy.
    concurrency: 1,
    // The files' pruning is scheduled by DATA_PRUNING_CRON.
    jobs: { 'prune-old-rows': nothing, 'application-backfill': nothing, 'prune-files': nothing },
    schedules: [
      { job: 'application-backfill', cron: '0 2 * * *', timeZone: india },
      { job: 'prune-old-rows', cron: '30 2 * * *', timeZone: india },
    ],
  },
  cleanup: {
    name: 'cleanupQueue',
    purpose: 'Slots that nobody booked in time, and sign-in records older than DATA_RETENTION_LOG_DAYS',
    jobs: { 'expired-slots': nothing, 'login-events': nothing },
    schedules: [
      { job: 'expired-slots', everySeconds: 15 * minute },
      { job: 'login-events', everySeconds: day },
    ],
  },
  kpi: {
    name: 'kpiQueue',
    purpose: "The dashboard's key figures",
    jobs: { compute: nothing },
    schedules: [{ job: 'compute', everySeconds: 15 * minute }],
  },
  aaryaSync: {
    name: 'aaryaSyncQueue',
    purpose: "Asks ElevenLabs for the state of Aarya's calls",
    jobs: {},
    schedules: [{ job: 'poll', everySeconds: 15 * minute }],
    product: 'Mr. Hire',
  },
  workflow: {
    name: 'workflowQueue',
    purpose: 'Enrols leads in sales workflows and advances their steps',
    jobs: { 'trigger-scan': leadScan },
    schedules: [{ job: 'trigger-scan', everySeconds: 5 * minute }],
  },
  resumeAnalysis: {
    name: 'resumeAnalysisQueue',
    purpose: 'Analysis of resumes by Mr. Hire',
    jobs: { analyse: resumeAnalysis },
  },
  salaryBenchmark: {
    name: 'salaryBenchmarkQueue',
    purpose: 'Refreshes salary benchmarks',
    jobs: {},
    schedules: [{ job: 'refresh', everySeconds: 15 * day }],
    product: 'Mr. Hire',
  },
  warning: {
    name: 'warningQueue',
    purpose: 'Warns students automatically',
    jobs: {},
    schedules: [{ job: 'warn', cron: '59 23 * * *', timeZone: india }],
    product: 'MAS LMS',
  },
  leadAssignment: {
    name: 'leadAssignmentQueue',
    purpose: 'Assigns leads to sales agents',
    jobs: {},
    schedules: [{ job: 'assign', everySeconds: 15 * minute }],
    product: 'Sales CRM',
  },
  dailyCards: {
    name: 'dailyCardsQueue',
    purpose: 'The daily cards of students',
    jobs: {},
    schedules: [{ job: 'generate', cron: '0 0 * * *', timeZone: india }],
    product: 'MAS LMS',
  },
  assignmentReminder: {
    name: 'assignmentReminderQueue',
    purpose: 'Reminders of assignments that are due',
    jobs: {},
    schedules: [{ job: 'remind', cron: '0 19 * * *', timeZone: india }],
    product: 'MAS LMS',
  },
  coursePlan: {
    name: 'coursePlanQueue',
    purpose: 'Generates course plans',
    jobs: {},
    product: 'MAS LMS',
  },
  missOzone: {
    name: 'missOzoneQueue',
    purpose: 'Calls of the AI voice mentor',
    jobs: {},
    schedules: [
      { job: 'reconcile', everySeconds: minute },
      { job: 'prune', cron: '30 3 * * *', timeZone: india },
    ],
    product: 'Mr. Hire',
  },
  mrlearnSync: {
    name: 'mrlearnSyncQueue',
    purpose: "Students' progress in Mr. Learn, from Graphy",
    jobs: { sync: syncConfig },
    scheduledBy: 'mrlearn_sync_configs',
  },
  mrlearnReminder: {
    name: 'mrlearnReminderQueue',
    purpose: 'Nudges students by WhatsApp about their progress in Mr. Learn',
    jobs: {},
    scheduledBy: 'mrlearn_sync_configs',
    product: 'MAS LMS',
  },
  mrlearnNewStudentSync: {
    name: 'mrlearnNewStudentSyncQueue',
    purpose: 'Brings new students over from Mr. Learn between two synchronisations',
    jobs: { sync: nothing },
    scheduledBy: 'system_configs',
  },
  mrtestSync: {
    name: 'mrtestSyncQueue',
    purpose: 'Results of exams in Mr. Test, from EzExam',
    jobs: { sync: syncConfig },
    scheduledBy: 'mrtest_sync_configs',
  },
  badgeEvaluation: {
    name: 'badgeEvaluationQueue',
    purpose: 'Awards badges that were missed',
    jobs: {},
    schedules: [{ job: 'evaluate', everySeconds: day }],
    product: 'MAS LMS',
  },
  studentRiskComputation: {
    name: 'studentRiskComputationQueue',
    purpose: 'Scores the risk that a student gives up',
    jobs: {},
    schedules: [{ job: 'compute', everySeconds: day }],
    product: 'MAS LMS',
  },
} as const satisfies Readonly<Record<string, QueueDefinition>>;

type Queues = typeof queues;
export type QueueKey = keyof Queues;
/** Those that this service works on: whichever is no product's. */
export type OwnQueueKey = { [Q in QueueKey]: Queues[Q] extends { readonly product: string } ? never : Q }[QueueKey];
export type JobName<Q extends QueueKey> = keyof Queues[Q]['jobs'] & string;
type SchemaOf<Q extends QueueKey, J extends JobName<Q>> = Queues[Q]['jobs'][J] extends ZodType
  ? Queues[Q]['jobs'][J]
  : never;
/** What a producer states. */
export type JobInput<Q extends QueueKey, J extends JobName<Q>> = z.input<SchemaOf<Q, J>>;
/** What a handler gets, validated and with its defaults. */
export type JobPayload<Q extends QueueKey, J extends JobName<Q>> = z.output<SchemaOf<Q, J>>;

export const everyQueue: readonly QueueDefinition[] = Object.values(queues);
