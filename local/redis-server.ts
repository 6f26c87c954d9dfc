import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable, named, onPath } from './executable';

const execute = promisify(execFile);

const CACHE = join(__dirname, '..', 'node_modules', '.cache', 'mr-mentor-infra', 'redis');
/** redis-tools holds the server itself, as redis-check-rdb: it is one program that looks at its own name. */
const PACKAGES = ['redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
const DOWNLOAD_WITHIN_MS = 60_000;

export interface RedisServer {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The machine's own Redis, or else Debian's, unpacked without being installed.
 *
 * @throws with what was tried and how to install one.
 */
export async function findRedisServer(cache = CACHE): Promise<RedisServer> {
  const own = named('REDIS_SERVER') ?? onPath('redis-server');
  if (own) return { command: own, environment: {} };
  const unpacked = join(cache, `${process.platform}-${process.arch}`);
  try {
    if (!isExecutable(serverIn(unpacked).command)) await unpackDebianPackages(cache, unpacked);
    return serverIn(unpacked);
  } catch (error) {
    throw new Error(
      [
        'There is no Redis server on this machine. Tried:',
        '  - REDIS_SERVER: not set',
        '  - redis-server: not on the PATH',
        `  - unpacking ${PACKAGES.join(', ')}: ${reason(error)}`,
        'Install it (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis),',
        'or set REDIS_SERVER to the path of one.',
      ].join('\n'),
    );
  }
}

/** Made aside and renamed, so that whoever looks finds all of it or nothing. */
async function unpackDebianPackages(cache: string, destination: string): Promise<void> {
  const [aptGet, dpkg] = [tool('apt-get'), tool('dpkg')];
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'unpacking-'));
  try {
    const run = (command: string, ...args: string[]) =>
      execute(command, args, { cwd: work, timeout: DOWNLOAD_WITHIN_MS });
    await run(aptGet, 'download', '--quiet', '-o', 'Acquire::http::Timeout=10', ...PACKAGES);
    const archives = readdirSync(work).filter((name) => name.endsWith('.deb'));
    const root = join(work, 'root');
    for (const archive of archives) await run(dpkg, '-x', archive, root);
    symlinkSync('redis-check-rdb', join(root, 'usr', 'bin', 'redis-server'));
    const { command, environment } = serverIn(root);
    await execute(command, ['--version'], { env: { ...process.env, ...environment } });
    publish(root, destination);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function tool(name: string): string {
  const path = onPath(name);
  if (!path) throw new Error(`${name} is not on the PATH`);
  return path;
}

function publish(root: string, destination: string): void {
  try {
    renameSync(root, destination);
  } catch (error) {
    // Another process was first.
    if (!isExecutable(serverIn(destination).command)) throw error;
  }
}

function serverIn(root: string): RedisServer {
  const libraries = join(root, 'usr', 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);
  return { command: join(root, 'usr', 'bin', 'redis-server'), environment: { LD_LIBRARY_PATH: libraries } };
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split('\n').join('\n    ');
}
