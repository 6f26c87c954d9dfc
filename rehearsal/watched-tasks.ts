import { stragglers } from './load/stragglers';
import type { Finding } from './record';
import type { Task, TaskExit, TaskRequest, Tasks } from './release/cluster';

/** Tasks that are looked at while they stop: a sound web task serves on for its drain. */
export class WatchedTasks implements Tasks {
  readonly findings: Finding[] = [];
  private readonly started: { readonly task: WatchedTask; readonly request: TaskRequest }[] = [];
  private readonly looking: Promise<void>[] = [];

  constructor(private readonly tasks: Tasks) {}

  async start(request: TaskRequest): Promise<Task> {
    const task = new WatchedTask(await this.tasks.start(request), () => this.stopping(task, request));
    this.started.push({ task, request });
    return task;
  }

  /** Looks at a web task that this deployment has started and that serves; what ends meanwhile has shown nothing. */
  lookAtWebOf(deployment: string, search: (task: Task) => Promise<Finding | undefined>): void {
    const task = this.started.find(
      (each) =>
        each.task.role === 'web' && each.task.serves && !each.request.fault && each.request.deployment === deployment,
    )?.task;
    if (task === undefined) return;
    this.look(
      search(task).then(
        (finding) => (task.serves ? finding : undefined),
        (error: unknown) => {
          if (task.serves) throw error;
          return undefined;
        },
      ),
    );
  }

  /** Beside everything else; what it finds is among the findings. */
  private look(search: Promise<Finding | undefined>): void {
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
  private told = false;
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

  /** It has neither ended nor been told to. */
  get serves(): boolean {
    return !this.told && this.task.exit === undefined;
  }

  stop(): Promise<TaskExit> {
    this.told = true;
    const stopped = this.task.stop();
    this.onStop();
    return stopped;
  }

  lastLines(count?: number): string {
    return this.task.lastLines(count);
  }
}
