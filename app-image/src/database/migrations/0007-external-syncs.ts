import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of a run: that it is the only one, and how the last one went. */
const state = `
  "leaseUntil" timestamptz,
  "leaseJob" text,
  "leaseToken" uuid,
  "lastRunAt" timestamptz,
  "lastStatus" text,
  "lastError" text,
  "lastCount" integer
`;

/**
 * The configurations are the existing platform's tables, adopted as they are. What the runs fetch stands in tables of
 * our own, named for where it comes from: the platform's own tables of students and results stay its own.
 */
export class ExternalSyncs1795133160000 implements MigrationInterface {
  readonly name = 'ExternalSyncs1795133160000';

  async up(runner: QueryRunner): Promise<void> {
    const added = state
      .split(',')
      .map((column) => `ADD COLUMN IF NOT EXISTS ${column.trim()}`)
      .join(', ');
    for (const table of ['mrlearn_sync_configs', 'mrtest_sync_configs'])
      await runner.query(`
        CREATE TABLE IF NOT EXISTS ${table} (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid()
        );
        ALTER TABLE ${table}
          ADD COLUMN IF NOT EXISTS name text NOT NULL DEFAULT '',
          ADD COLUMN IF NOT EXISTS enabled boolean NOT NULL DEFAULT false,
          ADD COLUMN IF NOT EXISTS "intervalMinutes" integer NOT NULL DEFAULT 60,
          ADD COLUMN IF NOT EXISTS "onlyIds" text[] NOT NULL DEFAULT '{}',
          ADD COLUMN IF NOT EXISTS "pageSize" integer NOT NULL DEFAULT 100,
          ADD COLUMN IF NOT EXISTS "createdAt" timestamptz NOT NULL DEFAULT now(),
          ADD COLUMN IF NOT EXISTS "updatedAt" timestamptz NOT NULL DEFAULT now(),
          ${added};
      `);
    await runner.query(`
      CREATE TABLE external_sync_states (
        id text PRIMARY KEY,
        "syncedUntil" timestamptz,
        ${state}
      );
      CREATE TABLE graphy_progress (
        "learnerId" text NOT NULL,
        "courseId" text NOT NULL,
        "progressPercent" double precision NOT NULL,
        "lastActivityAt" timestamptz,
        "completedAt" timestamptz,
        "syncedAt" timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY ("learnerId", "courseId")
      );
      CREATE INDEX graphy_progress_completed_at ON graphy_progress ("completedAt");
      CREATE TABLE graphy_learners (
        "learnerId" text PRIMARY KEY,
        email text NOT NULL,
        "fullName" text,
        "joinedAt" timestamptz,
        "userId" uuid,
        "syncedAt" timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE ezexam_results (
        "examId" text NOT NULL,
        "candidateId" text NOT NULL,
        attempt integer NOT NULL,
        score double precision NOT NULL,
        "maxScore" double precision NOT NULL,
        passed boolean,
        "submittedAt" timestamptz NOT NULL,
        "syncedAt" timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY ("examId", "candidateId", attempt)
      );
      CREATE INDEX ezexam_results_submitted_at ON ezexam_results ("submittedAt");
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
