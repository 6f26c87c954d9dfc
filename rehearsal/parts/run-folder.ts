import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerEngine } from './container-engine';
import { listProcesses, startOf } from './process-table';

const PREFIX = 'mr-mentor-rehearsal-';
const OWNER = 'run.json';

/** Of a container: the run that it belongs to. */
export const RUN_LABEL = 'mr-mentor.rehearsal';

/** The folder of one rehearsal. Its processes are named for it, so that they are found if they outlive it. */
export interface RunFolder {
  readonly path: string;
  /** The folder of what the tasks write. */
  readonly logs: string;
  /** The value of the label of its containers. */
  readonly label: string;
  remove(): void;
}

/** Who a run folder belongs to. */
interface Owner {
  readonly pid: number;
  readonly processStart: string;
  readonly host: string;
  readonly startedAt: number;
}

export interface Leftovers {
  readonly processes: number;
  readonly containers: number;
  readonly folders: number;
}

export function createRunFolder(parent = tmpdir()): RunFolder {
  const path = mkdtempSync(join(realpathSync(parent), PREFIX));
  const { pid } = process;
  const owner: Owner = { pid, processStart: startOf(pid) ?? '', host: hostname(), startedAt: Date.now() };
  writeFileSync(join(path, OWNER), `${JSON.stringify(owner, null, 2)}\n`);
  return { path, logs: join(path, 'tasks'), label: labelOf(path), remove: () => rmSync(path, REMOVED) };
}

/** What a killed process had started may still be writing for a moment. */
const REMOVED = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };

/** An engine may be another machine's too, and folders there have the same names. */
const labelOf = (path: string): string => `${hostname()}:${path}`;

/**
 * Ends and deletes what rehearsals left that were killed. Whatever belongs to one that still runs stays, and so does
 * every process that no rehearsal has named: the one that follows a left log, say.
 */
export async function removeLeftovers(engine?: ContainerEngine, parent = tmpdir()): Promise<Leftovers> {
  const root = realpathSync(parent);
  const abandoned = readdirSync(root)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(root, name))
    .filter(isAbandoned);
  const processes = abandoned.map(endProcesses).reduce((sum, count) => sum + count, 0);
  const containers = engine ? await removeContainers(engine, join(root, PREFIX), abandoned) : 0;
  for (const folder of abandoned) rmSync(folder, REMOVED);
  return { processes, containers, folders: abandoned.length };
}

function isAbandoned(folder: string): boolean {
  const owner = ownerOf(folder);
  return owner !== undefined && owner.host === hostname() && startOf(owner.pid) !== owner.processStart;
}

/** @returns undefined if nobody says so: the folder of somebody else, or one that is just being made */
function ownerOf(folder: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER), 'utf8'));
  } catch {
    return undefined;
  }
}

function endProcesses(folder: string): number {
  const left = listProcesses().filter(({ name }) => name.startsWith(`${folder}/`));
  return left.filter(({ pid }) => {
    try {
      // With what it has started: each is the first of a group.
      return process.kill(-pid, 'SIGKILL');
    } catch {
      return false;
    }
  }).length;
}

async function removeContainers(
  engine: ContainerEngine,
  prefix: string,
  abandoned: readonly string[],
): Promise<number> {
  const ours = (value: string) => value.startsWith(labelOf(prefix));
  const left = (await engine.labelled(RUN_LABEL)).filter(({ value }) => {
    const folder = value.slice(labelOf('').length);
    // Without a folder: whoever deleted that did not see its containers.
    return ours(value) && (abandoned.includes(folder) || !existsSync(folder));
  });
  await Promise.all(left.map(({ name }) => engine.remove(name)));
  return left.length;
}
