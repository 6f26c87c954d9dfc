import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { now } from '../clock';

const AGENT = join(__dirname, 'task-agent.js');

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** All of it: nothing is added of this process's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What task-agent.js runs for a task. */
export interface TaskProgram extends Program {
  /** What lists of processes show. */
  readonly name: string;
  readonly folder: string;
  /** Its output is appended to this file. */
  readonly log: string;
  /** What serves already takes precedence, until `normalPriority()`. */
  readonly lowPriority: boolean;
  /** Ends it at once where its process is only a client. @default - SIGKILL to the process */
  readonly endWith?: Program;
}

/** What runs to its end, with this output, and is ended when it takes too long. */
export type CheckProgram = Program & { readonly folder: string };

/** What task-agent.js is told. */
export type Order =
  | { readonly order: 'start'; readonly id: string; readonly program: TaskProgram }
  | { readonly order: 'signal'; readonly id: string; readonly signal: NodeJS.Signals }
  | { readonly order: 'normal priority'; readonly id: string }
  | { readonly order: 'check'; readonly check: number; readonly program: CheckProgram; readonly timeoutMs: number }
  | { readonly order: 'end' };

/** What task-agent.js tells. */
export type News =
  | { readonly news: 'started'; readonly id: string; readonly pid: number }
  | { readonly news: 'failed'; readonly id: string; readonly message: string }
  | ({ readonly news: 'exited'; readonly id: string } & ProcessExit)
  | ({ readonly news: 'checked'; readonly check: number } & CheckResult);

export interface ProcessExit {
  readonly at: number;
  readonly code: number | null;
  readonly signal: string | null;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly output: string;
}

export interface TaskProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  signal(signal: NodeJS.Signals): void;
  normalPriority(): void;
}

/** The processes of tasks. They end with this process, however it ends; a Ctrl-C in its terminal is not for them. */
export class TaskProcesses {
  private readonly agent: ChildProcess;
  private readonly closed: Promise<void>;
  private readonly running = new Map<string, number>();
  private readonly awaited = new Map<string, (news?: News) => void>();
  private checksBegun = 0;

  /** `name` is what lists of processes show. */
  constructor(name: string) {
    this.agent = spawn(process.execPath, [AGENT], {
      argv0: name,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.agent.on('message', (news: News) => this.hear(news));
    this.closed = once(this.agent, 'close').then(([code]) => this.abandon(code));
  }

  /** Resolves when it runs, which says nothing of whether it serves. */
  async start(id: string, program: TaskProgram): Promise<TaskProcess> {
    const exited = this.news<'exited'>(`exited ${id}`);
    const begun = this.news<'started' | 'failed'>(`begun ${id}`);
    this.send({ order: 'start', id, program });
    const news = await begun;
    if (news?.news !== 'started') {
      this.awaited.delete(`exited ${id}`);
      throw new Error(`${id} could not be started: ${news?.message ?? 'whoever starts tasks has ended'}.`);
    }
    return {
      pid: news.pid,
      exited: exited.then((last) => last ?? { at: now(), code: null, signal: 'SIGKILL' }),
      signal: (signal) => this.send({ order: 'signal', id, signal }),
      normalPriority: () => this.send({ order: 'normal priority', id }),
    };
  }

  async check(program: CheckProgram, timeoutMs: number): Promise<CheckResult> {
    this.checksBegun += 1;
    const check = this.checksBegun;
    const result = this.news<'checked'>(`checked ${check}`);
    this.send({ order: 'check', check, program, timeoutMs });
    return (await result) ?? { ok: false, output: 'whoever runs checks has ended' };
  }

  /** Ends all of them at once. */
  async close(): Promise<void> {
    this.send({ order: 'end' });
    await this.closed;
  }

  /** `undefined` when there will be none, because the agent is gone. */
  private news<Name extends News['news']>(key: string): Promise<Extract<News, { news: Name }> | undefined> {
    return new Promise((resolve) => this.awaited.set(key, resolve as (news?: News) => void));
  }

  private send(order: Order): void {
    if (this.agent.connected) this.agent.send(order, () => {});
    else void this.closed.then(() => this.abandon(0));
  }

  private hear(news: News): void {
    if (news.news === 'started') this.running.set(news.id, news.pid);
    if (news.news === 'exited') this.running.delete(news.id);
    const key = keyOf(news);
    this.awaited.get(key)?.(news);
    this.awaited.delete(key);
  }

  private abandon(code: number | null): void {
    // It did not end them: somebody ended it.
    if (code !== 0) for (const pid of this.running.values()) killIfThere(pid);
    this.running.clear();
    for (const resolve of this.awaited.values()) resolve();
    this.awaited.clear();
  }
}

function keyOf(news: News): string {
  if (news.news === 'checked') return `checked ${news.check}`;
  return news.news === 'exited' ? `exited ${news.id}` : `begun ${news.id}`;
}

function killIfThere(pid: number): void {
  try {
    // With what it has started: each is the first of a group.
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
