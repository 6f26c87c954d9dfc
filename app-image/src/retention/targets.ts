import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Environment } from '../config/contract';

/** What has days of its own, and a folder of its own in the archive. */
export type Category = 'logs' | 'analytics';

/** A folder whose files are pruned. */
export interface Target {
  readonly category: Category;
  /** Absolute. */
  readonly folder: string;
  /** Files whose last change is older are past their days. */
  readonly days: number;
  /** Below the category's folder in the archive. */
  readonly label: string;
}

export const contains = (outer: string, inner: string): boolean => {
  const path = relative(outer, inner);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path));
};

/**
 * The configured folders, absolute, each once.
 *
 * @throws where one cannot be meant: it holds the service itself, lies in the archive, or has two categories
 */
export function targetsOf(environment: Environment, workingFolder: string): Target[] {
  const archive = archiveOf(environment, workingFolder);
  const categories: readonly [Category, readonly string[], number][] = [
    ['logs', environment.DATA_RETENTION_LOG_PATHS, environment.DATA_RETENTION_LOG_DAYS],
    ['analytics', environment.DATA_RETENTION_ANALYTICS_PATHS, environment.DATA_RETENTION_ANALYTICS_DAYS],
  ];
  const targets = new Map<string, Target>();
  for (const [category, paths, days] of categories)
    for (const path of paths) {
      const folder = resolve(workingFolder, path);
      const known = targets.get(folder);
      if (known && known.category !== category)
        throw new Error(`${folder} is a folder of ${known.category} and of ${category}; take it out of one of them`);
      if (contains(folder, workingFolder))
        throw new Error(
          `${folder} holds ${workingFolder}, where the service runs; name the folder of ${category} in it`,
        );
      if (contains(archive, folder))
        throw new Error(`${folder} lies in the archive ${archive}, which is not pruned; move one of them`);
      targets.set(folder, { category, folder, days, label: labelOf(folder, workingFolder) });
    }
  return [...targets.values()];
}

export const archiveOf = ({ DATA_RETENTION_ARCHIVE_DIR: folder }: Environment, workingFolder: string): string =>
  resolve(workingFolder, folder);

/** Two folders of one category must not meet in the archive. */
const labelOf = (folder: string, workingFolder: string): string =>
  contains(workingFolder, folder) ? relative(workingFolder, folder) : join(...folder.split(sep));
