import { parseArgs } from 'node:util';
import type { Environment } from '../config/contract';
import { readProcessEnvironment } from '../config/process-environment';
import { createLogger, type Logger } from '../log';
import { Metrics, type Reading } from '../metrics';

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The caller's mistake; its message says how to call it. */
export class UsageError extends Error {}

export interface JobContext {
  readonly environment: Environment;
  readonly log: Logger;
  /** Aborted when the process is told to stop. What the job has begun it then takes back. */
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
}

export interface JobOutcome {
  /** Fields of the summary line: no payloads, no secrets. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly readings?: readonly Reading[];
  /** Why the run counts as failed although it came to its end. */
  readonly failure?: string;
}

export interface Job<Options> {
  readonly name: string;
  /** What it does and its own options, for `--help`. */
  readonly help: string;
  /** Beside `--dry-run` and `--help`. */
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;
  /** @throws UsageError */
  accept(values: Values): Options;
  /** @throws what makes the run fail */
  run(context: JobContext, options: Options): Promise<JobOutcome>;
}

const common = `
  --dry-run   say what would be done and change nothing; so does DRY_RUN=true
  --help      this text

The environment is the service's; docs/environment-reference.md has it.
Exit codes: 0 done, 1 failed or stopped by a signal, 64 called wrongly.`;

/**
 * Runs the job and ends the process: 0 done, 1 failed or stopped, 64 called wrongly. The last lines are a summary for
 * people and one for CloudWatch, with `JobSucceeded` and `JobFailed` of 0 or 1 and `JobDuration`.
 */
export function runJob<Options>(job: Job<Options>, args = process.argv.slice(2)): void {
  main(job, args).then(
    (code) => process.exit(code),
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(error instanceof UsageError ? 64 : 1);
    },
  );
}

async function main<Options>(job: Job<Options>, args: string[]): Promise<number> {
  const values = parse(job, args);
  if (values.help) {
    process.stdout.write(`${job.help}\n${common}\n`);
    return 0;
  }
  const options = job.accept(values);
  const { environment } = readProcessEnvironment();
  const log = createLogger(environment).child({ job: job.name });
  const dryRun = values['dry-run'] === true || environment.DRY_RUN;
  const report = new Report(job.name, environment, log, dryRun);
  const signal = stopOnSignal(environment, log, (reason) => report.failed(reason));
  endOnMistakes(report, log);
  log.info({ environment: environment.APP_ENV, revision: environment.APP_REVISION, dryRun }, 'job started');
  try {
    const outcome = await job.run({ environment, log, signal, dryRun }, options);
    if (outcome.failure !== undefined) return await report.failed(outcome.failure, outcome);
    return await report.done(outcome);
  } catch (error) {
    return await report.failed(signal.aborted ? signal.reason.message : (error as Error).message);
  }
}

function parse<Options>({ options }: Job<Options>, args: string[]): Values {
  try {
    return parseArgs({
      args,
      options: { ...options, 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values as Values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nSee --help.`);
  }
}

/** As process 1 of a container, node ignores a signal that nobody handles. */
function stopOnSignal(environment: Environment, log: Logger, giveUp: (reason: string) => Promise<number>): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, () => {
      const deadlineMs = stopping.signal.aborted ? 0 : environment.SHUTDOWN_DEADLINE_SECONDS * 1000;
      log.warn({ signal: name, deadlineMs }, 'stopping');
      stopping.abort(new Error(`stopped by ${name}`));
      setTimeout(
        () => void giveUp(`stopped by ${name}, with something left behind`).then(process.exit),
        deadlineMs,
      ).unref();
    });
  return stopping.signal;
}

/** Through the log, which takes secrets out; Node's own trace would not. */
function endOnMistakes(report: Report, log: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, event);
      void report.failed(event).then(process.exit);
    });
}

class Report {
  constructor(
    private readonly name: string,
    private readonly environment: Environment,
    private readonly log: Logger,
    private readonly dryRun: boolean,
  ) {}

  async done({ summary, readings = [] }: JobOutcome): Promise<number> {
    this.log.info({ ...this.measured(), ...summary }, 'job done');
    await this.measure(true, readings);
    return 0;
  }

  async failed(reason: string, { summary, readings = [] }: Partial<JobOutcome> = {}): Promise<number> {
    this.log.error({ reason, exitCode: 1, ...this.measured(), ...summary }, 'job failed');
    await this.measure(false, readings);
    return 1;
  }

  private measured() {
    const peakMemoryMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    return { ms: Math.round(process.uptime() * 1000), peakMemoryMiB };
  }

  private async measure(succeeded: boolean, readings: readonly Reading[]): Promise<void> {
    // An alarm that waits for a backup must not take a rehearsal for one.
    if (this.dryRun) return;
    const duration: Reading = { name: 'JobDuration', unit: 'Milliseconds', value: this.measured().ms };
    const metrics = new Metrics({
      dimensions: { Environment: this.environment.APP_ENV, Job: this.name },
      // Past the log: a level must not silence it.
      write: (line) => process.stdout.write(`${line}\n`),
    });
    metrics.count('JobSucceeded', succeeded ? 1 : 0);
    metrics.count('JobFailed', succeeded ? 0 : 1);
    await metrics.register(async () => [duration, ...readings]).flush();
  }
}
