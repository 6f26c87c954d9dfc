import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../clock';
import type { Colour, TaskRecord } from '../record';
import type { Task, TaskExit, TaskRequest } from '../release/cluster';
import { afterCheck, unknownHealth } from './task-health';
import { lastLines } from './task-log';
import type { StartedTask, TaskStart } from './task-runner';
import type { InTurn, Starting } from './turns';

/** A task from its start to its exit, with its own health check. */
export class RunningTask implements Task, Starting {
  readonly id: string;
  readonly role: 'web' | 'worker';
  readonly port: number;
  readonly exited: Promise<TaskExit>;
  /** Resolves when it is healthy for the first time, or has ended before. */
  readonly upOrGone: Promise<void>;
  exit: TaskExit | undefined;
  private state = unknownHealth;
  private healthyAt: number | undefined;
  private stopRequestedAt: number | undefined;
  private killed = false;
  private stopping: Promise<TaskExit> | undefined;
  private readonly ended = new AbortController();
  private up: () => void = () => {};
  private readonly request: TaskRequest;
  private readonly log: string;

  constructor(
    private readonly started: StartedTask,
    { id, request, port, log, check }: TaskStart,
    private readonly startedAt: number,
    private readonly inTurn: InTurn,
  ) {
    this.id = id;
    this.role = request.service.role;
    this.port = port;
    this.request = request;
    this.log = log;
    this.exited = this.untilExited();
    this.upOrGone = new Promise((resolve) => {
      this.up = resolve;
      void this.exited.then(() => resolve());
    });
    if (check) void this.watchHealth(check);
  }

  get health(): Task['health'] {
    return this.state.health;
  }

  stop(): Promise<TaskExit> {
    this.stopping ??= this.terminate();
    return this.stopping;
  }

  lastLines(count = 20): string {
    return lastLines(this.log, count);
  }

  record(): TaskRecord {
    const { colour, deployment }: { colour?: Colour; deployment?: string } = this.request;
    const { id, role, startedAt, healthyAt, stopRequestedAt } = this;
    const exit = this.exit && { at: this.exit.at, code: this.exit.code, signal: this.exit.signal };
    return { id, role, colour, deployment, startedAt, healthyAt, stopRequestedAt, exit, killed: this.killed };
  }

  private async terminate(): Promise<TaskExit> {
    if (this.exit !== undefined) return this.exit;
    this.stopRequestedAt = now();
    await this.started.signal('SIGTERM');
    const overdue = sleep(this.request.container.stopTimeout * 1000, undefined, { signal: this.ended.signal });
    await overdue.then(
      () => {
        this.killed = true;
        return this.started.signal('SIGKILL');
      },
      // It has ended in time.
      () => {},
    );
    return this.exited;
  }

  private async untilExited(): Promise<TaskExit> {
    const { at, code, signal } = await this.started.exited;
    this.exit = { at, code, signal, killed: this.killed };
    this.ended.abort();
    return this.exit;
  }

  private async watchHealth(command: readonly string[]): Promise<void> {
    const { healthCheck } = this.request.container;
    if (healthCheck === undefined) return;
    const { interval, startInterval = interval } = healthCheck;
    while (!this.ended.signal.aborted) {
      const seconds = this.healthyAt === undefined ? startInterval : interval;
      await sleep(seconds * 1000, undefined, { signal: this.ended.signal, ref: false }).catch(() => {});
      const result = await this.inTurn(async () =>
        this.ended.signal.aborted ? undefined : this.started.check(command, healthCheck.timeout * 1000),
      );
      if (result === undefined || this.exit !== undefined) return;
      this.state = afterCheck(this.state, result.ok, (now() - this.startedAt) / 1000, healthCheck);
      if (this.state.health !== 'HEALTHY' || this.healthyAt !== undefined) continue;
      this.healthyAt = now();
      this.up();
      this.started.normalPriority();
    }
  }
}
