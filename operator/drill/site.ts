import { join } from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import { environments } from '../../lib/config/environments';
import { bucketName, databaseName } from '../../lib/config/names';
import { type Moto, startMoto } from '../../local/moto';
import { provisionMoto } from '../../local/moto-server';
import { type Postgres, startPostgres } from '../../local/postgres';
import { findPostgresClients, INSTALL_POSTGRES_CLIENT, type PostgresClient } from '../../local/postgres-client';
import { requireCompiled, type Variables } from './container';

/** Of the server that comes with the npm packages. */
const embeddedMajor = 16;
const { region } = environments.production;
/** Of the emulator, which takes any. */
const credentials = { AWS_ACCESS_KEY_ID: 'AKIADRILL', AWS_SECRET_ACCESS_KEY: 'drill', AWS_REGION: region };
export const bucket = bucketName({ name: 'production', account: '123456789012' }, 'database-backups');

/** A client, and a server of the version that it restores into: a newer one says what an older server does not know. */
export function drillClient(clients: readonly PostgresClient[] = findPostgresClients()): PostgresClient {
  const found = clients.find(({ major }) => major === embeddedMajor) ?? clients.find(({ withServer }) => withServer);
  if (found !== undefined) return found;
  const there = clients.map(({ major }) => major).join(', ') || 'none';
  throw new Error(
    `There is no pg_dump and pg_restore of ${embeddedMajor}, and none with a server of its own (there: ${there}). ${INSTALL_POSTGRES_CLIENT}`,
  );
}

/** What stands for production on this machine: a versioned bucket of backups, and a PostgreSQL that can be lost. */
export class DrillSite {
  private constructor(
    readonly client: PostgresClient,
    private readonly aws: Moto,
    readonly s3: S3Client,
    private server: Postgres,
  ) {}

  /** @throws where a program is missing, with how to have it */
  static async start(): Promise<DrillSite> {
    requireCompiled();
    const client = drillClient();
    const program = await provisionMoto();
    const [moto, postgres] = await Promise.allSettled([startMoto(program), newServer(client)]);
    if (moto.status === 'rejected' || postgres.status === 'rejected') {
      for (const one of [moto, postgres]) if (one.status === 'fulfilled') await one.value.stop();
      throw moto.status === 'rejected' ? moto.reason : (postgres as PromiseRejectedResult).reason;
    }
    const [aws, server] = [moto.value, postgres.value];
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = credentials;
    const s3 = new S3Client({
      ...{ region, endpoint: aws.url, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    });
    const site = new DrillSite(client, aws, s3, server);
    try {
      await site.prepare();
    } catch (error) {
      await site.stop();
      throw error;
    }
    return site;
  }

  private async prepare(): Promise<void> {
    const CreateBucketConfiguration = { LocationConstraint: region as 'ap-south-1' };
    await this.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await this.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    await this.server.createDatabase(databaseName);
  }

  /** What the container is told. */
  get variables(): Variables {
    const { host, port, superuser, password } = this.server;
    return {
      ...{ APP_ENV: 'test', AWS_ENDPOINT_URL: this.aws.url, S3_BACKUP_BUCKET: bucket, ...credentials },
      ...{ DB_HOST: host, DB_PORT: String(port), DB_NAME: databaseName },
      ...{ DB_USERNAME: superuser, DB_PASSWORD: password, POSTGRES_CLIENT_FOLDER: this.client.folder },
    };
  }

  /** What psql would be told. */
  get url(): string {
    const { superuser, password, host, port } = this.server;
    return `postgresql://${superuser}:${password}@${host}:${port}/${databaseName}`;
  }

  get awsUrl(): string {
    return this.aws.url;
  }

  async withDatabase<T>(work: (client: Client) => Promise<T>, database: string = databaseName): Promise<T> {
    const { host, port, superuser: user, password } = this.server;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** With all that is on its disk. */
  async loseServer(): Promise<void> {
    await this.server.stop();
  }

  /** An empty one. */
  async startServer(): Promise<void> {
    this.server = await newServer(this.client);
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    await Promise.all([this.server.stop(), this.aws.stop()]);
  }
}

const newServer = ({ folder, withServer }: PostgresClient): Promise<Postgres> =>
  startPostgres(withServer ? { binaries: join(folder, 'bin') } : {});
