import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { now, pause } from '../clock';
import { unlessAborted } from '../interruption';
import type { JobOutcome, RequestOutcome, SocketOutcome } from '../record';
import type { Batch, LoadDescription, Order, Report } from './load-messages';

export interface LoadProps extends LoadDescription {
  /** Told several times a second, for whoever looks on. @default - nobody is told before the end */
  readonly onOutcomes?: (outcomes: readonly RequestOutcome[]) => void;
  /** Told as often. @default - nobody is */
  readonly onCounts?: (counts: LoadCounts) => void;
  /** In the end, for the mails of accepted jobs. @default 60 */
  readonly mailsWithinSeconds?: number;
}

/** How it stands. */
export interface LoadCounts {
  /** That are connected. */
  readonly sockets: number;
  readonly jobsAccepted: number;
  readonly jobsDone: number;
}

export interface LoadRecord {
  readonly requests: readonly RequestOutcome[];
  readonly sockets: readonly SocketOutcome[];
  readonly jobs: readonly JobOutcome[];
}

const startedWithinMs = 60_000;
const mailsWithinSeconds = 60;
/** A job that is done twice sends its second mail soon after the first, or not at all. */
const secondMailMs = 1_000;
const lookEveryMs = 50;

/**
 * Starts users who do all day what users do. Resolves when they are connected and have begun.
 *
 * @param signal ends it before that
 */
export async function startLoad(props: LoadProps, signal?: AbortSignal): Promise<Load> {
  const load = new Load(props);
  try {
    await unlessAborted(load.started(), signal);
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load;
}

/** The process that makes the load, as its parent sees it. */
export class Load {
  /** Resolves, with the reason, should it end before it was told to. */
  readonly crashed: Promise<Error>;
  private readonly child: ChildProcess;
  /** To end. */
  private told = false;
  private readonly exited: Promise<unknown>;
  private readonly requests: RequestOutcome[] = [];
  private readonly jobs = new Map<string, number>();
  private readonly mails = new Map<string, number[]>();
  /** Resolves when the load has risen to its rate, or to what this machine bears. Rejects when the process crashes. */
  readonly risen: Promise<void>;
  private readonly begun: Promise<void>;
  private readonly ended: Promise<readonly SocketOutcome[]>;

  constructor(private readonly props: LoadProps) {
    const { onOutcomes: _, onCounts: __, mailsWithinSeconds: ___, ...start } = props;
    const execArgv = ['--require', require.resolve('tsx/cjs')];
    this.child = fork(join(__dirname, 'load-process.ts'), [], { execArgv });
    this.exited = once(this.child, 'exit');
    this.crashed = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        if (!this.told)
          resolve(new Error(`The load's process ended in the middle of it (${signal ?? `exit code ${code}`}).`));
      });
      this.child.once('error', resolve);
      this.on((report) => {
        if (typeof report === 'object' && 'failure' in report) resolve(new Error(`The load failed: ${report.failure}`));
      });
    });
    this.begun = this.next((report) => (report === 'started' ? true : undefined)).then(() => {});
    this.ended = this.next((report) =>
      typeof report === 'object' && 'sockets' in report ? report.sockets : undefined,
    ).then((sockets) => {
      this.told = true;
      return sockets;
    });
    this.risen = this.next((report) => (report === 'risen' ? true : undefined)).then(() => {});
    // Whoever waits for one of them hears of it.
    for (const outcome of [this.begun, this.ended, this.risen]) outcome.catch(() => {});
    this.on((report) => {
      if (typeof report === 'object' && 'batch' in report) this.take(report.batch);
    });
    this.tell({ start });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The process of the load could not be started.');
    return this.child.pid;
  }

  /** Resolves when so many requests have their outcome. */
  async requested(count: number, signal?: AbortSignal): Promise<void> {
    while (this.requests.length < count) await pause(lookEveryMs / 1000, signal);
  }

  /** @throws when users cannot begin */
  async started(): Promise<void> {
    const late = new AbortController();
    const tooLate = sleep(startedWithinMs, undefined, { signal: late.signal }).then(() => {
      throw new Error(`The load has not begun within ${startedWithinMs / 1000} s.`);
    });
    await Promise.race([this.begun, tooLate]).finally(() => late.abort());
  }

  /** By whoever takes the platform's mails: the Message-ID of a job's is `<id of the job@domain of the sender>`. */
  delivered(jobId: string, at: number = now()): void {
    this.mails.set(jobId, [...(this.mails.get(jobId) ?? []), at]);
  }

  /**
   * Begins nothing new, waits for what is under way and for the mails, and judges.
   * @throws when the load's process has crashed
   */
  async finish(): Promise<LoadRecord> {
    this.tell('finish');
    const sockets = await this.ended;
    await this.mailsArrived();
    await this.stop();
    const jobs = Array.from(this.jobs, ([id, at]) => ({ id, at, done: this.mails.get(id) ?? [] }));
    return { requests: this.requests, sockets, jobs };
  }

  /** At once, whatever is under way. */
  async stop(): Promise<void> {
    this.told = true;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private async mailsArrived(): Promise<void> {
    const until = now() + (this.props.mailsWithinSeconds ?? mailsWithinSeconds) * 1000;
    const waiting = () => Array.from(this.jobs.keys()).some((id) => !this.mails.has(id));
    while (waiting() && now() < until) await sleep(lookEveryMs);
    if (this.jobs.size > 0) await sleep(secondMailMs);
  }

  private take({ requests, jobs, sockets }: Batch): void {
    for (const request of requests) this.requests.push(request);
    for (const { id, at } of jobs) this.jobs.set(id, at);
    this.props.onOutcomes?.(requests);
    const jobsDone = Array.from(this.jobs.keys()).filter((id) => this.mails.has(id)).length;
    this.props.onCounts?.({ sockets, jobsAccepted: this.jobs.size, jobsDone });
  }

  private on(listener: (report: Report) => void): void {
    this.child.on('message', (report) => listener(report as Report));
  }

  /** The first report of this kind. @throws when the process crashes before */
  private next<T>(pick: (report: Report) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.crashed.then(reject);
      this.on((report) => {
        const picked = pick(report);
        if (picked !== undefined) resolve(picked);
      });
    });
  }

  private tell(order: Order): void {
    if (this.child.connected) this.child.send(order);
  }
}
