import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../scripts/command-line';
import { readManifest } from '../assembly/manifest';
import { type Cache, openCache } from './cache';
import { assemblyName, committedAssembly, withoutAssets } from './committed-assembly';
import { askGit, commitOf } from './git';
import { synthesiseTree } from './synthesis';

/** One of the two states that are compared. */
export interface Side {
  readonly assembly: string;
  /** For people: what was named, and what it is. */
  readonly name: string;
}

export interface SidesOptions {
  readonly root: string;
  /** A git ref, or the folder of an assembly. */
  readonly base: string;
  /** The folder of an assembly. @default - the work tree as it is, synthesised */
  readonly head: string | undefined;
  readonly cacheFolder: string;
  readonly tell: (line: string) => void;
}

/**
 * Both sides as assemblies, synthesised at the same time where they have to be, for as long as `use` needs them.
 * @throws UsageError for a base that is neither a folder nor a commit, or a head that is no folder
 */
export async function withSides<T>(options: SidesOptions, use: (base: Side, head: Side) => T): Promise<T> {
  const { root, base, head, cacheFolder, tell } = options;
  const baseFolder = folderNamed(base);
  const commit = baseFolder === undefined ? await requireCommit(root, base) : undefined;
  requireHead(head);
  // Before a synth that would be for nothing.
  for (const folder of [baseFolder, head]) if (folder !== undefined) readManifest(resolve(folder));
  const cache = openCache(cacheFolder);

  const baseSide = async (): Promise<Side> => {
    if (commit === undefined) return { assembly: resolve(base), name: base };
    const assembly = await committedAssembly(root, commit, cache);
    return { assembly, name: `${base} (${commit.slice(0, 12)})` };
  };

  return cache.aside(async (aside) => {
    if (commit !== undefined) await warnIfBehind(root, base, commit, tell);
    // Both are waited for, so that a failure of one leaves no synth of the other running.
    const [one, other] = await Promise.allSettled([baseSide(), headSide(options, cache, join(aside, 'head'))]);
    if (one.status === 'rejected') throw one.reason;
    if (other.status === 'rejected') throw other.reason;
    return use(one.value, other.value);
  });
}

/**
 * The head alone, where there is nothing to compare it with.
 * @throws UsageError for a head that is no folder
 */
export async function withHead<T>(options: Omit<SidesOptions, 'base' | 'tell'>, use: (head: Side) => T): Promise<T> {
  requireHead(options.head);
  const cache = openCache(options.cacheFolder);
  return cache.aside(async (aside) => use(await headSide(options, cache, join(aside, 'head'))));
}

async function headSide(
  { root, head }: Pick<SidesOptions, 'root' | 'head'>,
  cache: Cache,
  output: string,
): Promise<Side> {
  if (head !== undefined) return { assembly: resolve(head), name: head };
  const clean = await cleanCommit(root);
  if (clean !== undefined) {
    // What is checked out without a change is that commit, so its assembly may come from the cache as well.
    const assembly = await cache.get(assemblyName(root, clean), async (folder) => {
      await synthesiseTree(root, folder, 'the work tree');
      withoutAssets(folder);
    });
    return { assembly, name: `the work tree (${clean.slice(0, 12)})` };
  }
  await synthesiseTree(root, output, 'the work tree');
  return { assembly: output, name: 'the work tree, with changes that are not committed' };
}

function requireHead(head: string | undefined): void {
  if (head !== undefined && folderNamed(head) === undefined)
    throw new UsageError(`--head: there is no folder "${head}"; name what npm run synth -- --output DIRECTORY wrote.`);
}

const folderNamed = (path: string): string | undefined =>
  existsSync(path) && statSync(path).isDirectory() ? path : undefined;

async function requireCommit(root: string, ref: string): Promise<string> {
  const commit = await commitOf(root, ref);
  if (commit !== undefined) return commit;
  const remote = await commitOf(root, `origin/${ref}`);
  const shallow = (await askGit(root, 'rev-parse', '--is-shallow-repository')) === 'true';
  const remedy = remote
    ? `There is origin/${ref}: pass --base origin/${ref}.`
    : shallow
      ? 'This clone is shallow: fetch it (git fetch origin REF, or fetch-depth: 0 in CI).'
      : 'Name a branch, tag or commit that is here (git fetch?), or the folder of an assembly.';
  throw new UsageError(`--base: "${ref}" is neither a folder nor a commit of this repository. ${remedy}`);
}

/** The commit that is checked out, if the work tree is exactly it. */
async function cleanCommit(root: string): Promise<string | undefined> {
  const status = await askGit(root, 'status', '--porcelain', '--untracked-files=all');
  return status === '' ? commitOf(root, 'HEAD') : undefined;
}

async function warnIfBehind(root: string, ref: string, commit: string, tell: SidesOptions['tell']): Promise<void> {
  const behind = Number(await askGit(root, 'rev-list', '--count', `HEAD..${commit}`));
  if (behind > 0)
    tell(
      `${ref} has ${behind} ${behind === 1 ? 'commit' : 'commits'} that the work tree lacks: what they changed is shown backwards. Rebase, or pass --base $(git merge-base ${ref} HEAD).`,
    );
}
