import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier, escapeLiteral, type QueryResultRow } from 'pg';
import type { Certificates } from '../../local/certificates';
import { type Postgres, startPostgres } from '../../local/postgres';
import type { DatabaseDescription } from '../assembly/deployment';
import { now } from '../clock';
import type { OutageRecord } from '../record';

export interface LocalDatabaseProps {
  readonly description: DatabaseDescription;
  /** Of the master user. */
  readonly password: string;
  readonly certificates: Pick<Certificates, 'key' | 'cert'>;
  /** @default - a free one */
  readonly port?: number;
}

/** Each connection is a process; those of an instance class for hundreds are more than a laptop takes. */
const mostConnections = 400;

export async function startDatabase({ description, password, certificates, port }: LocalDatabaseProps) {
  const { settings, forceTls, databaseName, username } = description;
  const connections = Math.min(Number(settings.max_connections ?? mostConnections), mostConnections);
  const postgres = await startPostgres({
    port,
    tls: certificates,
    allowPlain: !forceTls,
    // What was committed outlives the server that fails, as with Multi-AZ.
    settings: { ...settings, max_connections: String(connections), synchronous_commit: 'on' },
  });
  const [user, name] = [escapeIdentifier(username), escapeIdentifier(databaseName)];
  const administer = (statement: string) => query(postgres, 'postgres', statement);
  try {
    // As on RDS, the master user is no superuser.
    await administer(`CREATE ROLE ${user} LOGIN CREATEDB CREATEROLE PASSWORD ${escapeLiteral(password)}`);
    await administer(`CREATE DATABASE ${name} OWNER ${user}`);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return new LocalDatabase(postgres, databaseName);
}

/** PostgreSQL as the template describes it, and its failover. */
export class LocalDatabase {
  constructor(
    private readonly postgres: Postgres,
    private readonly name: string,
  ) {}

  get port(): number {
    return this.postgres.port;
  }

  /** Resolves, with the reason, should it end by itself. */
  get crashed(): Promise<Error> {
    return this.postgres.crashed;
  }

  /** From the outside, as a superuser. */
  async ask<Row extends QueryResultRow = QueryResultRow>(
    statement: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await query<Row>(this.postgres, this.name, statement, values)).rows;
  }

  /** The instance fails, and after this time the same data is served again. */
  async failOver(milliseconds: number): Promise<OutageRecord> {
    const from = now();
    await this.postgres.kill();
    await sleep(milliseconds);
    await this.postgres.restart();
    return { store: 'database', from, to: now() };
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
  }
}

async function query<Row extends QueryResultRow>(
  { host, port, superuser: user, password }: Postgres,
  database: string,
  statement: string,
  values?: readonly unknown[],
) {
  // The certificate is the caller's, and who listens is known.
  const client = new Client({ host, port, user, password, database, ssl: { rejectUnauthorized: false } });
  await client.connect();
  return await client.query<Row>(statement, values && [...values]).finally(() => client.end());
}
