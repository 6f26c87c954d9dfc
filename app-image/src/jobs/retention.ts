import { pruneFiles } from '../retention/prune';
import { type JobContext, type JobOutcome, runJob } from './job';

async function prune({ environment, log, signal, dryRun }: JobContext, { now }: { now: boolean }): Promise<JobOutcome> {
  if (!environment.DATA_PRUNING_ENABLED && !now && !dryRun) {
    log.info('pruning is off: DATA_PRUNING_ENABLED is false; --now prunes all the same');
    return { summary: { pruned: false } };
  }
  const { failure, ...counts } = await pruneFiles({ environment, log, signal, dryRun });
  const readings = [
    { name: 'JobBytes', unit: 'Bytes', value: counts.bytes },
    { name: 'MissingFolders', unit: 'Count', value: counts.missing },
  ] as const;
  return { summary: { mode: environment.DATA_RETENTION_MODE, ...counts }, readings, failure };
}

runJob({
  name: 'retention',
  help: `node dist/jobs/retention.js [--now] [--dry-run]

Archives or deletes (DATA_RETENTION_MODE) the log and analytics files past their days. Does nothing unless
DATA_PRUNING_ENABLED is true: try the paths by hand first, with --dry-run and then with --now.
Relative paths are those of the working directory. Symbolic links are not followed; folders stay.

  --now       prune although DATA_PRUNING_ENABLED is false`,
  options: { now: { type: 'boolean' } },
  accept: ({ now }) => ({ now: now === true }),
  run: prune,
});
