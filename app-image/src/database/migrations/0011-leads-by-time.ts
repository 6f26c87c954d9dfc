import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The key figures count the last day's every 15 minutes. */
export class LeadsByTime1795133400000 implements MigrationInterface {
  readonly name = 'LeadsByTime1795133400000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX CONCURRENTLY IF NOT EXISTS raw_leads_created_at ON raw_leads ("createdAt")');
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on this table as it is. Nothing to undo');
  }
}
