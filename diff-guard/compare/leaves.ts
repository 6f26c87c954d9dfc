import { canonical, isObject, same } from './json-value';

/** One value that differs, with where it lies: `ContainerDefinitions.0.Image`. */
export interface Leaf {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const isIntrinsic = (value: unknown) => isObject(value) && Object.keys(value).some((key) => /^(Ref|Fn::.*)$/.test(key));

/**
 * What differs within two values. In lists, elements that both have are left out wherever they stand, so that one
 * that is put in front does not make all the others differ.
 */
export function leavesOf(path: string, before: unknown, after: unknown): Leaf[] {
  if (same(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listLeaves(path, before, after);
  if (isObject(before) && isObject(after) && !isIntrinsic(before) && !isIntrinsic(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => leavesOf(path === '' ? key : `${path}.${key}`, before[key], after[key]));
  }
  return [{ path, before, after }];
}

function listLeaves(path: string, before: readonly unknown[], after: readonly unknown[]): Leaf[] {
  const [gone, come] = [without(before, after), without(after, before)];
  if (gone.length === 0 && come.length === 0) return [{ path: `${path} (order)`, before, after }];
  // A value must not be shown under the name of another one, which may be no secret's.
  const partnerOf = ({ value }: Placed, at: number) =>
    nameOf(value) === undefined
      ? gone.length === come.length && nameOf(come[at]?.value) === undefined
        ? come[at]
        : undefined
      : come.find((other) => nameOf(other.value) === nameOf(value));
  const pairs = gone.map((left, at) => [left, partnerOf(left, at)] as const);
  const paired = new Set(pairs.map(([, right]) => right));
  const placed = ({ index, value }: Placed) => `${path}.${nameOf(value) ?? index}`;
  return [
    ...pairs.flatMap(([left, right]) =>
      right === undefined
        ? [{ path: placed(left), before: left.value }]
        : leavesOf(placed(left), left.value, right.value),
    ),
    ...come.filter((right) => !paired.has(right)).map((right) => ({ path: placed(right), after: right.value })),
  ];
}

interface Placed {
  readonly index: number;
  readonly value: unknown;
}

/** Elements of a list that the other one lacks, counted: the second of two equal ones is one more. */
function without(list: readonly unknown[], other: readonly unknown[]) {
  const counts = new Map<string, number>();
  for (const value of other) counts.set(canonical(value), (counts.get(canonical(value)) ?? 0) + 1);
  return list.flatMap((value, index) => {
    const left = counts.get(canonical(value)) ?? 0;
    counts.set(canonical(value), left - 1);
    return left > 0 ? [] : [{ index, value }];
  });
}

/** What people call an element: variables, tags and attributes of load balancers have a name. */
function nameOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const name = value.Name ?? value.Key ?? value.Sid ?? value.Id;
  return typeof name === 'string' ? name : undefined;
}
