import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../../local/free-port';
import { startPostgres } from '../../local/postgres';
import { startRedis } from '../../local/redis';
import { parseCommand, runCommand, UsageError } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import type { LoadResult } from './load';

const help = `npm run bench:service -- [--rounds N] [--seconds N]

Measures the compiled service (app-image/dist) against the least that Express and pg do for the same answers:
requests a second to /api/health and to one database read, with a real PostgreSQL and Redis, rate limits on.
Rounds are interleaved, the ratio is the median of the ratios within a round. Then boot to ready, and memory at rest.

  --rounds N    counted rounds after one warm-up (default 5, 1 to 20)
  --seconds N   of each measurement (default 4, 1 to 60)

Exit codes: 0 measured, 1 a request failed, 64 wrong usage.`;

const root = join(__dirname, '..');
const connections = 32;
const key = 'bench';

/** A run of a service, and how to ask it. */
interface Subject {
  readonly child: ChildProcess;
  readonly port: number;
  readonly bootMs: number;
}

const cases = [
  { name: 'health', path: '/api/health', aim: 0.8 },
  { name: 'database read', path: `/api/system-config/${key}`, aim: 0.8 },
] as const;

async function start(script: string, environment: Readonly<Record<string, string>>): Promise<Subject> {
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
  return { child, port, bootMs: performance.now() - began };
}

async function stop({ child }: Subject): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

const execute = promisify(execFile);

async function load({ port }: Subject, path: string, seconds: number): Promise<LoadResult> {
  const args = ['--require', 'tsx/cjs', join(__dirname, 'load.ts'), String(port), path, String(connections)];
  const { stdout } = await execute(process.execPath, [...args, String(seconds)]);
  return JSON.parse(stdout);
}

const rate = ({ outcomes, seconds }: LoadResult) => (outcomes[200] ?? 0) / seconds;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}

/** Of Linux; elsewhere there is no such file, and the table says so. */
function residentMiB({ child: { pid } }: Subject): number | undefined {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

async function prepare(environment: Readonly<Record<string, string>>): Promise<void> {
  const { DB_HOST: host, DB_PORT: port, DB_NAME: database, DB_USERNAME: user, DB_PASSWORD: password } = environment;
  const client = new Client({ host, port: Number(port), database, user, password });
  await client.connect();
  await client.query('INSERT INTO system_configs (key, value) VALUES ($1, $2)', [key, 'true']);
  await client.end();
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new UsageError(`--${name}: "${text}" is no whole number from 1 to ${max}.`);
  return value;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
  });
  const rounds = wholeNumber('rounds', values.rounds, 20);
  const seconds = wholeNumber('seconds', values.seconds, 60);

  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const running: Subject[] = [];
  try {
    const { name: DB_NAME } = await postgres.createDatabase();
    const environment = {
      HOST: '127.0.0.1',
      PROCESS_ROLE: 'web',
      TRUST_PROXY_HOPS: '1',
      DB_HOST: postgres.host,
      DB_PORT: String(postgres.port),
      DB_NAME,
      DB_USERNAME: postgres.superuser,
      DB_PASSWORD: postgres.password,
      DB_CONNECTION_LIMIT: '10',
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
    };
    const script = join(root, 'dist', 'main.js');

    const boots: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const subject = await start(script, environment);
      await sleep(2_000);
      // The first one migrates, and finds nothing in the file cache.
      if (round > 0) {
        boots.push(subject.bootMs);
        memory.push(residentMiB(subject) ?? Number.NaN);
      } else await prepare(environment);
      await stop(subject);
    }

    const [service, bare] = await Promise.all([
      start(script, environment),
      start(join(__dirname, 'bare-express.cjs'), environment),
    ]);
    running.push(service, bare);
    const rows: (string | number)[][] = [];
    const failed: string[] = [];
    for (const { name, path, aim } of cases) {
      const rates: { service: number; bare: number }[] = [];
      let p99 = Number.NaN;
      for (let round = 0; round <= rounds; round += 1) {
        const ours = await load(service, path, seconds);
        const theirs = await load(bare, path, seconds);
        for (const [outcome, count] of [...Object.entries(ours.outcomes), ...Object.entries(theirs.outcomes)])
          if (outcome !== '200') failed.push(`${name}: ${count} × ${outcome}`);
        if (round > 0) rates.push({ service: rate(ours), bare: rate(theirs) });
        p99 = ours.p99;
      }
      const ratio = median(rates.map((each) => each.service / each.bare));
      rows.push([
        name,
        Math.round(median(rates.map((each) => each.service))),
        Math.round(median(rates.map((each) => each.bare))),
        `${ratio.toFixed(2)}×`,
        `${aim}×`,
        p99.toFixed(1),
      ]);
    }
    console.log(formatTable(['', 'requests/s', 'bare Express', 'ratio', 'aim', 'p99 ms'], rows));
    console.log(`\nboot to listening  ${(median(boots) / 1000).toFixed(2)} s (aim: under 2)`);
    console.log(`memory at rest     ${Math.round(median(memory))} MiB (aim: under 200)`);
    for (const line of failed) console.error(`failed: ${line}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await Promise.all(running.map(stop));
    await Promise.all([postgres.stop(), redis.stop()]);
  }
}

void runCommand(help, main);
