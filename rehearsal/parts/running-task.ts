import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../clock';
import type { Colour, TaskRecord } from '../record';
import type { Task, TaskExit, TaskRequest } from '../release/cluster';
import { afterCheck, unknownHealth } from './task-health';
import { lastLines } from './task-log';
import type { StartedTask, TaskStart } from './task-runner';
import type { InTurn, Starting } from './turns';

/**
 * A check starts a program, which is work and no wait: it does not get shorter with them, and a dozen healthy tasks that
 * are checked every 0.8 s would take a whole processor. So the next one waits until this one was a thirtieth of the time,
 * about what it is on AWS. What is not healthy (yet, or any more) is looked at as often as the task definition says.
 */
const timesAsLongAsACheck = 30;

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

  private get isPassing(): boolean {
    return this.state.health === 'HEALTHY' && this.state.failures === 0;
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
    let checkMs = 0;
    while (!this.ended.signal.aborted) {
      const intervalMs = (this.healthyAt === undefined ? startInterval : interval) * 1000;
      const pauseMs = this.isPassing ? Math.max(intervalMs, checkMs * timesAsLongAsACheck) : intervalMs;
      await sleep(pauseMs, undefined, { signal: this.ended.signal, ref: false }).catch(() => {});
      const result = await this.inTurn(async () => {
        if (this.ended.signal.aborted) return undefined;
        const began = now();
        const answer = await this.started.check(command, healthCheck.timeout * 1000);
        checkMs = now() - began;
        return answer;
      });
      if (result === undefined || this.exit !== undefined) return;
      this.state = afterCheck(this.state, result.ok, (now() - this.startedAt) / 1000, healthCheck);
      if (this.state.health !== 'HEALTHY' || this.healthyAt !== undefined) continue;
      this.healthyAt = now();
      this.up();
      this.started.normalPriority();
    }
  }
}
