import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { openDatabase } from '../../../app-image/src/database/database';
import { everyKindOfTable } from '../../../app-image/test/backup/tables';
import { captureLog, environmentOf } from '../../../app-image/test/database/environment';
import { databaseName } from '../../../lib/config/names';
import { type Postgres, startPostgres } from '../../../local/postgres';
import type { PostgresClient } from '../../../local/postgres-client';
import { bucket, credentials } from './backup-site';
import type { FakeContainer } from './fake-ecs';

const compiled = join(__dirname, '..', '..', '..', 'app-image', 'dist');

export interface RealContainerProps {
  readonly client: PostgresClient;
  /** A server of the client's own version, instead of that of the npm package. */
  readonly ownServer: boolean;
  readonly s3Url: string;
}

/** A migrated database, and the container's jobs as real processes that work on it. */
export class RealContainer implements FakeContainer {
  private constructor(
    private readonly server: Postgres,
    readonly variables: Readonly<Record<string, string>>,
  ) {}

  static async start({ client, ownServer, s3Url }: RealContainerProps): Promise<RealContainer> {
    const server = await startPostgres(ownServer ? { binaries: join(client.folder, 'bin') } : {});
    const { url } = await server.createDatabase(databaseName);
    const variables = {
      ...{ APP_ENV: 'test', AWS_ENDPOINT_URL: s3Url, S3_BACKUP_BUCKET: bucket, ...credentials },
      ...{ DB_HOST: server.host, DB_PORT: String(server.port), DB_NAME: databaseName },
      ...{ DB_USERNAME: server.superuser, DB_PASSWORD: server.password, POSTGRES_CLIENT_FOLDER: client.folder },
    };
    const migrated = await openDatabase(environmentOf(variables), captureLog().log);
    await migrated.close();
    const postgres = new Client({ connectionString: url });
    await postgres.connect();
    await postgres.query(everyKindOfTable).finally(() => postgres.end());
    return new RealContainer(server, variables);
  }

  /** The same with other variables. */
  with(changes: Readonly<Record<string, string>>): RealContainer {
    return new RealContainer(this.server, { ...this.variables, ...changes });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** @param command as the task definition has it: `node dist/jobs/db-backup.js` */
  async run([, entryPoint = '', ...args]: readonly string[], log: (line: string) => Promise<void>): Promise<number> {
    const script = join('jobs', basename(entryPoint));
    const child = spawn(process.execPath, [script, ...args], { cwd: compiled, env: this.variables });
    const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
    let written = Promise.resolve();
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => {
        written = written.then(() => log(line));
      });
    const code = await ended;
    await written;
    return code;
  }
}
