import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex, concurrentIndexIn } from './concurrent-index';
import { refusal } from './expand-only';

type MigrationClass = new () => MigrationInterface;

/** The same migration, whose every statement is judged before it is sent, and whose indexes are built to the end. */
export function guarded(Migration: MigrationClass): MigrationClass {
  return class implements MigrationInterface {
    readonly #migration = new Migration();
    readonly name = this.#migration.name ?? Migration.name;
    readonly transaction = this.#migration.transaction;

    async up(runner: QueryRunner): Promise<void> {
      const send = runner.query;
      const created = new Set<string>();
      // On the runner itself: its createTable, addColumn and its manager send through `query` as well.
      runner.query = async (sql: string, ...rest: unknown[]) => {
        const refused = refusal(sql, created);
        if (refused !== undefined) throw new Error(refused);
        const sent = () => Reflect.apply(send, runner, [sql, ...rest]);
        // In a transaction PostgreSQL refuses to build one, and says so.
        const index = this.transaction === false ? concurrentIndexIn(sql) : undefined;
        return index === undefined ? sent() : buildIndex(await runner.connect(), index, sent);
      };
      try {
        await this.#migration.up(runner);
      } catch (cause) {
        throw new Error(`Migration ${this.name}: ${(cause as Error).message}`, { cause });
      } finally {
        runner.query = send;
      }
    }

    down(runner: QueryRunner): Promise<void> {
      return this.#migration.down(runner);
    }
  };
}
