import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The key figures count the last day's every 15 minutes. */
export class MeetingsByEnd1795133340000 implements MigrationInterface {
  readonly name = 'MeetingsByEnd1795133340000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX CONCURRENTLY IF NOT EXISTS meeting_logs_ended_at ON meeting_logs ("endedAt")');
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on this table as it is. Nothing to undo');
  }
}
