import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../config/contract';
import { complaintIn, onlyComplaints } from './complaint';

const killAfterMs = 5_000;
/** The first ones say why; a broken archive can bring thousands of them. */
const complaintsKept = 16 * 1024;

export interface StartOptions {
  /** What libpq reads, the password among it. Nothing else of this process's environment is passed on. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** One run of a program. Whoever starts it reads all of its output and ends its input. */
export interface Run {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended with 0. @throws with the first of its complaints, and nothing of the data */
  readonly done: Promise<void>;
}

/** A client program of PostgreSQL, as the environment says where they are. */
export class Program {
  private constructor(
    private readonly command: string,
    private readonly libraries: string,
    /** As it says itself, such as `16.4`. */
    readonly version: string,
  ) {}

  /** @throws with how to have it, where it is not there or does not run */
  static async find(name: 'pg_dump' | 'pg_restore', { POSTGRES_CLIENT_FOLDER: folder }: Environment): Promise<Program> {
    const command = join(folder, 'bin', name);
    const unknown = new Program(command, join(folder, 'lib'), 'unknown');
    const { stdout, done } = unknown.start(['--version']);
    let text = '';
    stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    await done.catch((error: Error) => {
      throw new Error(`${command} does not run (${error.message}); ${howToInstall(name)}`);
    });
    const [, version] = /\) (\d+[\w.]*)/.exec(text) ?? [];
    if (version === undefined)
      throw new Error(`${command} --version is no version of PostgreSQL: "${text.trim().slice(0, 100)}"`);
    return new Program(command, unknown.libraries, version);
  }

  get major(): number {
    return Number.parseInt(this.version, 10);
  }

  /** @throws where it is older than what it would work with */
  requireMajor(major: number, of: string): void {
    if (this.major >= major) return;
    throw new Error(
      `${this.command} is of version ${this.version}, and ${of} is of ${major}: it must not be older; ${howToInstall('it', major)}`,
    );
  }

  start(args: readonly string[], { variables, signal }: StartOptions = {}): Run {
    // Not for this process: Node has libraries of its own.
    const env = { LD_LIBRARY_PATH: this.libraries, ...variables };
    const child = spawn(this.command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    // It may end before it has read everything; what it ended with says why.
    child.stdin.on('error', () => {});
    const secrets = variables?.PGPASSWORD === undefined ? [] : [variables.PGPASSWORD];
    const done = ended(child, this.command, secrets, signal);
    // Whoever reads its output meanwhile asks for it later.
    done.catch(() => {});
    return { stdin: child.stdin, stdout: child.stdout, done };
  }
}

function ended(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  command: string,
  secrets: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    complaints = onlyComplaints(`${complaints}${chunk}`).slice(0, complaintsKept);
  });
  let kill: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    kill = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return new Promise<void>((resolve, reject) => {
    child.once('error', ({ message }) => reject(new Error(message)));
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve();
      else reject(new Error(complaintIn(complaints, secrets) || `${command} ended by ${killedBy ?? `code ${code}`}`));
    });
  }).finally(() => {
    clearTimeout(kill);
    signal?.removeEventListener('abort', stop);
  });
}

const howToInstall = (what: string, major = 16) =>
  `install ${what} (Debian: postgresql-client-${major} of apt.postgresql.org; macOS: brew install postgresql@${major}) and set POSTGRES_CLIENT_FOLDER to the folder above its bin/`;
