/** How many letters have to be added, removed or changed to get from one to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The known name that was probably meant, or undefined where none is close: a third of its letters at most. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toUpperCase();
  const [nearest] = known
    .map((candidate) => ({ candidate, letters: distance(wanted, candidate.toUpperCase()) }))
    .sort((a, b) => a.letters - b.letters);
  return nearest && nearest.letters <= Math.max(1, name.length / 3) ? nearest.candidate : undefined;
}
