import type { ContainerHealthCheck } from '../assembly/deployment';
import type { Task } from '../release/cluster';

export interface HealthState {
  readonly health: Task['health'];
  /** In a row, as far as they count. */
  readonly failures: number;
}

export const unknownHealth: HealthState = { health: 'UNKNOWN', failures: 0 };

/** As Docker judges, and with it ECS: a start period ends with the first success. */
export function afterCheck(
  { health, failures }: HealthState,
  ok: boolean,
  sinceStart: number,
  { retries, startPeriod }: ContainerHealthCheck,
): HealthState {
  if (ok) return { health: 'HEALTHY', failures: 0 };
  if (health === 'UNKNOWN' && sinceStart <= startPeriod) return unknownHealth;
  return { health: failures + 1 >= retries ? 'UNHEALTHY' : health, failures: failures + 1 };
}
