import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { issueCertificates } from '../../../local/certificates';
import { startPostgres } from '../../../local/postgres';
import type { Environment } from '../../src/config/contract';
import type { Database } from '../../src/database/database';
import { environmentOf } from './environment';

export const instanceIdentifier = 'mentor-db';
export const masterUser = 'mentor';

/** As RDS writes it into the instance's secret. */
export const secretDocument = (password: string) => JSON.stringify({ username: masterUser, password });

/** Stands for an RDS instance: takes TLS connections only, and its user's password can be changed. */
export interface RdsInstance {
  /** A container's, with these on top. */
  environment(variables?: Readonly<Record<string, string>>): Environment;
  /** Gives the user a new password. @returns it, and says nothing to any secret */
  rotate(): Promise<string>;
  /** Every query after this one needs a new connection. */
  endConnections(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRdsInstance(): Promise<RdsInstance> {
  const certificates = await issueCertificates(['db.internal']);
  const postgres = await startPostgres({ tls: certificates });
  const { host, port } = postgres;
  const administrator = new Client({
    ...{ host, port, user: postgres.superuser, password: postgres.password, database: 'postgres' },
    ssl: { ca: certificates.caPem },
  });
  await administrator.connect();
  await administrator.query(`CREATE ROLE ${masterUser} LOGIN; GRANT ALL ON SCHEMA public TO ${masterUser}`);
  return {
    environment: (variables) =>
      environmentOf({
        DB_HOST: host,
        DB_PORT: String(port),
        DB_NAME: 'postgres',
        DB_INSTANCE_IDENTIFIER: instanceIdentifier,
        DB_POOL_TIMEOUT: '10',
        NODE_EXTRA_CA_CERTS: certificates.caFile,
        AWS_REGION: 'ap-south-1',
        ...variables,
      }),
    async rotate() {
      const password = randomBytes(9).toString('hex');
      await administrator.query(`ALTER ROLE ${masterUser} PASSWORD '${password}'`);
      return password;
    },
    async endConnections() {
      await administrator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
        masterUser,
      ]);
    },
    async stop() {
      await administrator.end();
      await postgres.stop();
      certificates.remove();
    },
  };
}

/** Reads for as long as the work takes and a second more. */
export async function underLoad(database: Database, work: () => Promise<void>) {
  const failures: unknown[] = [];
  let answered = 0;
  let over = false;
  const load = Array.from({ length: 20 }, async () => {
    while (!over) {
      await database.read('SELECT pg_sleep(0.005)').then(
        () => {
          answered += 1;
        },
        (error: unknown) => failures.push(error),
      );
    }
  });
  await work();
  await sleep(1_000);
  over = true;
  await Promise.all(load);
  return { failures, answered };
}
