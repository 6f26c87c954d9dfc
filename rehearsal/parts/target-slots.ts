import type { TargetHealthCheck } from '../assembly/deployment';
import type { Target, TargetHealth } from '../release/cluster';
import { name } from './haproxy-syntax';

/** Who is in which slot. */
export interface RegisteredTarget {
  readonly id: string;
  readonly slot: string;
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
  readonly draining: boolean;
  /** Seconds. */
  readonly initialFor?: number;
}

/** HAProxy's servers are there from the start and keep their names: a target takes one of its group's, and gives it back. */
export class TargetSlots {
  private readonly targets: ReadonlyMap<string, Map<string, RegisteredTarget>>;

  /** Slots by target group. */
  constructor(private readonly slots: Readonly<Record<string, readonly string[]>>) {
    this.targets = new Map(Object.keys(slots).map((group) => [group, new Map()]));
  }

  get names(): string[] {
    return Object.values(this.slots).flat();
  }

  take(targetGroup: string, { id, initialFor }: Pick<Target, 'id' | 'initialFor'>, registeredAt: number): string {
    const targets = this.group(targetGroup);
    if (targets.has(name(id)))
      throw new Error(`Target ${id} is registered with ${targetGroup} already; complete its deregistration first.`);
    const taken = new Set([...targets.values()].map(({ slot }) => slot));
    const all = this.slots[targetGroup] ?? [];
    const slot = all.find((candidate) => !taken.has(candidate));
    if (slot === undefined)
      throw new Error(
        `${targetGroup} has ${taken.size} targets, and no slot for ${id}: complete a deregistration first, or start the load balancer with more slots a group.`,
      );
    targets.set(id, { id, slot, registeredAt, draining: false, initialFor });
    return slot;
  }

  of(targetGroup: string, id: string): RegisteredTarget {
    const target = this.group(targetGroup).get(id);
    if (target) return target;
    const registered = [...this.group(targetGroup).keys()].join(', ') || 'none';
    throw new Error(`Target ${id} is not registered with ${targetGroup}; registered: ${registered}.`);
  }

  in(targetGroup: string): RegisteredTarget[] {
    return [...this.group(targetGroup).values()];
  }

  drain(targetGroup: string, id: string): void {
    this.group(targetGroup).set(id, { ...this.of(targetGroup, id), draining: true });
  }

  free(targetGroup: string, id: string): void {
    this.group(targetGroup).delete(id);
  }

  private group(targetGroup: string): Map<string, RegisteredTarget> {
    const targets = this.targets.get(targetGroup);
    if (targets) return targets;
    throw new Error(`There is no target group "${targetGroup}": must be one of ${Object.keys(this.slots).join(', ')}.`);
  }
}

/**
 * What a load balancer would say of a target that HAProxy says this of.
 *
 * Both are down for HAProxy, a target that has not passed its checks yet and one that fails them. As checks that fail
 * then are not counted, time tells: after as much as the failures take that make a target unhealthy.
 */
export function targetHealth(
  { draining, registeredAt, initialFor }: RegisteredTarget,
  status: string,
  { interval, unhealthyThreshold }: TargetHealthCheck,
  now: number,
): TargetHealth {
  if (draining) return 'draining';
  // "UP 2/3" is one that has begun to fail.
  if (status.startsWith('UP')) return 'healthy';
  const seconds = initialFor ?? interval * unhealthyThreshold;
  return (now - registeredAt) / 1000 < seconds ? 'initial' : 'unhealthy';
}
