import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Queue } from 'bullmq';
import { freePort } from '../../local/free-port';
import { startPostgres } from '../../local/postgres';
import { startRedis } from '../../local/redis';
import { parseCommand, runCommand, UsageError } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import { loadEnvironment } from '../src/config/load';
import { createLogger } from '../src/log';
import { JobQueues, jobDefaults } from '../src/queues/job-queues';
import { queues } from '../src/queues/queue';
import { openRedis } from '../src/redis/redis';
import { startMailSink } from './mail-sink';

const help = `node --require tsx/cjs app-image/bench/email-queue.ts [--rounds N] [--jobs N]

Measures the e-mail queue of the compiled service (npm run build --prefix app-image) against bare BullMQ with
nodemailer, both with five mails at a time to the same SMTP server: jobs added a second, and jobs worked on a second.
Rounds are interleaved, the ratio is the median of the ratios within a round.

  --rounds N   counted rounds after one warm-up (default 5, 1 to 20)
  --jobs N     of each round (default 2000, 100 to 20000)

Exit codes: 0 measured, 64 wrong usage.`;

const root = join(__dirname, '..');
const bareQueue = 'bareQueue';
/** Added at the same time. */
const parallel = 32;
const payload = {
  ...{ to: 'asha@school.test', template: 'message' },
  data: { subject: 'Your meeting tomorrow', text: 'Your meeting with Ravi begins at 7:30 pm. '.repeat(10) },
} as const;

/** A way to add a mail, and the queue in which it then is. */
interface Subject {
  readonly worker: ChildProcess;
  readonly queue: Queue;
  readonly add: () => Promise<unknown>;
}

interface Rates {
  readonly added: number;
  readonly worked: number;
  /** Jobs that the worker does with one second of CPU: neighbours on the machine change little about it. */
  readonly perCpuSecond: number;
}

/** Of Linux, in hundredths of a second; elsewhere there is no such file. */
function cpuSeconds({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return Number.NaN;
  }
}

async function startWorker(script: string, environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"listening"')) break;
    if (line.includes('"fatal"')) throw new Error(line);
  }
  child.stdout.resume();
  return child;
}

async function perSecond(count: number, work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return (count * 1000) / (performance.now() - began);
}

async function addMany(count: number, add: () => Promise<unknown>): Promise<void> {
  for (let added = 0; added < count; added += parallel)
    await Promise.all(Array.from({ length: Math.min(parallel, count - added) }, add));
}

/** All are added first, so that adding and working do not compete for the machine. */
async function measure(
  { worker, queue, add }: Subject,
  sink: Awaited<ReturnType<typeof startMailSink>>,
  jobs: number,
): Promise<Rates> {
  await queue.pause();
  const added = await perSecond(jobs, addMany(jobs, add));
  const taken = sink.take(jobs);
  const [began, cpuBefore] = [performance.now(), cpuSeconds(worker)];
  await queue.resume();
  await taken;
  const worked = (jobs * 1000) / (performance.now() - began);
  while ((await queue.getActiveCount()) > 0);
  return { added, worked, perCpuSecond: jobs / (cpuSeconds(worker) - cpuBefore) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length - 1 - middle] ?? Number.NaN)) / 2;
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`--${name}: "${text}" is no whole number from ${min} to ${max}.`);
  return value;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: { rounds: { type: 'string', default: '5' }, jobs: { type: 'string', default: '2000' } },
  });
  const rounds = wholeNumber('rounds', values.rounds, 1, 20);
  const jobs = wholeNumber('jobs', values.jobs, 100, 20_000);

  const [postgres, redis, sink] = await Promise.all([startPostgres(), startRedis(), startMailSink()]);
  const running: ChildProcess[] = [];
  const { name: DB_NAME } = await postgres.createDatabase();
  const variables = {
    ...{ HOST: '127.0.0.1', PORT: String(await freePort()), PROCESS_ROLE: 'worker' },
    ...{ DB_HOST: postgres.host, DB_PORT: String(postgres.port), DB_NAME },
    ...{ DB_USERNAME: postgres.superuser, DB_PASSWORD: postgres.password },
    ...{ REDIS_HOST: redis.host, REDIS_PORT: String(redis.port) },
    ...{ EMAIL_HOST: '127.0.0.1', EMAIL_PORT: String(sink.port) },
    ...{ EMAIL_USER: 'mailer@school.test', EMAIL_PASS: 'password-of-the-mailer' },
  };
  const { environment } = loadEnvironment(variables);
  const connections = openRedis(environment, createLogger(environment));
  const connection = connections.open('bench');
  const bareJobs = new Queue(bareQueue, {
    connection,
    defaultJobOptions: { ...jobDefaults, attempts: queues.email.attempts },
  });
  try {
    const ourWorker = await startWorker(join(root, 'dist', 'main.js'), variables);
    running.push(ourWorker);
    const bareScript = join(__dirname, 'bare-email-worker.cjs');
    const bareWorker = await startWorker(bareScript, { ...variables, QUEUE: bareQueue });
    running.push(bareWorker);
    const jobQueues = new JobQueues(connections);
    if (!jobQueues.available) await once(jobQueues.connection, 'ready');
    const service: Subject = {
      worker: ourWorker,
      queue: jobQueues.queue(queues.email),
      add: () => jobQueues.add('email', 'send', payload),
    };
    const theirs: Subject = {
      worker: bareWorker,
      queue: bareJobs,
      add: () => bareJobs.add('send', payload, { jobId: randomUUID() }),
    };

    const measured: { ours: Rates; bare: Rates }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      // Each is the first in every other round: the machine may not be as free at the end of one as at its beginning.
      const order = round % 2 === 0 ? [service, theirs] : [theirs, service];
      const rates = new Map<Subject, Rates>();
      for (const subject of order) rates.set(subject, await measure(subject, sink, jobs));
      const [ours, bare] = [rates.get(service), rates.get(theirs)];
      if (round > 0 && ours && bare) measured.push({ ours, bare });
    }
    const row = (title: string, what: keyof Rates) => [
      title,
      Math.round(median(measured.map(({ ours }) => ours[what]))),
      Math.round(median(measured.map((each) => each.bare[what]))),
      `${median(measured.map((each) => each.ours[what] / each.bare[what])).toFixed(2)}×`,
      '0.8×',
    ];
    const rows = [
      row('added a second', 'added'),
      row('worked a second', 'worked'),
      row('worked a second of CPU', 'perCpuSecond'),
    ];
    console.log(formatTable(['jobs', 'service', 'bare BullMQ', 'ratio', 'aim'], rows));
    return 0;
  } finally {
    for (const child of running) child.kill('SIGKILL');
    await connections.close();
    await Promise.all([postgres.stop(), redis.stop(), sink.stop()]);
  }
}

void runCommand(help, main);
