/** By the nearest rank, so that it is a value that was measured. @returns undefined where there is none */
export function percentile(sorted: ArrayLike<number>, percent: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** A typed array sorts numbers as numbers, and fast. */
export const sorted = (numbers: readonly number[]): Float64Array => Float64Array.from(numbers).sort();

export const median = (numbers: readonly number[]): number | undefined => percentile(sorted(numbers), 50);

/** Of no numbers: nothing. */
export const largest = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((one, other) => Math.max(one, other));
