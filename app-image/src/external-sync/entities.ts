import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createdAt, id, updatedAt } from '../database/columns';

/** How the last run of a synchronisation went. */
export interface SyncState {
  readonly leaseUntil: Date | null;
  readonly leaseJob: string | null;
  readonly leaseToken: string | null;
  readonly lastRunAt: Date | null;
  /** running, succeeded, partly or failed; the existing platform may have other words. */
  readonly lastStatus: string | null;
  readonly lastError: string | null;
  /** Records stored. */
  readonly lastCount: number | null;
}

/** What is synchronised, and how often. */
export interface SyncConfig extends SyncState {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly intervalMinutes: number;
  /** Courses of Mr. Learn, exams of Mr. Test; all where there is none. */
  readonly onlyIds: readonly string[];
  readonly pageSize: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const text: EntitySchemaColumnOptions = { type: 'text' };
const number: EntitySchemaColumnOptions = { type: 'double precision' };
const time: EntitySchemaColumnOptions = { type: 'timestamptz' };
const nullable = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({ ...column, nullable: true });
const keyOf = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({ ...column, primary: true });

const state = {
  leaseUntil: nullable(time),
  leaseJob: nullable(text),
  leaseToken: nullable({ type: 'uuid' }),
  lastRunAt: nullable(time),
  lastStatus: nullable(text),
  lastError: nullable(text),
  lastCount: nullable({ type: 'integer' }),
};

const syncConfigs = (name: string, tableName: string) =>
  new EntitySchema<SyncConfig>({
    name,
    tableName,
    columns: {
      id,
      name: { ...text, default: '' },
      enabled: { type: Boolean, default: false },
      intervalMinutes: { type: 'integer', default: 60 },
      onlyIds: { ...text, array: true, default: '{}' },
      pageSize: { type: 'integer', default: 100 },
      createdAt,
      updatedAt,
      ...state,
    },
  });

export const externalSyncEntities: readonly EntitySchema[] = [
  syncConfigs('MrLearnSyncConfig', 'mrlearn_sync_configs'),
  syncConfigs('MrTestSyncConfig', 'mrtest_sync_configs'),
  new EntitySchema({
    name: 'ExternalSyncState',
    tableName: 'external_sync_states',
    columns: { id: keyOf(text), syncedUntil: nullable(time), ...state },
  }),
  new EntitySchema({
    name: 'GraphyProgress',
    tableName: 'graphy_progress',
    columns: {
      learnerId: keyOf(text),
      courseId: keyOf(text),
      progressPercent: number,
      lastActivityAt: nullable(time),
      completedAt: nullable(time),
      syncedAt: createdAt,
    },
    indices: [{ name: 'graphy_progress_completed_at', columns: ['completedAt'] }],
  }),
  new EntitySchema({
    name: 'GraphyLearner',
    tableName: 'graphy_learners',
    columns: {
      learnerId: keyOf(text),
      email: text,
      fullName: nullable(text),
      joinedAt: nullable(time),
      userId: nullable({ type: 'uuid' }),
      syncedAt: createdAt,
    },
  }),
  new EntitySchema({
    name: 'EzExamResult',
    tableName: 'ezexam_results',
    columns: {
      examId: keyOf(text),
      candidateId: keyOf(text),
      attempt: keyOf({ type: 'integer' }),
      score: number,
      maxScore: number,
      passed: nullable({ type: Boolean }),
      submittedAt: time,
      syncedAt: createdAt,
    },
    indices: [{ name: 'ezexam_results_submitted_at', columns: ['submittedAt'] }],
  }),
];
