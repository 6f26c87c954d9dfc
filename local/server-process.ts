import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const GUARDIAN = join(__dirname, 'guardian.js');
const READY_WITHIN_MS = 30_000;
const OUTPUT_KEPT = 10_000;
const CRASH_LINES = 5;

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** What guardian.js is told. */
export interface Guarded {
  /** Runs to its end before the server's first start. */
  readonly prepare?: Program;
  readonly server: Program;
  /** On top of this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default - the user of this process */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The working directory, with all that the server writes. Deleted in the end. */
  readonly folder: string;
  /** Ends the server at once, whatever becomes of its data. */
  readonly killWith: NodeJS.Signals;
}

/** What guardian.js is told later: to pass on a signal, or to end the server and delete its folder. */
export type Order = NodeJS.Signals | 'clear away';

export interface ServerDescription extends Guarded {
  readonly name: string;
  /** What it writes when it takes connections. */
  readonly readyLine: RegExp;
  /** Ends the server with its data in order. */
  readonly closeWith: NodeJS.Signals;
}

/**
 * A server that ends with this process, however this process ends.
 *
 * The constructor launches it; it is of use once `ready()` has resolved.
 */
export class ServerProcess {
  /** Resolves, with the reason, should it end although nobody has told it to. */
  readonly crashed: Promise<Error>;
  private tellCrash: (reason: Error) => void = () => {};
  private serverPid: number | undefined;
  private output = '';
  private guardian: ChildProcess;
  private exited: Promise<unknown>;
  private started: Promise<void>;
  /** To end. */
  private told = false;

  constructor(private readonly description: ServerDescription) {
    this.crashed = new Promise((resolve) => {
      this.tellCrash = resolve;
    });
    this.guardian = this.launch(description);
    this.exited = this.untilExited();
    this.started = this.untilStarted();
  }

  /** Of the server itself. */
  get pid(): number {
    if (this.serverPid === undefined) throw new Error(`${this.description.name} is not running, so it has no pid.`);
    return this.serverPid;
  }

  async ready(): Promise<void> {
    try {
      await this.started;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** As if it crashed. Its data stays, so that it can be restarted. */
  async kill(): Promise<void> {
    await this.order(this.description.killWith);
  }

  /** Starts it again on the same port and data; closes it first if it runs. */
  async restart(): Promise<void> {
    await this.order(this.description.closeWith);
    this.guardian = this.launch({ ...this.description, prepare: undefined });
    this.exited = this.untilExited();
    this.started = this.untilStarted();
    await this.ready();
  }

  /** Ends it for good and deletes its folder. */
  async stop(): Promise<void> {
    // An order rather than a disconnection: after that one Node never says that the guardian has closed.
    await this.order('clear away');
    // The guardian does so too, unless it had gone with a server that was killed.
    rmSync(this.description.folder, { recursive: true, force: true });
  }

  private launch({ prepare, server, environment, user, folder, killWith }: Guarded): ChildProcess {
    this.told = false;
    const guarded: Guarded = { prepare, server, environment, user, folder, killWith };
    // Detached, since Ctrl-C in a terminal is for this process to answer, not for its servers.
    const guardian = fork(GUARDIAN, [JSON.stringify(guarded)], { detached: true, execArgv: [], silent: true });
    guardian.once('exit', (_, signal) => {
      // Somebody has ended it, and its server goes on with nobody to end it.
      if (signal !== null && this.serverPid !== undefined) endIfThere(this.serverPid, killWith);
    });
    return guardian;
  }

  private async untilExited(): Promise<void> {
    // `close`, not `exit`: by then whatever shares its output is gone too, such as PostgreSQL's backends.
    const [code, signal] = await once(this.guardian, 'close');
    this.serverPid = undefined;
    if (this.told) return;
    const last = this.output.trimEnd().split('\n').slice(-CRASH_LINES).join('\n');
    const how = signal ?? `exit code ${code}`;
    this.tellCrash(new Error(`${this.description.name} ended by itself (${how}). It wrote last:\n${last}`));
  }

  private untilStarted(): Promise<void> {
    const { guardian } = this;
    const { name, readyLine } = this.description;
    this.output = '';
    const started = new Promise<void>((resolve, reject) => {
      const fail = (how: string) => reject(new Error(`${name} ${how}. It wrote:\n${this.output}`));
      const seconds = READY_WITHIN_MS / 1000;
      const timer = setTimeout(() => fail(`was not ready within ${seconds} s`), READY_WITHIN_MS);
      const check = () => {
        if (this.serverPid === undefined || !readyLine.test(this.output)) return;
        clearTimeout(timer);
        resolve();
      };
      const read = (chunk: Buffer) => {
        this.output = `${this.output}${chunk}`.slice(-OUTPUT_KEPT);
        check();
      };
      guardian.stdout?.on('data', read);
      guardian.stderr?.on('data', read);
      guardian.once('message', ({ pid }: { pid?: number }) => {
        this.serverPid = pid;
        check();
      });
      guardian.once('close', (code) => {
        clearTimeout(timer);
        fail(`ended before it was ready (exit code ${code})`);
      });
    });
    // Whoever launched it asks for `ready()` later.
    started.catch(() => {});
    return started;
  }

  private async order(order: Order): Promise<void> {
    this.told = true;
    // Gone already is as good: then there is nobody to take the order.
    if (this.guardian.connected) this.guardian.send(order, () => {});
    await this.exited;
  }
}

function endIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
