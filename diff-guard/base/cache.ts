import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** Days that something of the cache is kept after its last use. */
const keptDays = 14;

/** A folder of things that are made once and never changed, shared by all runs on this machine. */
export interface Cache {
  /** The folder of this name, made by `make` unless it is there. Made aside and renamed: whole or not there. */
  readonly get: (name: string, make: (folder: string) => Promise<void>) => Promise<string>;
  /** A folder for the time being, removed when `use` has ended. */
  readonly aside: <T>(use: (folder: string) => Promise<T>) => Promise<T>;
}

export function openCache(directory: string): Cache {
  mkdirSync(directory, { recursive: true });
  removeOld(directory);

  const aside = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
    // The process is in the name, so that a later run knows what a killed one has left.
    const folder = mkdtempSync(join(directory, `making-${process.pid}-`));
    try {
      return await use(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const get = async (name: string, make: (folder: string) => Promise<void>): Promise<string> => {
    const destination = join(directory, name);
    if (existsSync(destination)) {
      const now = new Date();
      utimesSync(destination, now, now);
      return destination;
    }
    return aside(async (folder) => {
      const made = join(folder, 'made');
      mkdirSync(made);
      await make(made);
      try {
        renameSync(made, destination);
      } catch (error) {
        // Another run was first, and made the same.
        if (!existsSync(destination)) throw error;
      }
      return destination;
    });
  };
  return { get, aside };
}

/** What killed runs left, and what nobody has used for long. */
function removeOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const [, pid] = /^making-(\d+)-/.exec(name) ?? [];
    const old = () => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > keptDays * 86_400_000;
    if (pid === undefined ? old() : !isRunning(Number(pid))) rmSync(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
