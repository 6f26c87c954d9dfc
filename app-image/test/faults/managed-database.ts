import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import { issueCertificates } from '../../../local/certificates';
import { startMoto } from '../../../local/moto';
import { startPostgres } from '../../../local/postgres';

const role = 'mentor';
const instance = 'mentor-db';
const region = 'ap-south-1';
/** As long as RDS leaves the old password in the secret, and longer. */
const secretFollowsAfterMs = 500;

const newPassword = () => randomBytes(9).toString('hex');

/** PostgreSQL as RDS has it: TLS only, and a password that stands in a secret of the instance's own and changes. */
export async function startManagedDatabase(binaries?: string) {
  const certificates = await issueCertificates([]);
  const [postgres, moto] = await Promise.all([startPostgres({ tls: certificates, binaries }), startMoto()]);
  const { host, port, superuser: user, password } = postgres;
  const { name } = await postgres.createDatabase();
  const administrator = new Client({ host, port, user, password, database: name, ssl: { ca: certificates.caPem } });
  await administrator.connect();
  await administrator.query(`CREATE ROLE ${role} LOGIN; ALTER DATABASE ${name} OWNER TO ${role}`);

  const access = { region, endpoint: moto.url, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } };
  const rds = new RDSClient(access);
  const manager = new SecretsManagerClient(access);
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: instance,
      DBInstanceClass: 'db.t4g.medium',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: role,
      ManageMasterUserPassword: true,
    }),
  );
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance }));
  const arn = DBInstances?.[0]?.MasterUserSecret?.SecretArn;

  const change = (to: string) => administrator.query(`ALTER ROLE ${role} PASSWORD '${to}'`);
  const store = (to: string) =>
    manager.send(
      new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify({ username: role, password: to }) }),
    );

  const passwords = [newPassword()];
  await change(passwords[0] ?? '');
  await store(passwords[0] ?? '');

  return {
    /** All that there were. */
    passwords: passwords as readonly string[],
    environment: {
      DB_HOST: host,
      DB_PORT: String(port),
      DB_NAME: name,
      DB_INSTANCE_IDENTIFIER: instance,
      DB_CONNECTION_LIMIT: '10',
      NODE_EXTRA_CA_CERTS: certificates.caFile,
      AWS_REGION: region,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
    },
    /** Changes the password in the database first and in the secret later, while every connection has to log in anew. */
    async rotate(): Promise<void> {
      const next = newPassword();
      passwords.push(next);
      await change(next);
      await this.endConnections();
      await sleep(secretFollowsAfterMs);
      await store(next);
    },
    async endConnections(): Promise<number> {
      const { rowCount } = await administrator.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`,
      );
      return rowCount ?? 0;
    },
    async stop(): Promise<void> {
      rds.destroy();
      manager.destroy();
      await administrator.end();
      await Promise.all([postgres.stop(), moto.stop()]);
      certificates.remove();
    },
  };
}

export type ManagedDatabase = Awaited<ReturnType<typeof startManagedDatabase>>;
