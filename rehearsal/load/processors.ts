import { cpus } from 'node:os';

/** Of all processors together, in milliseconds. */
export interface ProcessorTime {
  readonly idle: number;
  readonly total: number;
}

export function processorTime(): ProcessorTime {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return { idle: sum(times.map(({ idle }) => idle)), total: sum(times.flatMap((each) => Object.values(each))) };
}

/** The share of the time between the two that somebody took: 0 to 1. */
export function busyShare(before: ProcessorTime, after: ProcessorTime): number {
  const total = after.total - before.total;
  return total <= 0 ? 0 : 1 - (after.idle - before.idle) / total;
}
