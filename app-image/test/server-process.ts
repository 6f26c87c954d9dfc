import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DatabaseVariable, freshDatabase, freshRedis, type RedisVariable, type Store } from './stores';

const compiled = join(__dirname, '..', 'dist');
const logsWithinMs = 15_000;

type Variables = Readonly<Record<string, string>>;

export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const running = new Set<ServiceProcess>();

/** A script of the package as a real process, compiled as its image has it, with this environment and no other. */
export class ServiceProcess {
  stdout = '';
  stderr = '';
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  private readonly child: ChildProcess;

  constructor(script: 'main' | 'healthcheck' | `jobs/${string}`, environment: Variables, args: readonly string[] = []) {
    // Not in the package's own folder, where a `.env` may lie.
    const child = spawn(process.execPath, [`${script}.js`, ...args], { cwd: compiled, env: { ...environment } });
    running.add(this);
    child.stdout.on('data', (chunk) => (this.stdout += chunk));
    child.stderr.on('data', (chunk) => (this.stderr += chunk));
    this.child = child;
    // `close`, not `exit`: by then everything the process wrote has been read.
    this.exited = once(child, 'close').then(([code, signal]) => {
      running.delete(this);
      return { code, signal };
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The process could not be started');
    return this.child.pid;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  get logs(): LogLine[] {
    return this.lines.filter((line): line is LogLine => typeof line.level === 'string');
  }

  /** All values of one metric, in the order in which they were written. */
  metric(name: string): unknown[] {
    return this.lines.filter((line) => '_aws' in line && name in line).map((line) => line[name]);
  }

  async logged(msg: string): Promise<LogLine> {
    for (const until = performance.now() + logsWithinMs; performance.now() < until; await sleep(10)) {
      const line = this.logs.find((candidate) => candidate.msg === msg);
      if (line) return line;
    }
    throw new Error(`The process never logged "${msg}". It wrote:\n${this.stdout}${this.stderr}`);
  }

  private get lines(): Readonly<Record<string, unknown>>[] {
    const complete = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return complete
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let opened: Promise<[Store<DatabaseVariable>, Store<RedisVariable>]> | undefined;

/** The stores that all servers of a test file share. */
export async function stores(): Promise<Record<DatabaseVariable | RedisVariable, string>> {
  opened ??= Promise.all([freshDatabase(), freshRedis()]);
  const [database, redis] = await opened;
  return { ...database.environment, ...redis.environment };
}

/** What a server of a test needs, with the file's stores and a port of its own. */
export async function environmentFor(environment: Variables = {}): Promise<Variables & { readonly PORT: string }> {
  const port = String(await freePort());
  return { APP_ENV: 'test', HOST: '127.0.0.1', PORT: port, ...(await stores()), ...environment };
}

export async function startServer(environment: Variables = {}) {
  const variables = await environmentFor(environment);
  const server = new ServiceProcess('main', variables);
  await server.logged('listening');
  const port = Number(variables.PORT);
  return { server, port, url: `http://127.0.0.1:${port}` };
}

export type StartedServer = Awaited<ReturnType<typeof startServer>>;

/** A raw connection, for what no HTTP client would send. */
export async function rawConnection(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => (received += chunk));
  // A reset is one way of being refused; what had arrived by then still counts.
  socket.on('error', () => {});
  // Not `once` of node:events, which rejects on an error.
  const closed = new Promise<string>((resolve) => void socket.once('close', () => resolve(received)));
  await once(socket, 'connect');
  return { socket, closed };
}

/** After all tests of a file: ends what still runs, and gives the stores back. */
export async function stopServers(): Promise<void> {
  for (const process of running) process.kill('SIGKILL');
  await Promise.all(Array.from(running, ({ exited }) => exited));
  await Promise.all(((await opened) ?? []).map((store) => store.close()));
}
