import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The existing platform has the first three tables, which are adopted. That one log of a meeting at most is open is
 * held by a table of ours: on theirs it would take an index that rows from before may break.
 */
export class Meetings1795132920000 implements MigrationInterface {
  readonly name = 'Meetings1795132920000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS slots (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
      ALTER TABLE slots
        ADD COLUMN IF NOT EXISTS "mentorId" uuid,
        ADD COLUMN IF NOT EXISTS "studentId" uuid,
        ADD COLUMN IF NOT EXISTS "startsAt" timestamptz,
        ADD COLUMN IF NOT EXISTS "endsAt" timestamptz,
        ADD COLUMN IF NOT EXISTS status text;
    `);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS meeting_logs (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
      ALTER TABLE meeting_logs
        ADD COLUMN IF NOT EXISTS "meetingId" uuid,
        ADD COLUMN IF NOT EXISTS "startedAt" timestamptz,
        ADD COLUMN IF NOT EXISTS "endedAt" timestamptz,
        ADD COLUMN IF NOT EXISTS "endReason" text,
        ADD COLUMN IF NOT EXISTS "endedBy" uuid;
    `);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS meeting_recordings (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
      ALTER TABLE meeting_recordings
        ADD COLUMN IF NOT EXISTS "meetingId" uuid,
        ADD COLUMN IF NOT EXISTS "meetingLogId" uuid,
        ADD COLUMN IF NOT EXISTS "startedBy" uuid,
        ADD COLUMN IF NOT EXISTS "startedAt" timestamptz,
        ADD COLUMN IF NOT EXISTS "stoppedBy" uuid,
        ADD COLUMN IF NOT EXISTS "stoppedAt" timestamptz,
        ADD COLUMN IF NOT EXISTS "s3Key" text;
    `);
    await runner.query(`
      CREATE TABLE meeting_sessions (
        "meetingId" uuid PRIMARY KEY,
        "logId" uuid NOT NULL,
        "startedAt" timestamptz NOT NULL,
        "emptySince" timestamptz,
        "endedAt" timestamptz,
        "endReason" text CONSTRAINT meeting_sessions_end_reason CHECK ("endReason" IN ('ended', 'everybody-left')),
        "endedBy" uuid
      );
      CREATE INDEX meeting_sessions_open ON meeting_sessions ("startedAt") WHERE "endedAt" IS NULL;
    `);
    await runner.query(`
      CREATE TABLE meeting_participants (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        "logId" uuid NOT NULL,
        "userId" uuid NOT NULL,
        role text NOT NULL,
        "socketId" text NOT NULL,
        "joinedAt" timestamptz NOT NULL,
        "leftAt" timestamptz,
        "leaveReason" text
      );
      CREATE INDEX meeting_participants_log ON meeting_participants ("logId");
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
