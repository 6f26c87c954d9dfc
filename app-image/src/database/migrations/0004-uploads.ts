import type { MigrationInterface, QueryRunner } from 'typeorm';

/** No check on the purpose: a later revision has more of them, and could not take the check away. */
export class Uploads1795132980000 implements MigrationInterface {
  readonly name = 'Uploads1795132980000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE uploads (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        "userId" uuid NOT NULL,
        purpose text NOT NULL,
        bucket text NOT NULL,
        key text NOT NULL CONSTRAINT uploads_key UNIQUE,
        "fileName" text NOT NULL,
        "contentType" text NOT NULL,
        size bigint NOT NULL,
        etag text NOT NULL,
        "recordingId" uuid,
        "createdAt" timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX uploads_of_user ON uploads ("userId", "createdAt", id);
      CREATE INDEX uploads_created_at ON uploads ("createdAt");
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on these tables as they are. Nothing to undo');
  }
}
