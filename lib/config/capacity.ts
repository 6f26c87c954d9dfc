import type { EnvironmentConfig, TaskSize } from './environment';
import { databaseMemoryMiB, hostShapes } from './instance-types';

/**
 * What runs at the worst moment of a release: all web tasks twice (both colours from green's start to
 * the end of the bake), the worker at its rolling maximum, and a scheduled job. That has to fit on the
 * hosts' CPU, memory and network interfaces, and its connections on the database.
 */

/** CPU units and MiB that the ECS agent, containerd and the kernel keep from tasks on a host. */
const hostReserve = { cpu: 0, memoryMiB: 768 };

/** Rolling services run up to twice their tasks (`maximumPercent` 200). */
export const rollingMaximumPercent = 200;

/** A scheduled job's task: the same image with another command. */
export const jobSize: TaskSize = { cpu: 256, memoryMiB: 512, databaseConnections: 2 };

/**
 * Connections that no pool may use: PostgreSQL's own reserve for superusers (3), RDS's monitoring and
 * replication (about 7), and people with `psql` during an incident (10).
 */
const reservedConnections = 20;

/**
 * RDS's default: LEAST(DBInstanceClassMemory / 9531392, 5000), of the memory left by the operating
 * system and RDS's own processes (about nine tenths of the class's memory).
 * Source: RDS user guide, "Quotas and constraints: maximum number of database connections".
 */
export const maxConnections = (instanceClass: keyof typeof databaseMemoryMiB): number =>
  Math.min(Math.floor((databaseMemoryMiB[instanceClass] * 0.9 * 1024 * 1024) / 9_531_392), 5000);

/** Connections to Redis that one process holds; test/contracts/cache-connections.test.ts counts them. */
export const cacheConnectionsPerProcess = { web: 6, worker: 13 } as const;

/** ElastiCache's own monitoring and replication, and people with `redis-cli` during an incident. */
const reservedCacheConnections = 20;

export interface CapacitySheet {
  readonly tasks: { readonly name: string; readonly count: number; readonly size: TaskSize }[];
  readonly peakTasks: number;
  /** Hosts that hold the peak; undefined when one task alone is larger than a host. */
  readonly hostsNeeded: number | undefined;
  readonly hostsMax: number;
  /** Which runs out first on a host. */
  readonly tasksPerHost: number;
  readonly peakConnections: number;
  readonly maxConnections: number;
}

const colours = (env: EnvironmentConfig) => (env.deployment.strategy === 'blue-green' ? 2 : 1);

/** First-fit-decreasing, as good as ECS's binpack placement gets. */
function hostsFor(tasks: readonly TaskSize[], type: keyof typeof hostShapes): number | undefined {
  const shape = hostShapes[type];
  const empty = () => ({
    cpu: shape.vcpus * 1024 - hostReserve.cpu,
    memoryMiB: shape.memoryMiB - hostReserve.memoryMiB,
    interfaces: shape.networkInterfaces - 1,
  });
  const hosts: ReturnType<typeof empty>[] = [];
  for (const task of [...tasks].sort((a, b) => b.cpu - a.cpu || b.memoryMiB - a.memoryMiB)) {
    const fits = (host: ReturnType<typeof empty>) =>
      host.cpu >= task.cpu && host.memoryMiB >= task.memoryMiB && host.interfaces >= 1;
    let host = hosts.find(fits);
    if (host === undefined) {
      host = empty();
      if (!fits(host)) return undefined;
      hosts.push(host);
    }
    host.cpu -= task.cpu;
    host.memoryMiB -= task.memoryMiB;
    host.interfaces -= 1;
  }
  return hosts.length;
}

export function capacitySheet(env: EnvironmentConfig): CapacitySheet {
  const webMax = env.web.maxTasks;
  const tasks = [
    ...(colours(env) === 2
      ? [
          { name: 'web blue', count: webMax, size: env.web },
          { name: 'web green', count: webMax, size: env.web },
        ]
      : [{ name: 'web', count: webMax, size: env.web }]),
    { name: 'worker', count: Math.ceil((env.worker.maxTasks * rollingMaximumPercent) / 100), size: env.worker },
    { name: 'job', count: 1, size: jobSize },
  ];
  const every = tasks.flatMap(({ count, size }) => Array.from({ length: count }, () => size));
  const shape = hostShapes[env.hosts.instanceType];
  return {
    tasks,
    peakTasks: every.length,
    hostsNeeded: hostsFor(every, env.hosts.instanceType),
    hostsMax: env.hosts.max,
    tasksPerHost: Math.min(
      shape.networkInterfaces - 1,
      Math.floor((shape.vcpus * 1024 - hostReserve.cpu) / env.web.cpu),
      Math.floor((shape.memoryMiB - hostReserve.memoryMiB) / env.web.memoryMiB),
    ),
    peakConnections: every.reduce((sum, size) => sum + size.databaseConnections, 0) + reservedConnections,
    maxConnections: maxConnections(env.database.instanceClass),
  };
}

/** @returns one sentence for each thing that does not fit; empty when both colours fit. */
export function checkCapacity(env: EnvironmentConfig): string[] {
  const sheet = capacitySheet(env);
  const at = (field: string) => `${env.name}.${field}`;
  const failures: string[] = [];
  for (const service of ['web', 'worker'] as const) {
    const { minTasks, maxTasks } = env[service];
    if (!(Number.isInteger(minTasks) && Number.isInteger(maxTasks) && minTasks >= 1 && minTasks <= maxTasks))
      failures.push(
        `${at(service)}.minTasks, maxTasks: ${minTasks} to ${maxTasks} is no range; state whole numbers, 1 ≤ minTasks ≤ maxTasks.`,
      );
  }
  const { min, max, instanceType } = env.hosts;
  if (!(Number.isInteger(min) && Number.isInteger(max) && min >= 1 && min <= max))
    failures.push(`${at('hosts')}.min, max: ${min} to ${max} is no range; state whole numbers, 1 ≤ min ≤ max.`);
  if (failures.length > 0) return failures;

  if (sheet.hostsNeeded === undefined) {
    const { vcpus, memoryMiB } = hostShapes[instanceType];
    failures.push(
      `${at('hosts')}.instanceType: ${instanceType} (${vcpus * 1024} CPU units, ${memoryMiB - hostReserve.memoryMiB} MiB for tasks) is smaller than one task; choose a larger type or smaller tasks.`,
    );
  } else if (sheet.hostsNeeded > max) {
    failures.push(
      `${at('hosts')}.max: ${max} hosts of ${instanceType} do not hold the ${sheet.peakTasks} tasks of a release (${sheet.tasks.map(({ name, count }) => `${name} ${count}`).join(', ')}); ${sheet.hostsNeeded} are needed. Raise hosts.max, choose a type with more network interfaces, or lower maxTasks.`,
    );
  }
  if (sheet.peakConnections > sheet.maxConnections)
    failures.push(
      `${at('database')}.instanceClass: ${env.database.instanceClass} takes ${sheet.maxConnections} connections, a release holds up to ${sheet.peakConnections}; choose a larger class or lower databaseConnections or maxTasks.`,
    );
  return failures;
}

/** Connections that Redis holds at most, at the worst moment of a release; it takes 65,000 (ElastiCache). */
export const cacheConnections = (env: EnvironmentConfig): number =>
  colours(env) * env.web.maxTasks * cacheConnectionsPerProcess.web +
  Math.ceil((env.worker.maxTasks * rollingMaximumPercent) / 100) * cacheConnectionsPerProcess.worker +
  reservedCacheConnections;

/** Hosts that a second colour needs beside what runs, at its largest. */
export const secondColourHosts = (env: EnvironmentConfig): number =>
  hostsFor(
    Array.from({ length: env.web.maxTasks }, () => env.web),
    env.hosts.instanceType,
  ) ?? 0;
