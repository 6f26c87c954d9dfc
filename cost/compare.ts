import type { Block } from './estimate';
import { inCents, type Line } from './line';

/** A line before and after a change; one of the two is missing where it comes or leaves. */
export interface Change {
  readonly before: Line | undefined;
  readonly after: Line | undefined;
  readonly differenceUsd: number;
}

export interface Difference {
  readonly name: string;
  readonly before: Block | undefined;
  readonly after: Block | undefined;
  /** The largest first. */
  readonly changes: readonly Change[];
  readonly differenceUsd: number;
}

/** Both sides have to be estimated with the same prices and assumptions, so that only the templates differ. */
export function compareEstimates(before: readonly Block[], after: readonly Block[]): Difference[] {
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  return names.map((name) => {
    const [one, other] = [before, after].map((blocks) => blocks.find((block) => block.name === name));
    return {
      ...{ name, before: one, after: other, changes: changesOf(linesOf(one), linesOf(other)) },
      differenceUsd: inCents((other?.totalUsd ?? 0) - (one?.totalUsd ?? 0)),
    };
  });
}

const linesOf = (block: Block | undefined): readonly Line[] =>
  block === undefined ? [] : [...block.fixed, ...block.usage];

function changesOf(before: readonly Line[], after: readonly Line[]): Change[] {
  const left = [...before];
  const take = (found: (line: Line) => boolean): Line | undefined => {
    const index = left.findIndex(found);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  // What is called the same is the same; only then may something have taken the place of something else.
  const same = after.map((line) =>
    take(({ kind, label, region }) => label === line.label && kind === line.kind && region === line.region),
  );
  const pairs = after.map((line, index): Change => {
    const one = same[index] ?? take(({ id, region }) => id === line.id && region === line.region);
    return { before: one, after: line, differenceUsd: inCents(line.usd - (one?.usd ?? 0)) };
  });
  const gone = left.map((line): Change => ({ before: line, after: undefined, differenceUsd: inCents(-line.usd) }));
  return [...pairs, ...gone]
    .filter(({ before: one, after: other }) => one?.label !== other?.label || one?.usd !== other?.usd)
    .sort((a, b) => Math.abs(b.differenceUsd) - Math.abs(a.differenceUsd));
}
