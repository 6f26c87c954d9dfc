import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The cleanup looks for them every 15 minutes. No condition on the status, whose type is the existing platform's. */
export class UnbookedSlots1795133280000 implements MigrationInterface {
  readonly name = 'UnbookedSlots1795133280000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS slots_unbooked ON slots (status, "endsAt") WHERE "studentId" IS NULL',
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on this table as it is. Nothing to undo');
  }
}
