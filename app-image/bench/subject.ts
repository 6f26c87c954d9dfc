import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../../local/free-port';
import type { LoadResult, Post } from './load';

/** A server that is measured. */
export interface Subject {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Resolves when it says that it is `listening`. */
export async function start(script: string, environment: Readonly<Record<string, string>>): Promise<Subject> {
  const port = await freePort();
  const child = spawn(process.execPath, [script], {
    cwd: join(__dirname, '..'),
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"listening"')) break;
    if (line.includes('"fatal"')) throw new Error(line);
  }
  child.stdout.resume();
  return { child, port };
}

export async function stop({ child }: Subject): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

const execute = promisify(execFile);

export interface LoadProps {
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  readonly post: Post;
}

/** From a process of its own. */
export async function load({ port }: Subject, { path, connections, seconds, post }: LoadProps): Promise<LoadResult> {
  const numbers = [String(port), path, String(connections), String(seconds)];
  const args = ['--require', 'tsx/cjs', join(__dirname, 'load.ts'), ...numbers, JSON.stringify(post)];
  const { stdout } = await execute(process.execPath, args);
  return JSON.parse(stdout);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}
