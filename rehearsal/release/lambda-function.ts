import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What lambda-process.cjs is told. */
export interface Invocation {
  readonly functionName: string;
  /** The asset with the function's code, absolute. */
  readonly codeDirectory: string;
  /** `index.handler` */
  readonly handler: string;
  readonly event: unknown;
  /** Of the function, in seconds. */
  readonly timeout: number;
}

/** A process of Node for one invocation. */
export interface LambdaProcess {
  /** All there are: a function sees nothing of this process's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** CommonJS modules that are loaded first, absolute. */
  readonly preload: readonly string[];
}

export interface InvocationResult {
  /** What the handler answered. */
  readonly answer?: unknown;
  /** Why there is no answer. */
  readonly error?: string;
  /** What it wrote, by line. */
  readonly log: readonly string[];
}

/** Runs a function's own code in a process of its own, and ends that process with it. */
export async function invokeLambda(
  invocation: Invocation,
  { environment, preload }: LambdaProcess,
  signal: AbortSignal,
): Promise<InvocationResult> {
  signal.throwIfAborted();
  const child = fork(join(__dirname, 'lambda-process.cjs'), [], {
    env: { ...environment },
    execArgv: preload.flatMap((path) => ['--require', path]),
    silent: true,
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk;
    });
  let result: { answer?: unknown; error?: string } | undefined;
  child.once('message', (message: { answer?: unknown; error?: string }) => {
    result = message;
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, invocation.timeout * 1000);
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    child.send(invocation, () => {});
    const [code, endedBy] = await once(child, 'close');
    signal.throwIfAborted();
    const log = written.split('\n').filter(Boolean);
    if (timedOut) return { error: `it did not answer within its ${invocation.timeout} s`, log };
    return { ...(result ?? { error: `its process ended without an answer (${endedBy ?? `exit code ${code}`})` }), log };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
