import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Uploads1795132980000 implements MigrationInterface {
  readonly name = 'Uploads1795132980000';

  async up(_runner: QueryRunner): Promise<void> {}

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
