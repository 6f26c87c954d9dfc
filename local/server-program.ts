import { join } from 'node:path';
import { type DebianPackages, unpackedProgram } from './debian-packages';
import { type FoundProgram, named, onPath } from './executable';
import { itemOf } from './failed-program';

const CACHE = join(__dirname, '..', 'node_modules', '.cache', 'mr-mentor-infra');

export interface WantedServer {
  /** `Redis server`, for people. */
  readonly name: string;
  /** `redis-server`, as a shell calls it. */
  readonly command: string;
  /** That may name another one. */
  readonly variable: string;
  readonly packages: DebianPackages;
  /** `Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis` */
  readonly install: string;
}

/**
 * The machine's own server, or else Debian's, unpacked without being installed.
 *
 * @throws with what was tried and how to install one.
 */
export async function findServerProgram(
  { name, command, variable, packages, install }: WantedServer,
  cache = join(CACHE, command),
): Promise<FoundProgram> {
  const own = named(variable) ?? onPath(command);
  if (own) return { command: own, environment: {} };
  try {
    return await unpackedProgram(packages, cache);
  } catch (error) {
    throw new Error(
      [
        `There is no ${name} on this machine. Tried:`,
        `  - ${variable}: not set`,
        `  - ${command}: not on the PATH`,
        `  - unpacking ${packages.names.join(', ')}: ${itemOf(error)}`,
        `Install it (${install}),`,
        `or set ${variable} to the path of one.`,
      ].join('\n'),
    );
  }
}
