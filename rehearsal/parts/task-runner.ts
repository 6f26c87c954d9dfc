import type { TaskRequest } from '../release/cluster';
import type { CheckResult, ProcessExit } from './task-processes';

/** Runs what a task definition describes: as a process, or as a container of an engine. */
export interface TaskRunner {
  start(start: TaskStart): Promise<StartedTask>;
}

export interface TaskStart {
  readonly id: string;
  readonly request: TaskRequest;
  /** Those of the task definition with its secrets, and those of the platform. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of 127.0.0.1, free. */
  readonly port: number;
  readonly log: string;
  /** Of its own health check. @default - it has none */
  readonly check?: readonly string[];
}

export interface StartedTask {
  readonly exited: Promise<ProcessExit>;
  signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Runs a command beside it, as its own health check is. */
  check(command: readonly string[], timeoutMs: number): Promise<CheckResult>;
  /** It was made to wait for those that serve; it serves now itself. */
  normalPriority(): void;
}

/** For `NODE_OPTIONS`, so that it reaches whatever the task starts. */
export const preloadOption = (paths: readonly string[]): string =>
  paths.map((path) => `--require ${JSON.stringify(path)}`).join(' ');

/** Of a health check as Docker writes it: `CMD` and a program, or `CMD-SHELL` and a line of a shell. */
export function checkCommand([form, ...rest]: readonly string[]): readonly string[] {
  if (form === 'CMD' && rest.length > 0) return rest;
  if (form === 'CMD-SHELL' && rest.length === 1) return ['/bin/sh', '-c', ...rest];
  throw new Error(
    `The health check ${JSON.stringify([form, ...rest])} is not known: must begin with "CMD" and a program, or be "CMD-SHELL" and one line; correct it in the task definition.`,
  );
}
