import { pruneFiles } from '../../src/retention/prune';
import { captureLog, environmentOf } from '../database/environment';
import type { Folder } from './folder';

export interface Pruning {
  readonly variables?: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** Prunes with the site as the working folder, and no variables but these. */
export async function pruneIn(site: Folder, { variables = {}, ...options }: Pruning = {}) {
  const log = captureLog();
  const environment = environmentOf({ ...variables });
  const summary = await pruneFiles({ environment, log: log.log, workingFolder: site.path, ...options });
  const lines = log
    .text()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { summary, lines };
}
