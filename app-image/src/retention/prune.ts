import { lstat, realpath, unlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Environment } from '../config/contract';
import type { Logger } from '../log';
import { archiveFile, placeFor } from './archive';
import { archiveOf, type Target, targetsOf } from './targets';
import { filesBelow } from './walk';

const dayMs = 24 * 60 * 60 * 1000;

export interface PruneOptions {
  readonly environment: Environment;
  readonly log: Logger;
  /** Logs what would be done, a line for each file, and does nothing. @default false */
  readonly dryRun?: boolean;
  /** Ends the run after the file that is at work. @default - it runs to its end */
  readonly signal?: AbortSignal;
  /** What relative paths are relative to. @default - the process's own */
  readonly workingFolder?: string;
}

export interface PruneSummary {
  /** Regular files that were looked at. */
  readonly scanned: number;
  /** Those past their days. */
  readonly eligible: number;
  readonly archived: number;
  readonly deleted: number;
  /** Of what was archived or deleted, or would be. */
  readonly bytes: number;
  /** Folders that are configured and not there. */
  readonly missing: number;
  /** Files and folders that something went wrong with. */
  readonly failed: number;
  /** Why the run counts as failed although the rest of it was done. */
  readonly failure: string | undefined;
}

/**
 * Archives or deletes, by the `DATA_RETENTION_` variables, the files past their days. One that fails does not stop the
 * others. A second run finds what a first one left, so it may be broken off and run twice.
 *
 * @throws where the configured folders cannot be meant, before anything is done
 */
export async function pruneFiles(options: PruneOptions): Promise<PruneSummary> {
  const { environment, workingFolder = process.cwd() } = options;
  const targets = targetsOf(environment, workingFolder);
  const run = new Run(options, targets, archiveOf(environment, workingFolder));
  for (const target of targets) await run.prune(target);
  return run.summary();
}

class Run {
  private readonly counts = { scanned: 0, eligible: 0, archived: 0, deleted: 0, bytes: 0, missing: 0, failed: 0 };
  private readonly startedAt = Date.now();
  private readonly skip: ReadonlySet<string>;

  constructor(
    private readonly options: PruneOptions,
    targets: readonly Target[],
    private readonly archive: string,
  ) {
    // A target inside of another one has its own days.
    this.skip = new Set([archive, ...targets.map(({ folder }) => folder)]);
  }

  async prune(target: Target): Promise<void> {
    const { log, signal } = this.options;
    if (!(await this.isThere(target))) return;
    const folder = await realpath(target.folder);
    const skip = new Set(await Promise.all(Array.from(this.skip, (path) => realpath(path).catch(() => path))));
    skip.delete(folder);
    const onFailure = (path: string, { message }: Error) => this.fail(path, message);
    for await (const file of filesBelow({ folder, skip, onFailure })) {
      if (signal?.aborted) break;
      await this.take(target, folder, file).catch((error: NodeJS.ErrnoException) => {
        // Somebody else took it away; another run, say.
        if (error.code !== 'ENOENT') onFailure(file, error);
      });
    }
    log.debug({ folder, category: target.category }, 'folder pruned');
  }

  summary(): PruneSummary {
    const { environment, log, signal } = this.options;
    const { missing, failed } = this.counts;
    const threshold = environment.DATA_RETENTION_MISSING_PATH_ALERT_THRESHOLD;
    const policy = environment.DATA_RETENTION_MISSING_PATH_POLICY;
    // To ignore them is to ignore many of them, too.
    if (missing >= threshold && policy !== 'ignore')
      log.error({ missing, threshold }, 'many folders of the retention are missing; check the paths and the mounts');
    const reasons = [
      ...(failed > 0 ? [`files or folders that could not be handled: ${failed}`] : []),
      ...(missing > 0 && policy === 'fail' ? [`missing folders: ${missing}`] : []),
      ...(signal?.aborted ? ['it was broken off'] : []),
    ];
    return { ...this.counts, failure: reasons.length > 0 ? reasons.join('; ') : undefined };
  }

  private async isThere({ folder, category }: Target): Promise<boolean> {
    const { environment, log } = this.options;
    try {
      const stats = await lstat(folder);
      if (stats.isDirectory()) return true;
      this.fail(folder, stats.isSymbolicLink() ? 'a symbolic link; name the folder itself' : 'not a folder');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.fail(folder, message);
      else {
        this.counts.missing += 1;
        const level = { warn: 'warn', fail: 'error', ignore: 'debug' } as const;
        log[level[environment.DATA_RETENTION_MISSING_PATH_POLICY]]({ folder, category }, 'folder is missing');
      }
    }
    return false;
  }

  private async take(target: Target, folder: string, file: string): Promise<void> {
    const { environment, log, dryRun = false } = this.options;
    const stats = await lstat(file);
    this.counts.scanned += 1;
    if (!stats.isFile() || this.startedAt - stats.mtimeMs <= target.days * dayMs) return;
    this.counts.eligible += 1;
    if (environment.DATA_RETENTION_MODE === 'delete') {
      if (dryRun) log.info({ file, bytes: stats.size }, 'would delete');
      else {
        await unlink(file);
        this.counts.deleted += 1;
      }
    } else {
      const place = await placeFor(
        file,
        stats,
        join(this.archive, target.category, target.label, relative(folder, file)),
      );
      if (dryRun) log.info({ file, to: place, bytes: stats.size }, 'would archive');
      else {
        await archiveFile(file, stats, place);
        this.counts.archived += 1;
      }
    }
    this.counts.bytes += stats.size;
  }

  private fail(path: string, reason: string): void {
    this.counts.failed += 1;
    this.options.log.warn({ path, reason }, 'not pruned');
  }
}
