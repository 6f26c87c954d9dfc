import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Queue } from 'bullmq';
import { parseCommand, runCommand } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import { loadEnvironment } from '../src/config/load';
import { createLogger } from '../src/log';
import { JobQueues, jobDefaults } from '../src/queues/job-queues';
import { queues } from '../src/queues/queue';
import { openRedis } from '../src/redis/redis';
import { startMailSink } from './mail-sink';
import { bare, median, type Subject, service, start, wholeNumber, withStores } from './subjects';

const help = `npm run bench:email-queue -- [--rounds N] [--jobs N]

Measures the e-mail queue of the compiled service (app-image/dist) against bare BullMQ with
nodemailer, both with five mails at a time to the same SMTP server: jobs added a second, and jobs worked on a second.
Rounds are interleaved, the ratio is the median of the ratios within a round.

  --rounds N   counted rounds after one warm-up (default 5, 1 to 20)
  --jobs N     of each round (default 2000, 1 to 20000)

Exit codes: 0 measured, 64 wrong usage.`;

const bareQueue = 'bareQueue';
/** Added at the same time. */
const parallel = 32;
const payload = {
  to: 'asha@school.test',
  template: 'message',
  data: { subject: 'Your meeting tomorrow', text: 'Your meeting with Ravi begins at 7:30 pm. '.repeat(10) },
} as const;

/** A way to add a mail, and the queue in which it then is. */
interface Mailing {
  readonly worker: Subject;
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
function cpuSeconds({ child: { pid } }: Subject): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return Number.NaN;
  }
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
  { worker, queue, add }: Mailing,
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

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: { rounds: { type: 'string', default: '5' }, jobs: { type: 'string', default: '2000' } },
  });
  const rounds = wholeNumber('rounds', values.rounds, 20);
  const jobs = wholeNumber('jobs', values.jobs, 20_000);

  return withStores(async (stores) => {
    const sink = await startMailSink();
    const variables = {
      ...{ ...stores, PROCESS_ROLE: 'worker', EMAIL_HOST: '127.0.0.1', EMAIL_PORT: String(sink.port) },
      ...{ EMAIL_USER: 'mailer@school.test', EMAIL_PASS: 'password-of-the-mailer' },
    };
    const { environment } = loadEnvironment(variables);
    const connections = openRedis(environment, createLogger(environment));
    const bareJobs = new Queue(bareQueue, {
      connection: connections.open('bench'),
      defaultJobOptions: { ...jobDefaults, attempts: queues.email.attempts },
    });
    const ourWorker = await start(service, variables);
    const bareWorker = await start(bare('bare-email-worker'), { ...variables, QUEUE: bareQueue });
    const jobQueues = new JobQueues(connections);
    if (!jobQueues.available) await once(jobQueues.connection, 'ready');
    const ours: Mailing = {
      worker: ourWorker,
      queue: jobQueues.queue(queues.email),
      add: () => jobQueues.add('email', 'send', payload),
    };
    const theirs: Mailing = {
      worker: bareWorker,
      queue: bareJobs,
      add: () => bareJobs.add('send', payload, { jobId: randomUUID() }),
    };

    const measured: { ours: Rates; bare: Rates }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      // Each is the first in every other round: the machine may not be as free at the end of one as at its beginning.
      const order = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
      const rates = new Map<Mailing, Rates>();
      for (const subject of order) rates.set(subject, await measure(subject, sink, jobs));
      const [mine, other] = [rates.get(ours), rates.get(theirs)];
      if (round > 0 && mine && other) measured.push({ ours: mine, bare: other });
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
    await connections.close();
    await sink.stop();
    return 0;
  });
}

void runCommand(help, main);
