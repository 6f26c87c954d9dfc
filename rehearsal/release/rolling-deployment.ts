import type { DeploymentStatus, StageRecord } from '../record';
import type { DeploymentRequest } from './deployment-request';
import { untilCircuitBreaks, untilEveryTaskFailedTwice } from './patience';
import { StageLog } from './stage-log';
import { NeverSteady, TaskSet } from './task-set';

export interface RollingRequest extends Omit<DeploymentRequest, 'loadBalancer'> {
  /** The tasks that are replaced; their service and target group are those of the new ones. */
  readonly running: TaskSet;
}

export interface RollingResult {
  readonly status: DeploymentStatus;
  readonly reason?: string;
  readonly stages: readonly StageRecord[];
  readonly running: TaskSet;
}

/** Numbers of tasks. One that is being stopped is still taken, since its memory is. */
export interface RollingState {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly old: { readonly desired: number; readonly taken: number };
  readonly next: { readonly desired: number; readonly taken: number; readonly healthy: number };
}

/**
 * How many tasks of each there have to be now. Old ones make up what the new ones lack of the minimum, new ones come as
 * the maximum leaves room; ECS rounds the minimum up and the maximum down.
 */
export function rollingStep({ desired, minimumHealthyPercent, maximumPercent, old, next }: RollingState) {
  const minimum = Math.ceil((desired * minimumHealthyPercent) / 100);
  const maximum = Math.floor((desired * maximumPercent) / 100);
  const room = Math.max(0, maximum - old.taken - next.taken);
  return {
    old: Math.min(old.desired, Math.max(0, minimum - next.healthy)),
    next: Math.min(desired, next.desired + room),
  };
}

/** ECS's rolling deployment with its circuit breaker, which brings the old tasks back. */
export async function deployRolling(request: RollingRequest): Promise<RollingResult> {
  const { cluster, running, image, title, fault, signal, onStage = () => {} } = request;
  const { service } = running.description;
  const next = new TaskSet(cluster, { ...running.description, image, deployment: title, fault }, signal);
  const log = new StageLog(title, onStage);
  try {
    await log.during(service.role === 'worker' ? 'WORKER' : 'SCALE_UP', () => replace(running, next, signal));
    return { status: 'SUCCESSFUL', stages: log.records, running: next };
  } catch (error) {
    if (!(error instanceof NeverSteady)) throw error;
    const problem = await log.during('ROLLBACK', () => bringBack(running, next, signal));
    const status = problem === undefined ? 'ROLLBACK_SUCCESSFUL' : 'ROLLBACK_FAILED';
    return { status, reason: [error.message, problem].filter(Boolean).join('\n'), stages: log.records, running };
  }
}

async function replace(running: TaskSet, next: TaskSet, signal: AbortSignal): Promise<void> {
  const { desiredCount: desired, minimumHealthyPercent, maximumPercent } = running.description.service;
  const patience = untilCircuitBreaks(desired);
  const advance = (): boolean => {
    const step = rollingStep({
      desired,
      minimumHealthyPercent,
      maximumPercent,
      old: { desired: running.desiredCount, taken: running.takenCount },
      next: { desired: next.desiredCount, taken: next.takenCount, healthy: next.healthyCount },
    });
    running.scaleTo(step.old);
    next.scaleTo(step.next);
    running.throwIfBroken();
    const done = running.takenCount === 0 && next.healthyCount === desired;
    const reason = done ? undefined : patience(next);
    if (reason !== undefined) throw new NeverSteady(reason);
    return done;
  };
  await next.until(advance, signal);
}

/** @returns why the old tasks are not back */
async function bringBack(running: TaskSet, next: TaskSet, signal: AbortSignal): Promise<string | undefined> {
  running.scaleTo(running.description.service.desiredCount);
  try {
    await Promise.all([next.retire(), running.untilSteady(untilEveryTaskFailedTwice(), signal)]);
    return undefined;
  } catch (error) {
    if (!(error instanceof NeverSteady)) throw error;
    return `The tasks from before did not come back: ${error.message}`;
  }
}
