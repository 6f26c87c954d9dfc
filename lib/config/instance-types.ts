/**
 * What an instance type holds, as far as the capacity model needs it.
 *
 * Sources: vCPU, memory and interfaces from the EC2 user guide, "Network interfaces per instance
 * type"; database memory from the RDS user guide, "DB instance class hardware specifications".
 */

export interface HostShape {
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Interfaces per instance, the host's own included. A task in awsvpc mode takes one. */
  readonly networkInterfaces: number;
}

export const hostShapes = {
  't3.medium': { vcpus: 2, memoryMiB: 4096, networkInterfaces: 3 },
  't3.large': { vcpus: 2, memoryMiB: 8192, networkInterfaces: 3 },
  't3.xlarge': { vcpus: 4, memoryMiB: 16384, networkInterfaces: 4 },
  'm6i.large': { vcpus: 2, memoryMiB: 8192, networkInterfaces: 3 },
  'm6i.xlarge': { vcpus: 4, memoryMiB: 16384, networkInterfaces: 4 },
  'm6i.2xlarge': { vcpus: 8, memoryMiB: 32768, networkInterfaces: 4 },
} as const satisfies Record<string, HostShape>;
export type HostInstanceType = keyof typeof hostShapes;

/** Memory of the RDS instance classes in use, in MiB. */
export const databaseMemoryMiB = {
  't4g.micro': 1024,
  't4g.small': 2048,
  't4g.medium': 4096,
  'm7g.large': 8192,
  'm7g.xlarge': 16384,
} as const;
