import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Client } from 'pg';
import { startMoto } from '../../../local/moto';
import { startPostgres } from '../../../local/postgres';
import type { PostgresClient } from '../../../local/postgres-client';
import { openDatabase } from '../../src/database/database';
import { captureLog, environmentOf } from '../database/environment';
import { ServiceProcess } from '../server-process';
import { connectPostgres } from '../store-clients';
import { type DatabaseVariable, freshDatabase, type Store } from '../stores';

const region = 'ap-south-1';
const access = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };

export interface SiteOptions {
  readonly client: PostgresClient;
  /** Start a server of the client's own version, instead of using the shared one. */
  readonly ownServer: boolean;
}

/** A PostgreSQL, an S3 and the programs that backups need; each `system()` has a database and a bucket of its own. */
export async function openSite({ client, ownServer }: SiteOptions) {
  const [moto, server] = await Promise.all([
    startMoto(),
    ownServer ? startPostgres({ binaries: join(client.folder, 'bin') }) : undefined,
  ]);
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const s3 = new S3Client({ region, endpoint: moto.url, forcePathStyle: true, credentials });
  const opened: { close(): Promise<void> }[] = [];

  async function database(): Promise<Store<DatabaseVariable>> {
    if (server === undefined) return freshDatabase();
    const { name } = await server.createDatabase();
    const { host, port, superuser, password } = server;
    const environment = {
      DB_HOST: host,
      DB_PORT: String(port),
      DB_NAME: name,
      DB_USERNAME: superuser,
      DB_PASSWORD: password,
    };
    return { environment, close: async () => {} };
  }

  return {
    url: moto.url,
    s3,
    async system(): Promise<System> {
      const store = await database();
      const bucket = `backups-${randomBytes(4).toString('hex')}`;
      await s3.send(
        new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
      );
      const variables = {
        ...{ APP_ENV: 'test', AWS_REGION: region, AWS_ENDPOINT_URL: moto.url, S3_BACKUP_BUCKET: bucket, ...access },
        ...{ ...store.environment, POSTGRES_CLIENT_FOLDER: client.folder },
      };
      const migrated = await openDatabase(environmentOf(variables), captureLog().log);
      await migrated.close();
      const postgres = await connectPostgres(store.environment);
      opened.push({ close: () => postgres.end().then(() => store.close()) });
      return new System(variables, postgres, s3);
    },
    async close(): Promise<void> {
      await Promise.all(opened.map((one) => one.close()));
      s3.destroy();
      await Promise.all([moto.stop(), server?.stop()]);
    },
  };
}

export type Site = Awaited<ReturnType<typeof openSite>>;

/** A migrated database and its bucket. */
export class System {
  readonly bucket: string;

  constructor(
    readonly variables: Readonly<Record<string, string>> & Readonly<Record<DatabaseVariable, string>>,
    readonly postgres: Client,
    private readonly s3: S3Client,
  ) {
    this.bucket = variables.S3_BACKUP_BUCKET as string;
  }

  start(job: 'db-backup' | 'db-restore-check', args: readonly string[] = [], changes: Record<string, string> = {}) {
    return new ServiceProcess(`jobs/${job}`, { ...this.variables, ...changes }, args);
  }

  /** To its end. */
  async run(job: 'db-backup' | 'db-restore-check', args: readonly string[] = [], changes: Record<string, string> = {}) {
    const process = this.start(job, args, changes);
    const { code } = await process.exited;
    const { stderr, stdout } = process;
    const summary = process.logs.at(-1);
    if (summary === undefined && code !== 64) throw new Error(`The job logged nothing. It wrote:\n${stdout}${stderr}`);
    return { code, stdout, stderr, logs: process.logs, summary, process };
  }

  async query<Row>(statement: string, parameters?: unknown[]): Promise<Row[]> {
    return (await this.postgres.query(statement, parameters)).rows;
  }

  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: this.bucket }));
    return Contents.flatMap(({ Key }) => Key ?? []);
  }

  async unfinishedUploads(): Promise<number> {
    const { Uploads = [] } = await this.s3.send(new ListMultipartUploadsCommand({ Bucket: this.bucket }));
    return Uploads.length;
  }

  async object(key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async put(key: string, body: string | Buffer): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentLength: body.length }));
  }
}
