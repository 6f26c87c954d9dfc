import { join } from 'node:path';
import type { GuardedStack } from '../../diff-guard/assembly/guarded-stack';
import { readAssembly } from '../../diff-guard/assembly/read-assembly';
import { compare } from '../../diff-guard/compare/compare';
import { type Judgement, type JudgeOptions, judge } from '../../diff-guard/judge';

/**
 * This project's own templates, as global-setup.ts synthesised them, and copies of them with one mutation. The accounts
 * are not placeholders here, so that everything counts as deployed.
 */

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
type Json = any;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface DraftStack extends Omit<Writable<GuardedStack>, 'template' | 'acknowledgements'> {
  template: { Resources: Record<string, Json>; Outputs: Record<string, Json>; [section: string]: Json };
  acknowledgements: { path: string; rule: string; reason: string }[];
}

export interface Draft {
  /** A stack to write in: `production/data`. */
  readonly stack: (path: string) => DraftStack;
  /** A resource to write in, by the beginning of its logical id. */
  readonly resource: (path: string, id: string) => Json;
  /** Its logical id. */
  readonly idOf: (path: string, id: string) => string;
  readonly remove: (path: string) => void;
  readonly paths: () => string[];
}

const accounts: Readonly<Record<string, string>> = { '000000000001': '111122223333', '000000000002': '444455556666' };
const inAccounts = (text: string) => text.replace(/00000000000[12]/g, (account) => accounts[account] ?? account);

let known: readonly GuardedStack[] | undefined;
export function deployedStacks(): readonly GuardedStack[] {
  known ??= readAssembly(join(process.env.TEST_ASSEMBLIES ?? '', 'deployed')).map((stack) =>
    JSON.parse(inAccounts(JSON.stringify(stack))),
  );
  return known;
}

export type Edit = (draft: Draft) => void;

/** A copy with an edit; stacks that it does not touch are the same objects. */
export function drafted(edit: Edit, from: readonly GuardedStack[] = deployedStacks()): readonly GuardedStack[] {
  const stacks = new Map<string, GuardedStack>(from.map((stack) => [stack.path, stack]));
  const copied = new Set<string>();
  const stack = (path: string): DraftStack => {
    const found = stacks.get(path);
    if (found === undefined) throw new Error(`no stack ${path}; there are ${[...stacks.keys()].join(', ')}`);
    if (!copied.has(path)) stacks.set(path, structuredClone(found));
    copied.add(path);
    return stacks.get(path) as unknown as DraftStack;
  };
  const idOf = (path: string, id: string): string => {
    const ids = Object.keys(stack(path).template.Resources);
    const found = ids.includes(id)
      ? id
      : ids.filter((each) => each.startsWith(id)).sort((a, b) => a.length - b.length)[0];
    if (found === undefined) throw new Error(`no resource ${id} in ${path}; there are ${ids.join(', ')}`);
    return found;
  };
  edit({
    stack,
    idOf,
    resource: (path, id) => stack(path).template.Resources[idOf(path, id)],
    remove: (path) => stacks.delete(path),
    paths: () => [...stacks.keys()],
  });
  return [...stacks.values()];
}

export const unlabelled: JudgeOptions = { exceptions: [], labels: [], today: '2026-12-01' };

export const judged = (
  after: readonly GuardedStack[],
  before: readonly GuardedStack[] = deployedStacks(),
  options: JudgeOptions = unlabelled,
): Judgement => judge(compare(before, after), options);

/** A resource under another logical id, with every reference to it, as a renamed construct gives it. */
export function renameResource(draft: Draft, path: string, from: string, to: string, label?: string): void {
  const { template } = draft.stack(path);
  const id = draft.idOf(path, from);
  const text = JSON.stringify(template).replaceAll(`"${id}"`, `"${to}"`);
  Object.assign(template, JSON.parse(text));
  // Synthesised in a test, a template does not say its constructs' paths; by the CLI it does.
  const constructPath = label === undefined ? draft.stack(path).constructPaths[id] : `${path}/${label}/Resource`;
  template.Resources[to].Metadata = { 'aws:cdk:path': constructPath };
}
