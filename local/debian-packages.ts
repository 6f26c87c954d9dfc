import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FoundProgram, isExecutable, onPath } from './executable';

const execute = promisify(execFile);

const DOWNLOAD_WITHIN_MS = 60_000;

export interface DebianPackages {
  /** The one with the program, and the libraries that a small system lacks. */
  readonly names: readonly string[];
  /** Where they put the program: `usr/sbin/haproxy`. */
  readonly program: string;
  /** Makes the program say its version, which proves that its libraries are found. */
  readonly versionFlag: string;
  /** What their install scripts would have done. @default - nothing */
  readonly finish?: (root: string) => void;
}

/** A program of Debian's, unpacked into the cache without being installed, so that nobody has to be root. */
export async function unpackedProgram(packages: DebianPackages, cache: string): Promise<FoundProgram> {
  const unpacked = join(cache, `${process.platform}-${process.arch}`);
  if (!isExecutable(programIn(unpacked, packages).command)) await unpack(packages, cache, unpacked);
  return programIn(unpacked, packages);
}

/** Made aside and renamed, so that whoever looks finds all of it or nothing. */
async function unpack(packages: DebianPackages, cache: string, destination: string): Promise<void> {
  const [aptGet, dpkg] = [tool('apt-get'), tool('dpkg')];
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'unpacking-'));
  try {
    const run = (command: string, ...args: string[]) =>
      execute(command, args, { cwd: work, timeout: DOWNLOAD_WITHIN_MS });
    await run(aptGet, 'download', '--quiet', '-o', 'Acquire::http::Timeout=10', ...packages.names);
    const archives = readdirSync(work).filter((name) => name.endsWith('.deb'));
    const root = join(work, 'root');
    for (const archive of archives) await run(dpkg, '-x', archive, root);
    packages.finish?.(root);
    const { command, environment } = programIn(root, packages);
    await execute(command, [packages.versionFlag], { env: { ...process.env, ...environment } });
    publish(root, destination, packages);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function tool(name: string): string {
  const path = onPath(name);
  if (!path) throw new Error(`${name} is not on the PATH`);
  return path;
}

function publish(root: string, destination: string, packages: DebianPackages): void {
  try {
    renameSync(root, destination);
  } catch (error) {
    // Another process was first.
    if (!isExecutable(programIn(destination, packages).command)) throw error;
  }
}

function programIn(root: string, { program }: DebianPackages): FoundProgram {
  const libraries = join(root, 'usr', 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);
  return { command: join(root, program), environment: { LD_LIBRARY_PATH: libraries } };
}
