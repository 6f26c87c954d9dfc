import type { MigrationInterface, QueryRunner } from 'typeorm';
import { codeOf } from '../unavailable';

const uniqueViolation = '23505';
const duplicates = 'SELECT lower(email), array_agg(id) FROM users GROUP BY lower(email) HAVING count(*) > 1';

/** By itself, since the existing platform's table is in use while this runs. */
export class UniqueEmails1795132860000 implements MigrationInterface {
  readonly name = 'UniqueEmails1795132860000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    try {
      await runner.query('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (lower(email))');
    } catch (error) {
      if (codeOf(error) !== uniqueViolation) throw error;
      throw new Error(
        `several users have the same email, upper and lower case being one; find them with \`${duplicates}\`, leave one of each, and start again`,
        { cause: error },
      );
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations only expand: the previous revision runs on this table as it is. Nothing to undo');
  }
}
