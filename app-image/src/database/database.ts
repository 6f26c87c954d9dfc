import pg from 'pg';
import { DataSource, MigrationExecutor, type Logger as TypeOrmLogger } from 'typeorm';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import { timeLimit } from '../time-limit';
import { createCredentials } from './credentials';
import { entities } from './entities';
import { firstConnection } from './first-connection';
import { type ManagedSecrets, managedSecrets } from './managed-secret';
import { migrate } from './migrate';
import { migrations } from './migrations';
import { createPool, type RotatingPool } from './pool';
import { Statements } from './statements';

const pingLimitMs = 2_000;

export interface Database {
  readonly source: DataSource;
  /** Rows of one read-only statement; sent again when the pooled connection turns out to be dead. */
  read<Row>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Rows of one statement, sent once. */
  query<Row>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** @throws when PostgreSQL does not answer within two seconds */
  ping(): Promise<void>;
  /** Names of those that this revision knows and the database does not. */
  pendingMigrations(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Where the password of an RDS instance is found. @default - AWS */
  readonly secrets?: ManagedSecrets;
  /** For how long a PostgreSQL that is not there yet is waited for; below the slowest start of a container, 30 s. */
  readonly patienceMs?: number;
}

/** Connects and migrates, as a process does that serves. */
export async function openDatabase(
  environment: Environment,
  log: Logger,
  options: ConnectOptions = {},
): Promise<Database> {
  const database = await connectDatabase(environment, log, options);
  try {
    await migrate(database.source, log);
    if (environment.DB_SYNCHRONIZE) await database.source.synchronize();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Connects without migrating: for commands, which work on the schema that there is. */
export async function connectDatabase(
  environment: Environment,
  log: Logger,
  { secrets = managedSecrets(environment), patienceMs = 20_000 }: ConnectOptions = {},
): Promise<Database> {
  const pool = await createPool(environment, createCredentials(environment, secrets, log), log);
  const source = createSource(environment, pool);
  try {
    await firstConnection(pool, environment, log, patienceMs);
    await source.initialize();
  } catch (error) {
    // Not waited for: a connection that hangs would hold up the error.
    if (!pool.ending) pool.end().catch(() => {});
    throw error;
  }

  const statements = new Statements(pool);
  return {
    source,
    read: (statement, parameters) => statements.read(statement, parameters),
    query: (statement, parameters) => statements.query(statement, parameters),
    async ping() {
      await timeLimit(statements.read('SELECT 1'), pingLimitMs, 'PostgreSQL');
    },
    async pendingMigrations() {
      const pending = await new MigrationExecutor(source).getPendingMigrations();
      return pending.map(({ name }) => name);
    },
    async close() {
      if (source.isInitialized) await source.destroy();
    },
  };
}

/** Its errors are thrown as well, and logged by whoever catches them: here they would be lines that are no JSON. */
const silent: TypeOrmLogger = {
  log() {},
  logMigration() {},
  logQuery() {},
  logQueryError() {},
  logQuerySlow() {},
  logSchemaBuild() {},
};

/** TypeORM on our pool, so that one process never holds more connections than DB_CONNECTION_LIMIT. */
function createSource(environment: Environment, pool: RotatingPool): DataSource {
  function Pool() {
    return pool;
  }
  return new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool },
    database: environment.DB_NAME,
    entities: [...entities],
    migrations,
    // PostgreSQL has gen_random_uuid() by itself, which TypeORM files under this extension.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    logger: silent,
    poolErrorHandler: () => {
      // The pool logs its own errors.
    },
  });
}
