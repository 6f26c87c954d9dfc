import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../../local/free-port';
import { startPostgres } from '../../local/postgres';
import { startRedis } from '../../local/redis';
import { UsageError } from '../../scripts/command-line';
import type { LoadResult, Post } from './load';

type Variables = Readonly<Record<string, string>>;

export const root = join(__dirname, '..');
/** Our service, compiled. */
export const service = join(root, 'dist', 'main.js');
/** A server to compare with, from this folder. */
export const bare = (name: string) => join(__dirname, `${name}.cjs`);

/** A running server that is measured. */
export interface Subject {
  readonly child: ChildProcess;
  readonly port: number;
  readonly bootMs: number;
}

const running = new Set<Subject>();

/** Resolves when the script says `listening`; it finds its port in PORT. */
export async function start(script: string, environment: Variables): Promise<Subject> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [script], {
    cwd: root,
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"listening"')) break;
    if (line.includes('"fatal"')) throw new Error(line);
  }
  child.stdout.resume();
  const subject = { child, port, bootMs: performance.now() - began };
  running.add(subject);
  return subject;
}

export async function stop(subject: Subject): Promise<void> {
  running.delete(subject);
  const { child } = subject;
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Runs with a PostgreSQL and a Redis of its own, and what a service needs to reach them; ends all that was started. */
export async function withStores<T>(run: (environment: Variables) => Promise<T>): Promise<T> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  try {
    const { name: DB_NAME } = await postgres.createDatabase();
    return await run({
      HOST: '127.0.0.1',
      DB_HOST: postgres.host,
      DB_PORT: String(postgres.port),
      DB_NAME,
      DB_USERNAME: postgres.superuser,
      DB_PASSWORD: postgres.password,
      DB_CONNECTION_LIMIT: '10',
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
    });
  } finally {
    await Promise.all(Array.from(running, stop));
    await Promise.all([postgres.stop(), redis.stop()]);
  }
}

/** To prepare what is measured, and to count what came of it. */
export async function withDatabase<T>(environment: Variables, use: (client: Client) => Promise<T>): Promise<T> {
  const { DB_HOST: host, DB_PORT: port, DB_NAME: database, DB_USERNAME: user, DB_PASSWORD: password } = environment;
  const client = new Client({ host, port: Number(port), database, user, password });
  await client.connect();
  return use(client).finally(() => client.end());
}

const connections = 32;
const execute = promisify(execFile);

export interface LoadProps {
  readonly path: string;
  readonly seconds: number;
  /** @default - a GET */
  readonly post?: Post;
}

/** From a process of its own, over 32 connections. */
export async function load({ port }: Subject, { path, seconds, post }: LoadProps): Promise<LoadResult> {
  const args = ['--require', 'tsx/cjs', join(__dirname, 'load.ts')];
  const { stdout } = await execute(process.execPath, [
    ...[...args, String(port), path, String(connections), String(seconds)],
    ...(post ? [JSON.stringify(post)] : []),
  ]);
  return JSON.parse(stdout);
}

/** Everything that was not answered with 200, in words. */
export const failuresIn = (name: string, ...results: readonly LoadResult[]): string[] =>
  results
    .flatMap(({ outcomes }) => Object.entries(outcomes))
    .filter(([outcome]) => outcome !== '200')
    .map(([outcome, count]) => `${name}: ${count} × ${outcome}`);

/** Answers of 200 a second. */
export const rate = ({ outcomes, seconds }: LoadResult) => (outcomes[200] ?? 0) / seconds;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}

/** Of Linux; elsewhere there is no such file, and it is not a number. */
export function residentMiB({ child: { pid } }: Subject): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** An option's value. */
export function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new UsageError(`--${name}: "${text}" is no whole number from 1 to ${max}.`);
  return value;
}
