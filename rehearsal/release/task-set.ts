import type { Service, TargetGroupDescription } from '../assembly/deployment';
import { pause } from '../clock';
import type { Colour, Fault } from '../record';
import type { Cluster, Image, Task } from './cluster';
import type { Patience } from './patience';
import { isHealthy, whyReplaced } from './task-health';

export interface TaskSetDescription {
  readonly service: Service;
  readonly image: Image;
  /** @default - nobody sends it requests */
  readonly targetGroup?: TargetGroupDescription;
  readonly colour?: Colour;
  /** Title of the deployment that starts it. */
  readonly deployment?: string;
  readonly fault?: Fault;
}

/** A task that ECS has given up. */
export interface TaskFailure {
  readonly task: string;
  readonly reason: string;
  readonly lastLines: string;
}

interface Member {
  readonly task: Task;
  readonly startedAt: number;
  healthy: boolean;
}

/** Seconds between two looks at the tasks. */
const LOOK_EVERY = 0.1;

/**
 * The tasks of one service revision, kept at their number as ECS's service scheduler does: those that are missing are
 * started, those that fail are replaced, those that are too many are drained and stopped.
 */
export class TaskSet {
  readonly failures: TaskFailure[] = [];
  /** Since a task was last seen to become healthy. */
  consecutiveFailures = 0;
  private desired = 0;
  private members: Member[] = [];
  private starting = 0;
  private retiring = 0;
  private scheduler: Promise<void> | undefined;
  private broken: unknown;

  /** @param signal ends its work at once; the tasks stay as they are, for whoever started everything to end. */
  constructor(
    private readonly cluster: Cluster,
    readonly description: TaskSetDescription,
    private readonly signal: AbortSignal,
  ) {}

  get tasks(): readonly Task[] {
    return this.members.map(({ task }) => task);
  }

  get healthyCount(): number {
    return this.members.filter(({ healthy }) => healthy).length;
  }

  /** With those that are being started or stopped, which take their part of the machine as well. */
  get takenCount(): number {
    return this.starting + this.members.length + this.retiring;
  }

  get desiredCount(): number {
    return this.desired;
  }

  scaleTo(desired: number): void {
    this.desired = desired;
    this.scheduler ??= this.schedule().then(
      () => {
        this.scheduler = undefined;
        if (this.desired > 0) this.scaleTo(this.desired);
      },
      (error: unknown) => {
        this.broken ??= error;
      },
    );
  }

  /** @throws NeverSteady when patience is at its end. */
  async untilSteady(patience: Patience, signal: AbortSignal): Promise<void> {
    await this.until(() => {
      const steady = this.members.length === this.desired && this.healthyCount === this.desired;
      const reason = steady ? undefined : patience(this);
      if (reason !== undefined) throw new NeverSteady(reason);
      return steady;
    }, signal);
  }

  /** Drains and stops all of them: deregistration delay, SIGTERM, stop timeout, SIGKILL. */
  async retire(): Promise<void> {
    this.scaleTo(0);
    await this.until(() => this.takenCount === 0, this.signal);
  }

  /** Stops all of them at once, when nobody calls them any more; none is replaced. */
  async stop(): Promise<void> {
    const { tasks } = this;
    this.members = [];
    this.scaleTo(0);
    await Promise.all(tasks.map((task) => task.stop()));
  }

  /** Looks once, and again until it is so. */
  async until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      this.throwIfBroken();
      if (isSo()) return;
      await pause(LOOK_EVERY / 2, signal);
    }
  }

  /** Something other than a task has failed, such as the load balancer. */
  throwIfBroken(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  private async schedule(): Promise<void> {
    while (this.desired > 0 || this.takenCount > 0) {
      await this.replaceFailed();
      await Promise.all(Array.from({ length: this.desired - this.members.length }, () => this.start()));
      // Who is not healthy goes first, then the oldest.
      const dispensable = this.members.toSorted((a, b) => Number(a.healthy) - Number(b.healthy));
      for (const member of dispensable.slice(0, Math.max(0, dispensable.length - this.desired))) this.letGo(member);
      await pause(LOOK_EVERY, this.signal);
    }
  }

  private async start(): Promise<void> {
    const { service, image, targetGroup, colour, deployment, fault } = this.description;
    const request = { service, image, container: service.container, colour, deployment, fault };
    this.starting += 1;
    try {
      const task = await this.cluster.tasks.start(request);
      const { id, port } = task;
      if (targetGroup) {
        const { initialFor } = targetGroup.healthCheck;
        await this.cluster.loadBalancer.register(targetGroup.logicalId, { id, port, initialFor });
      }
      this.members.push({ task, startedAt: performance.now(), healthy: false });
    } finally {
      this.starting -= 1;
    }
  }

  private async replaceFailed(): Promise<void> {
    const { service, targetGroup } = this.description;
    const health = targetGroup ? await this.cluster.loadBalancer.health(targetGroup.logicalId) : {};
    for (const member of this.members) {
      const { task, startedAt } = member;
      const observed = { task, target: health[task.id], age: (performance.now() - startedAt) / 1000 };
      const healthy = isHealthy(observed, service, targetGroup);
      if (healthy && !member.healthy) this.consecutiveFailures = 0;
      member.healthy = healthy;
      const reason = whyReplaced(observed, service, targetGroup);
      if (reason === undefined) continue;
      const check = observed.target === 'unhealthy' ? await this.lastCheck(task) : undefined;
      const why = check === undefined ? reason : `${reason}; its last check ${check}`;
      this.failures.push({ task: task.id, reason: why, lastLines: task.lastLines(20) });
      this.consecutiveFailures += 1;
      this.letGo(member);
    }
  }

  private async lastCheck({ id }: Task): Promise<string | undefined> {
    const { targetGroup } = this.description;
    return targetGroup && this.cluster.loadBalancer.lastCheck?.(targetGroup.logicalId, id);
  }

  private letGo(member: Member): void {
    this.members = this.members.filter((each) => each !== member);
    this.retiring += 1;
    this.drainAndStop(member.task)
      .catch((error: unknown) => {
        this.broken ??= error;
      })
      .finally(() => {
        this.retiring -= 1;
      });
  }

  private async drainAndStop(task: Task): Promise<void> {
    const { loadBalancer } = this.cluster;
    const { targetGroup } = this.description;
    if (targetGroup) {
      await loadBalancer.deregister(targetGroup.logicalId, task.id);
      // ECS waits it out whole, however few connections are left; one that has ended holds none.
      if (task.exit === undefined) await pause(targetGroup.deregistrationDelay, this.signal);
      await loadBalancer.complete(targetGroup.logicalId, task.id);
    }
    await task.stop();
  }
}

/** The tasks have not become healthy, and will not. */
export class NeverSteady extends Error {}
