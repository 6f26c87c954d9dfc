import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BackgroundWork1795133220000 implements MigrationInterface {
  readonly name = 'BackgroundWork1795133220000';

  async up(_runner: QueryRunner): Promise<void> {}

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
