import type { Environment } from '../config/contract';
import { createCredentials, type Login } from '../database/credentials';
import { firstConnection } from '../database/first-connection';
import { managedSecrets } from '../database/managed-secret';
import { createPool } from '../database/pool';
import type { Logger } from '../log';
import { timeLimit } from '../time-limit';

const patienceMs = 20_000;
const closingMs = 2_000;

/** One connection, without the limits of one that serves requests. */
export interface Session {
  /** What it is logged in with, for a program that logs in as well. */
  readonly login: Login;
  /** Of the server. */
  readonly major: number;
  query<Row>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Breaks off what is still running. */
  close(): Promise<void>;
}

/** By the service's own pool, for how it finds a password that rotates and how it verifies the server. */
export async function openSession(environment: Environment, log: Logger): Promise<Session> {
  const credentials = createCredentials(environment, managedSecrets(environment), log);
  const pool = await createPool({ ...environment, DB_CONNECTION_LIMIT: 1 }, credentials, log);
  // Rows are counted for as long as that takes.
  Object.assign(pool.options, { statement_timeout: 0, query_timeout: 0 });
  try {
    await firstConnection(pool, environment, log, patienceMs);
    const client = await pool.connect();
    // The server has one of its own, and a snapshot is held idle for as long as the dump takes.
    await client.query('SET idle_in_transaction_session_timeout = 0');
    const { rows } = await client.query('SHOW server_version_num');
    let open = true;
    return {
      login: await credentials.current(),
      major: Math.floor(Number(rows[0].server_version_num) / 10_000),
      async query<Row>(statement: string, parameters: readonly unknown[] = []) {
        const answer = await client.query(statement, parameters as unknown[]);
        return answer.rows as Row[];
      },
      async close() {
        if (!open) return;
        open = false;
        client.release(true);
        // A server that is gone need not hold up the error that says so.
        await timeLimit(pool.end(), closingMs, 'Closing the connection').catch(() => {});
      },
    };
  } catch (error) {
    pool.end().catch(() => {});
    throw error;
  }
}

/** One more connection for a moment: it is there whatever became of the others. */
export async function withSession<T>(
  environment: Environment,
  log: Logger,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(environment, log);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
