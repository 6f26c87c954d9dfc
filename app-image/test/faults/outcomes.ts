import type { Outcome } from './traffic';

/** Those that were not served. */
export const failuresOf = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter(({ kind, result }) => !kind.served.some((status) => status === result));

export const slowest = (outcomes: readonly Outcome[]): number => Math.max(0, ...outcomes.map(({ ms }) => ms));

/** How often each kind of request ended in which way. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, result } of outcomes) {
    const name = `${kind.name} ${result}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** One line for whoever reads along: what was tried, how many requests, how they ended. */
export function tell(what: string, outcomes: readonly Outcome[], figures: Readonly<Record<string, unknown>>): void {
  const line = { requests: outcomes.length, ...figures, outcomes: tally(outcomes) };
  process.stderr.write(`${what}: ${JSON.stringify(line)}\n`);
}
