import { opendir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

export interface WalkProps {
  readonly folder: string;
  /** Absolute; neither entered nor named. */
  readonly skip: ReadonlySet<string>;
  /** A folder that cannot be read; the walk goes on. */
  onFailure(path: string, error: Error): void;
}

/**
 * Every regular file below a folder, one folder open at a time and one file in memory. Symbolic links are neither
 * followed nor named, so that nothing outside of the folder is reached.
 */
export async function* filesBelow({ folder, skip, onFailure }: WalkProps): AsyncGenerator<string> {
  const folders = [folder];
  for (let current = folders.pop(); current !== undefined; current = folders.pop()) {
    try {
      // Where somebody put a link in its place since it was named.
      if ((await realpath(current)) !== current) continue;
      for await (const entry of await opendir(current)) {
        const path = join(current, entry.name);
        if (entry.isFile()) yield path;
        else if (entry.isDirectory() && !skip.has(path)) folders.push(path);
      }
    } catch (error) {
      // Gone meanwhile is as good as pruned.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onFailure(current, error as Error);
    }
  }
}
