import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { DatabaseVariable, RedisVariable } from './stores';

/** Connections of the test's own to what a service's environment names. */
export async function connectPostgres(environment: Readonly<Record<DatabaseVariable, string>>): Promise<Client> {
  const { DB_HOST: host, DB_PORT: port, DB_NAME: database, DB_USERNAME: user, DB_PASSWORD: password } = environment;
  const client = new Client({ host, port: Number(port), database, user, password });
  // The end of the server under it is what some tests are about.
  client.on('error', () => {});
  await client.connect();
  return client;
}

export function connectRedis(environment: Readonly<Record<RedisVariable, string>>): Redis {
  const { REDIS_HOST: host, REDIS_PORT: port, REDIS_DB: db } = environment;
  return new Redis({ host, port: Number(port), db: Number(db), maxRetriesPerRequest: null });
}
