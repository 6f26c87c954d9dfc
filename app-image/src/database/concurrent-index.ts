import type { PoolClient } from 'pg';
import { nameSource, statementsIn } from './sql';

/** As written in the statement that builds it. */
export interface ConcurrentIndex {
  readonly name: string;
  readonly table: string;
}

/** With what pg's types leave out. */
type Client = Pick<PoolClient, 'query'> & { readonly connectionParameters: { query_timeout: number | undefined } };

const createConcurrently = new RegExp(
  `^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:IF NOT EXISTS )?(${nameSource}) ON (?:ONLY )?(${nameSource})`,
  'i',
);

/** @returns the index that this SQL builds without blocking writes, or undefined */
export function concurrentIndexIn(sql: string): ConcurrentIndex | undefined {
  const [, name, table] = createConcurrently.exec(statementsIn(sql)[0] ?? '') ?? [];
  return name === undefined || table === undefined ? undefined : { name, table };
}

/**
 * PostgreSQL keeps an index whose build was broken off: it serves no query, takes its name, and a unique one still
 * refuses rows. So none is left behind, none is taken for a finished one, and no limit of ours breaks a build off.
 */
export async function buildIndex<T>(client: Client, index: ConcurrentIndex, build: () => Promise<T>): Promise<T> {
  let built: T;
  try {
    built = await withoutLimits(client, async () => {
      await dropInvalid(client, index);
      return build();
    });
  } catch (error) {
    // Within the limits again, so that it does not hold up the error for long; otherwise the next start drops it.
    await dropInvalid(client, index).catch(() => {});
    throw error;
  }
  if ((await stateOf(client, index))?.valid) return built;
  throw new Error(
    `there is no valid index ${index.name} on ${index.table} after CREATE INDEX CONCURRENTLY; look at \\d ${index.table}: drop an invalid one, or rename what else has this name, and start again`,
  );
}

/** It may wait for every transaction that is open, and blocks no reads or writes meanwhile. */
async function withoutLimits<T>(client: Client, work: () => Promise<T>): Promise<T> {
  const { connectionParameters: own } = client;
  const answerTimeoutMs = own.query_timeout;
  const { rows } = await client.query(
    "SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement",
  );
  try {
    own.query_timeout = 0;
    await limit(client, '0', '0');
    return await work();
  } finally {
    own.query_timeout = answerTimeoutMs;
    // Fails on a connection that broke, and its session is gone.
    await limit(client, rows[0]?.lock, rows[0]?.statement).catch(() => {});
  }
}

async function limit(client: Client, lock: string, statement: string): Promise<void> {
  await client.query("SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false)", [
    lock,
    statement,
  ]);
}

/** Two builds on one table may wait for each other, so one that is under way is not joined. */
async function dropInvalid(client: Client, index: ConcurrentIndex): Promise<void> {
  const state = await stateOf(client, index);
  if (state?.underway) {
    throw new Error(`another session builds the index ${index.name} on ${index.table}; start again when it is done`);
  }
  if (state?.valid === false) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${state.identifier}`);
}

interface IndexState {
  /** Quoted, and with its schema, where that is needed. */
  readonly identifier: string;
  readonly valid: boolean;
  readonly underway: boolean;
}

async function stateOf(client: Client, { name, table }: ConcurrentIndex): Promise<IndexState | undefined> {
  const { rows } = await client.query<IndexState>(
    `SELECT indexrelid::regclass::text AS identifier, indisvalid AS valid,
       EXISTS (SELECT FROM pg_stat_progress_create_index WHERE index_relid = indexrelid) AS underway
     FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE indrelid = to_regclass($1) AND relname = (parse_ident($2)::name[])[1]`,
    [table, name],
  );
  return rows[0];
}
