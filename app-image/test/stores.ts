import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';

/** A service's environment for one of the servers that the run's global set-up has started. */
export interface Store<Variable extends string> {
  readonly environment: Readonly<Record<Variable, string>>;
  close(): Promise<void>;
}

export type DatabaseVariable = 'DB_HOST' | 'DB_PORT' | 'DB_NAME' | 'DB_USERNAME' | 'DB_PASSWORD';
export type RedisVariable = 'REDIS_HOST' | 'REDIS_PORT' | 'REDIS_DB';

const REDIS_DATABASES = 1000;

/** A database that no other test file sees. */
export async function freshDatabase(): Promise<Store<DatabaseVariable>> {
  const { host, port, user, password } = shared('TEST_POSTGRES');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const administer = async (statement: string): Promise<void> => {
    const client = new Client({ host, port, user, password, database: 'postgres' });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await administer(`CREATE DATABASE ${name}`);
  return {
    environment: { DB_HOST: host, DB_PORT: String(port), DB_NAME: name, DB_USERNAME: user, DB_PASSWORD: password },
    // By force, since a service that was killed may not have been missed yet.
    close: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/**
 * A database that no other test file sees, of keys only: channels are common to all of them.
 * A test of publishing, or of a Redis that fails, starts one of its own.
 */
export async function freshRedis(): Promise<Store<RedisVariable>> {
  const { host, port } = shared('TEST_REDIS');
  const counter = new Redis({ host, port });
  const taken = await counter.incr('databases-taken').finally(() => counter.disconnect());
  // The first one holds the counter.
  if (taken >= REDIS_DATABASES)
    throw new Error(`All ${REDIS_DATABASES} databases of the shared Redis are taken; close and reuse them.`);
  return {
    environment: { REDIS_HOST: host, REDIS_PORT: String(port), REDIS_DB: String(taken) },
    async close() {
      const client = new Redis({ host, port, db: taken });
      await client.flushdb().finally(() => client.disconnect());
    },
  };
}

function shared(variable: 'TEST_POSTGRES' | 'TEST_REDIS') {
  const server = process.env[variable];
  if (!server) throw new Error(`${variable} is not set: jest's global set-up sets it; run the test from the root.`);
  return JSON.parse(server) as { host: string; port: number; user: string; password: string };
}
