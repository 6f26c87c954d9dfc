import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The end of a meeting stops its recordings. */
export class RecordingsOfMeetings1795133460000 implements MigrationInterface {
  readonly name = 'RecordingsOfMeetings1795133460000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS meeting_recordings_log ON meeting_recordings ("meetingLogId")',
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on this table as it is. Nothing to undo');
  }
}
