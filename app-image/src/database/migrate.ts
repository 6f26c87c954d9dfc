import { setTimeout as sleep } from 'node:timers/promises';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { Logger } from '../log';

/** Any number will do, if nothing else in this database takes it as an advisory lock. */
export const migrationLock = 1_795_132_800;
const pauseMs = 200;

export interface MigrateOptions {
  /** For how long another process that migrates is waited for. @default 25_000 */
  readonly patienceMs?: number;
  /** Behind a migration that waits for a table, everybody else would wait as well. @default 5_000 */
  readonly lockTimeoutMs?: number;
}

/**
 * Processes that start together migrate once. The lock is held by the connection that migrates, so a pool of one is
 * enough.
 */
export async function migrate(
  source: DataSource,
  log: Logger,
  { patienceMs = 25_000, lockTimeoutMs = 5_000 }: MigrateOptions = {},
): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await takeLock(runner, log, patienceMs);
    await runner.query(`SET lock_timeout = ${lockTimeoutMs}`);
    const executor = new MigrationExecutor(source, runner);
    executor.transaction = 'each';
    const done = await executor.executePendingMigrations();
    if (done.length > 0) log.info({ migrations: done.map(({ name }) => name) }, 'database migrated');
  } finally {
    // On a connection that broke both fail, and both are settled: its session is gone.
    await runner.query(`RESET lock_timeout; SELECT pg_advisory_unlock(${migrationLock})`).catch(() => {});
    await runner.release();
  }
}

/** Asks again and again: a session that waits inside of PostgreSQL would block CREATE INDEX CONCURRENTLY for ever. */
async function takeLock(runner: QueryRunner, log: Logger, patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs;
  for (let told = false; ; told = true) {
    const [row] = await runner.query(`SELECT pg_try_advisory_lock(${migrationLock}) AS taken`);
    if (row.taken) return;
    if (performance.now() >= until) {
      throw new Error(
        `Another process has held the migration lock for ${patienceMs / 1000} s (advisory lock ${migrationLock}); find it in pg_locks, and start again when it is done`,
      );
    }
    if (!told) log.info('another process migrates the database; waiting for it');
    await sleep(pauseMs);
  }
}
