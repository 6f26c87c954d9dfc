import { stragglers } from './load/stragglers';
import type { Finding } from './record';
import type { Task, TaskExit, TaskRequest, Tasks } from './release/cluster';

/** Tasks that are looked at while they stop: a sound web task serves on for its drain. */
export class WatchedTasks implements Tasks {
  readonly findings: Finding[] = [];
  private readonly started: { readonly task: Task; readonly request: TaskRequest }[] = [];
  private readonly looking: Promise<void>[] = [];

  constructor(private readonly tasks: Tasks) {}

  async start(request: TaskRequest): Promise<Task> {
    const task = new WatchedTask(await this.tasks.start(request), () => this.stopping(task, request));
    this.started.push({ task, request });
    return task;
  }

  /** One of those that this deployment has started and that run. */
  webOf(deployment: string): Task | undefined {
    return this.started.find(
      ({ task, request }) =>
        task.role === 'web' && task.exit === undefined && !request.fault && request.deployment === deployment,
    )?.task;
  }

  /** Beside everything else; what it finds is among the findings. */
  look(search: Promise<Finding | undefined>): void {
    const looked = search.then((finding) => {
      if (finding) this.findings.push(finding);
    });
    // Whoever waits for it hears of it.
    looked.catch(() => {});
    this.looking.push(looked);
  }

  /** @throws what a search has thrown */
  async looked(): Promise<void> {
    await Promise.all(this.looking);
  }

  private stopping({ role, port, exit }: Task, { container, fault }: TaskRequest): void {
    const drainSeconds = Number(container.environment.SHUTDOWN_DRAIN_SECONDS ?? 0);
    if (role === 'web' && exit === undefined && fault === undefined && drainSeconds > 0)
      this.look(stragglers({ port, drainSeconds }));
  }
}

class WatchedTask implements Task {
  readonly id: string;
  readonly role: Task['role'];
  readonly port: number;
  readonly exited: Promise<TaskExit>;

  constructor(
    private readonly task: Task,
    private readonly onStop: () => void,
  ) {
    ({ id: this.id, role: this.role, port: this.port, exited: this.exited } = task);
  }

  get health() {
    return this.task.health;
  }

  get exit() {
    return this.task.exit;
  }

  stop(): Promise<TaskExit> {
    const stopped = this.task.stop();
    this.onStop();
    return stopped;
  }

  lastLines(count?: number): string {
    return this.task.lastLines(count);
  }
}
