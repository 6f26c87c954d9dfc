/**
 * One after the other, each as often as its share says and as evenly as can be: runs can be compared, and no kind comes
 * in bursts.
 */
export function mixed<T extends { readonly share: number }>(kinds: readonly T[]): () => T {
  const total = kinds.reduce((sum, { share }) => sum + share, 0);
  const credits = kinds.map((kind) => ({ kind, credit: 0 }));
  return () => {
    for (const entry of credits) entry.credit += entry.kind.share;
    const [first, ...others] = credits;
    if (first === undefined) throw new Error('There is no kind of request to choose from.');
    const chosen = others.reduce((most, entry) => (entry.credit > most.credit ? entry : most), first);
    chosen.credit -= total;
    return chosen.kind;
  };
}

/**
 * Each of these in turn, for ever.
 * @param first of so many only, which may change. @default - of all
 */
export function inTurn<T>(values: readonly T[], what: string, first = () => values.length): () => T {
  let turn = -1;
  return () => {
    turn = (turn + 1) % Math.min(first(), values.length);
    const value = values[turn];
    if (value === undefined) throw new Error(`The load has no ${what}: state one at least.`);
    return value;
  };
}
