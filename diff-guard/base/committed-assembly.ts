import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cache } from './cache';
import { linkDependencies } from './dependencies';
import { runGit } from './git';
import { synthesiseTree } from './synthesis';

/**
 * In the cache: by commit, and by what is installed here, which makes the templates together with the code. A change of
 * how they are made changes the first word.
 */
export function assemblyName(root: string, commit: string): string {
  const installed = ['.', 'app-image']
    .map((folder) => join(root, folder, 'node_modules', '.package-lock.json'))
    .map((file) => (existsSync(file) ? readFileSync(file) : ''));
  const hash = createHash('sha256');
  for (const lock of installed) hash.update(lock).update('|');
  return `assembly-${commit}-${hash.digest('hex').slice(0, 12)}`;
}

/**
 * The assembly of a commit, from the cache or synthesised in a work tree of its own. The repository's work tree and
 * index are not touched.
 */
export function committedAssembly(root: string, commit: string, cache: Cache): Promise<string> {
  return cache.get(assemblyName(root, commit), (folder) =>
    cache.aside(async (aside) => {
      const tree = join(aside, 'tree');
      // Hooks are for people who check something out.
      const git = (...args: string[]) => runGit(root, '-c', 'core.hooksPath=/dev/null', 'worktree', ...args);
      // Git knows folders by their real names.
      await forgetKilledRuns(root, realpathSync(dirname(aside)), git);
      await git('add', '--detach', '--force', tree, commit);
      try {
        await linkDependencies(tree, root, cache);
        await synthesiseTree(tree, folder, `the base ${commit.slice(0, 12)}`);
      } finally {
        await git('remove', '--force', tree).catch(() => rmSync(tree, { recursive: true, force: true }));
      }
      withoutAssets(folder);
    }),
  );
}

/** Git still lists their work trees, whose folders are gone by now. Those of other people may only be away. */
async function forgetKilledRuns(
  root: string,
  cacheFolder: string,
  git: (...args: string[]) => Promise<string>,
): Promise<void> {
  const listed = await runGit(root, 'worktree', 'list', '--porcelain');
  for (const [, tree = ''] of listed.matchAll(/^worktree (.*)$/gm))
    if (tree.startsWith(join(cacheFolder, 'making-')) && !existsSync(tree))
      await git('remove', '--force', tree).catch(() => {});
}

/** A comparison reads templates; assets are megabytes. */
export function withoutAssets(assembly: string): void {
  for (const name of readdirSync(assembly))
    if (/^asset\.[0-9a-f]{64}/.test(name)) rmSync(join(assembly, name), { recursive: true, force: true });
}
