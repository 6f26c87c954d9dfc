import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cache } from './cache';
import { runChild } from './child';

/** The packages of this project: the app's, and those of the container, whose contract the app reads. */
const packages = ['.', 'app-image'] as const;

const lockOf = (tree: string): string =>
  packages
    .map((folder) => join(tree, folder, 'package-lock.json'))
    .map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''))
    .join('\n');

/** Gives a work tree its dependencies: the ones that are installed here if its lock is the same, else its own. */
export async function linkDependencies(tree: string, here: string, cache: Cache): Promise<void> {
  const lock = lockOf(tree);
  const installed = lock === lockOf(here) ? here : await install(tree, lock, cache);
  for (const folder of packages) {
    const [from, to] = [join(installed, folder, 'node_modules'), join(tree, folder, 'node_modules')];
    if (existsSync(from) && existsSync(dirname(to)) && !existsSync(to)) symlinkSync(from, to);
  }
}

/** Kept by lock, platform and Node.js, because packages with binaries depend on them. */
function install(tree: string, lock: string, cache: Cache): Promise<string> {
  const key = createHash('sha256').update(`${lock}\n${process.platform} ${process.arch} ${process.versions.modules}`);
  return cache.get(`dependencies-${key.digest('hex').slice(0, 32)}`, async (folder) => {
    for (const each of packages) {
      if (!existsSync(join(tree, each, 'package.json'))) continue;
      mkdirSync(join(folder, each), { recursive: true });
      for (const file of ['package.json', 'package-lock.json', '.npmrc'])
        if (existsSync(join(tree, each, file))) cpSync(join(tree, each, file), join(folder, each, file));
    }
    for (const local of localPackages(tree)) cpSync(join(tree, local), join(folder, local), { recursive: true });
    for (const each of packages) {
      if (!existsSync(join(folder, each, 'package-lock.json'))) continue;
      // Install scripts fetch servers for tests; a synth needs none of them.
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
      await runChild({ command: 'npm', args, cwd: join(folder, each), what: 'npm ci of the base' });
    }
  });
}

/** Folders of the repository that are installed as packages, to which npm only makes links. */
function localPackages(tree: string): string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;
  return Object.values({ ...dependencies, ...devDependencies }).flatMap((version) =>
    version.startsWith('file:') ? [version.slice('file:'.length)] : [],
  );
}
