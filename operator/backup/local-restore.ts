import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Manifest } from '../../app-image/src/backup/manifest';
import { type Postgres, startPostgres } from '../../local/postgres';
import { findPostgresClients, INSTALL_POSTGRES_CLIENT, type PostgresClient } from '../../local/postgres-client';
import { environmentVariables } from '../../scripts/command-line';
import { clientConfiguration } from '../aws-account';
import { type JobSummary, logPiece } from './job-log';
import type { BackupSession } from './session';
import { chosenBackup, storedManifest } from './stored-manifest';

const compiled = join(__dirname, '..', '..', 'app-image', 'dist');
const job = join('jobs', 'db-restore-check.js');
/** Of the server that comes with the npm packages. */
const embeddedMajor = 16;

/** The container's own restore check, on a server of this machine. */
export interface LocalCheckPlan {
  /** For --dry-run. */
  readonly shown: string;
  readonly args: readonly string[];
  /** What the job finds the bucket by. */
  readonly variables: Readonly<Record<string, string>>;
  readonly database: string;
  readonly client: PostgresClient;
}

/** @throws where the backup is none, or this machine has no client that restores it */
export async function localCheckPlan(session: BackupSession): Promise<LocalCheckPlan> {
  const { clients, bucket, database, target } = session;
  const key = await chosenBackup(session);
  const { manifest, problem } = await storedManifest(clients.s3, bucket, key);
  if (manifest === undefined) throw new Error(`${key} cannot be checked: ${problem}.`);
  if (!existsSync(join(compiled, job)))
    throw new Error('The container is not compiled here. npm run build --prefix app-image');
  const client = restoringClient(manifest, findPostgresClients());
  const { region, profile } = clientConfiguration(target);
  const args = [job, '--backup', key];
  const server = client.withServer ? `of ${client.folder}` : 'of the npm package';
  return {
    shown: `PostgreSQL ${client.major} ${server}, on 127.0.0.1, deleted afterwards\nnode ${args.join(' ')}   (in app-image/dist, S3_BACKUP_BUCKET=${bucket})`,
    ...{ args, database, client },
    variables: { S3_BACKUP_BUCKET: bucket, AWS_REGION: region, ...(profile !== undefined && { AWS_PROFILE: profile }) },
  };
}

/**
 * One that is as new as what made the dump, with a server of its own version: a newer pg_restore sends what an older
 * server does not know.
 *
 * @throws with how to have one
 */
export function restoringClient(manifest: Manifest, clients: readonly PostgresClient[]): PostgresClient {
  const wanted = Math.max(Number.parseInt(manifest.pgDump, 10), manifest.serverMajor);
  const found = clients.find(({ major, withServer }) => major >= wanted && (withServer || major === embeddedMajor));
  if (found !== undefined) return found;
  const there = clients.map(({ major }) => major).join(', ') || 'none';
  throw new Error(
    `The backup was made by pg_dump ${manifest.pgDump}, and there is no client of PostgreSQL ${wanted} on this machine (there: ${there}). ${INSTALL_POSTGRES_CLIENT}`,
  );
}

export interface LocalCheckResult {
  readonly code: number;
  readonly summary?: JobSummary;
}

/** The server is gone afterwards, whatever came of it. @param tell a line of the job's log */
export async function checkLocally(plan: LocalCheckPlan, tell: (line: string) => void): Promise<LocalCheckResult> {
  const { folder, withServer } = plan.client;
  const server = await startPostgres(withServer ? { binaries: join(folder, 'bin') } : {});
  try {
    await server.createDatabase(plan.database);
    return await runJob(plan, server, tell);
  } finally {
    await server.stop();
  }
}

/** What programs need to run, and the SDK to find credentials; nothing else of this process's environment. */
const passedOn = /^(PATH|HOME|USERPROFILE|TMPDIR|AWS_\w+|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS)$/i;

async function runJob(
  { args, variables, database, client }: LocalCheckPlan,
  { host, port, superuser, password }: Postgres,
  tell: (line: string) => void,
): Promise<LocalCheckResult> {
  const own = Object.entries(environmentVariables).filter(([name]) => passedOn.test(name));
  const env = {
    ...Object.fromEntries(own),
    ...variables,
    ...{ APP_ENV: 'test', DB_HOST: host, DB_PORT: String(port), DB_NAME: database },
    ...{ DB_USERNAME: superuser, DB_PASSWORD: password, POSTGRES_CLIENT_FOLDER: client.folder },
  };
  // Where no `.env` lies, which would be read as well.
  const child = spawn(process.execPath, args, { cwd: compiled, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let summary: JobSummary | undefined;
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      const piece = logPiece([line]);
      for (const text of piece.lines) tell(`  | ${text}`);
      summary = piece.summary ?? summary;
    });
  // The terminal sends Ctrl-C to both; the job drops its database first.
  const wait = () => {};
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', pass);
  return new Promise<LocalCheckResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, summary }));
  }).finally(() => process.off('SIGINT', wait).off('SIGTERM', pass));
}
