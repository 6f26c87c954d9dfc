import type { MigrationInterface, QueryRunner } from 'typeorm';

export class VendorLeads1795133040000 implements MigrationInterface {
  readonly name = 'VendorLeads1795133040000';

  async up(_runner: QueryRunner): Promise<void> {}

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
