import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable, named, onPath } from './executable';
import { itemOf } from './failed-program';
import type { Program } from './server-process';

const execute = promisify(execFile);

/** For whoever goes without it, to say how to have it. */
export const INSTALL_MOTO = "pip install 'moto[server]'";

/** A part of what `moto[server]` asks for, most of which only other services of AWS need. */
export const MOTO_PACKAGES = ['moto[s3]==5.2.1', 'flask==3.1.3', 'flask-cors==6.0.2'];
const CACHE = join(__dirname, '..', 'node_modules', '.cache', 'mr-mentor-infra', 'moto');
const DOWNLOAD_WITHIN_MS = 300_000;

export interface MotoServer extends Program {
  readonly environment: Readonly<Record<string, string>>;
}

/** The machine's own moto, or the one that has been put into the cache. Downloads nothing. */
export function findMoto(cache = CACHE): MotoServer | undefined {
  const own = named('MOTO_SERVER') ?? onPath('moto_server');
  return own ? { command: own, args: [], environment: {} } : serverIn(rootIn(cache));
}

/** @throws with how to install it, if there is none. */
export function installedMoto(cache = CACHE): MotoServer {
  const found = findMoto(cache);
  if (found) return found;
  throw new Error(
    `There is no moto_server: MOTO_SERVER is not set, and none is on the PATH. Install it: ${INSTALL_MOTO}`,
  );
}

/**
 * The machine's own, or else one of the Python package index, which is put into the cache and installed nowhere.
 *
 * @throws with what was tried and how to install one.
 */
export async function provisionMoto(cache = CACHE): Promise<MotoServer> {
  const found = findMoto(cache);
  if (found) return found;
  try {
    return await fillCache(cache);
  } catch (error) {
    throw new Error(
      [
        'There is no moto on this machine, which stands for S3 and Secrets Manager. Tried:',
        '  - MOTO_SERVER: not set',
        '  - moto_server: not on the PATH',
        `  - pip, for ${MOTO_PACKAGES.join(', ')}: ${itemOf(error)}`,
        `Install it (pipx install 'moto[server]'), or what pip needs to be run here`,
        '(Debian, Ubuntu: sudo apt-get install python3-pip; macOS: brew install python),',
        'or set MOTO_SERVER to the path of a moto_server.',
      ].join('\n'),
    );
  }
}

/** Made aside and renamed, so that whoever looks finds all of it or nothing. */
async function fillCache(cache: string): Promise<MotoServer> {
  const python = onPath('python3');
  if (!python) throw new Error('python3 is not on the PATH');
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'installing-'));
  try {
    // What people have configured for their own packages, such as --user, does not go with a folder of its own.
    const env = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
    const run = (...args: string[]) => execute(python, args, { cwd: work, env, timeout: DOWNLOAD_WITHIN_MS });
    const root = join(work, 'root');
    await run(
      ...['-m', 'pip', 'install', '--quiet', '--no-input', '--target', root],
      // Without a compiler, which a laptop may lack.
      ...['--only-binary', ':all:', ...MOTO_PACKAGES],
    );
    const { stdout } = await run('-c', 'import sys; print(sys.executable)');
    symlinkSync(stdout.trim(), join(root, 'python3'));
    const made = serverIn(root);
    if (!made) throw new Error('what pip has installed lacks moto');
    await execute(made.command, [...made.args, '--help'], { env: { ...process.env, ...made.environment } });
    return publish(root, rootIn(cache));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function publish(root: string, destination: string): MotoServer {
  // One of a Python that has been removed since is in the way.
  if (!serverIn(destination)) rmSync(destination, { recursive: true, force: true });
  try {
    renameSync(root, destination);
  } catch (error) {
    // Another process was first.
    if (!serverIn(destination)) throw error;
  }
  const published = serverIn(destination);
  if (!published) throw new Error(`${destination} is incomplete; delete it`);
  return published;
}

const rootIn = (cache: string) => join(cache, `${process.platform}-${process.arch}-${MOTO_PACKAGES[0]}`);

/** Beside the packages lies a link to the Python that they are for. */
function serverIn(root: string): MotoServer | undefined {
  const python = join(root, 'python3');
  if (!isExecutable(python) || !existsSync(join(root, 'moto', 'server.py'))) return undefined;
  return { command: realpathSync(python), args: ['-m', 'moto.server'], environment: { PYTHONPATH: root } };
}
