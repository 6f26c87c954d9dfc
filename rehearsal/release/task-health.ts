import type { Service, TargetGroupDescription } from '../assembly/deployment';
import type { TargetHealth, Task } from './cluster';

/** A task as the service scheduler looks at it. */
export interface ObservedTask {
  readonly task: Pick<Task, 'health' | 'exit'>;
  /** @default - the load balancer does not know it, or nobody sends it requests */
  readonly target?: TargetHealth;
  /** Seconds since it was started. */
  readonly age: number;
}

/** It counts as running: healthy in the sense of the container and, behind a load balancer, of the target group. */
export function isHealthy(
  { task, target }: ObservedTask,
  service: Service,
  targetGroup?: TargetGroupDescription,
): boolean {
  const container =
    service.container.healthCheck === undefined ? task.health !== 'UNHEALTHY' : task.health === 'HEALTHY';
  return task.exit === undefined && container && (targetGroup === undefined || target === 'healthy');
}

/** Why ECS replaces it. Failing checks don't count in the health check grace period; an exit does. */
export function whyReplaced(
  { task, target, age }: ObservedTask,
  service: Service,
  targetGroup?: TargetGroupDescription,
): string | undefined {
  if (task.exit !== undefined) {
    const { code, signal } = task.exit;
    return `it ended by itself (${signal ?? `exit code ${code}`})`;
  }
  if (age < service.healthCheckGracePeriod) return undefined;
  const { path, codes } = targetGroup?.healthCheck ?? {};
  const reasons = [
    ...(task.health === 'UNHEALTHY'
      ? [`its container is UNHEALTHY (${service.container.healthCheck?.command.join(' ')})`]
      : []),
    ...(target === 'unhealthy' ? [`its target is unhealthy (GET ${path} has to answer ${codes})`] : []),
  ];
  return reasons.length === 0 ? undefined : reasons.join(', and ');
}
