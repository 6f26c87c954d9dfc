import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type * as load from '../../app-image/src/config/load';
import type * as database from '../../app-image/src/database/database';
import type * as log from '../../app-image/src/log';
import { type JobSummary, logPiece } from '../backup/job-log';

const compiled = join(__dirname, '..', '..', 'app-image', 'dist');

/** What a task definition would give it. */
export type Variables = Readonly<Record<string, string>>;

/** @throws with how to compile it */
export function requireCompiled(): void {
  if (!existsSync(join(compiled, 'jobs', 'db-backup.js')))
    throw new Error('The container is not compiled here. npm run build --prefix app-image');
}

/** The container's own code, as it was compiled for the image. */
const modules = () => ({
  ...(require(join(compiled, 'config', 'load.js')) as typeof load),
  ...(require(join(compiled, 'database', 'database.js')) as typeof database),
  ...(require(join(compiled, 'log.js')) as typeof log),
});

/**
 * Opens the database as the service does at its start, which migrates what is behind, and closes it again.
 *
 * @returns migrations that it would still lack
 */
export async function openAsTheServiceDoes(variables: Variables): Promise<readonly string[]> {
  const { loadEnvironment, openDatabase, createLogger } = modules();
  const { environment } = loadEnvironment({ ...variables, LOG_LEVEL: 'error' });
  const opened = await openDatabase(environment, createLogger(environment));
  try {
    return await opened.pendingMigrations();
  } finally {
    await opened.close();
  }
}

/** What is needed to run programs; nothing else of this process's environment, so that no AWS of its user is asked. */
const passedOn = (own: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(own).filter(([name]) => /^(PATH|HOME|TMPDIR|AWS_SDK_JS_\w+)$/.test(name)));

export interface JobRun {
  readonly name: 'db-backup';
  readonly variables: Variables;
  /** Of this process. */
  readonly own: Readonly<Record<string, string | undefined>>;
  /** Lines of its log, where it fails. */
  readonly tell: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** @throws with what the job says of its failure */
export async function runJob({ name, variables, own, tell, signal }: JobRun): Promise<JobSummary['fields']> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [join('jobs', `${name}.js`)], {
    cwd: compiled,
    env: { ...passedOn(own), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  let summary: JobSummary | undefined;
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => {
      const piece = logPiece([line]);
      lines.push(...piece.lines);
      summary = piece.summary ?? summary;
    });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (ended) => resolve(ended ?? 1));
  }).finally(() => signal.removeEventListener('abort', stop));
  signal.throwIfAborted();
  if (code === 0 && summary !== undefined) return summary.fields;
  for (const line of lines) tell(`    | ${line}`);
  throw new Error(`${name} ended with ${code}: ${summary?.reason ?? 'its log does not say why'}`);
}
