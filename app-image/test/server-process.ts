import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PACKAGE = join(__dirname, '..');
const running = new Set<ChildProcess>();

export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A script of the package as a real process, run from its source, with this environment and nothing inherited. */
export class SourceProcess {
  stdout = '';
  stderr = '';
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  private readonly child: ChildProcess;

  constructor(script: 'main' | 'healthcheck', environment: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', `src/${script}.ts`], {
      cwd: PACKAGE,
      env: { ...environment },
    });
    running.add(child);
    child.stdout.on('data', (chunk) => (this.stdout += chunk));
    child.stderr.on('data', (chunk) => (this.stderr += chunk));
    this.child = child;
    // `close`, not `exit`: by then everything the process wrote has been read.
    this.exited = once(child, 'close').then(([code, signal]) => {
      running.delete(child);
      return { code, signal };
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  get logs(): LogLine[] {
    const complete = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return complete
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  async logged(msg: string): Promise<LogLine> {
    for (let waited = 0; waited < 5000; waited += 10) {
      const line = this.logs.find((candidate) => candidate.msg === msg);
      if (line) return line;
      await sleep(10);
    }
    throw new Error(`The process never logged "${msg}". It wrote:\n${this.stdout}${this.stderr}`);
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

export async function startServer(environment: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const server = new SourceProcess('main', { HOST: '127.0.0.1', PORT: String(port), ...environment });
  await server.logged('listening');
  return { server, port, url: `http://127.0.0.1:${port}` };
}

/** A raw connection, for what no HTTP client would send. */
export async function rawConnection(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => (received += chunk));
  // A reset is one way of being refused; what had arrived by then still counts.
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(() => received);
  await once(socket, 'connect');
  return { socket, closed };
}

export function killLeftovers(): void {
  for (const child of running) child.kill('SIGKILL');
}
