import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import type { Handlers } from '../queues/handlers';
import { pruneFiles } from '../retention/prune';
import { backfills as allBackfills, type Backfill, runBackfill } from './backfills';
import { each } from './each';
import { oldRows, pruneRows, type RowRetention } from './old-rows';

export interface DatabaseWorkProps {
  readonly environment: Environment;
  readonly database: Pick<Database, 'read' | 'query'>;
  /** @default - those of the service */
  readonly retention?: readonly RowRetention[];
  /** @default - those of the service */
  readonly backfills?: readonly Backfill[];
}

export function databaseHandlers(props: DatabaseWorkProps): Handlers<'database'> {
  const { environment, database, retention = oldRows, backfills = allBackfills } = props;
  const dryRun = environment.DRY_RUN;

  return {
    'prune-old-rows': (_nothing, { log }) => {
      const rules = retention.map((rule) => [rule.table, rule] as const);
      return each(rules, log, async (rule) => {
        const deleted = await pruneRows(props, rule);
        log.info({ table: rule.table, deleted, olderThanDays: rule.days(environment), dryRun }, 'old rows pruned');
        return deleted;
      });
    },

    'application-backfill': async (_nothing, { log }) => {
      // What would change shows only in doing it.
      if (dryRun) return { skipped: 'DRY_RUN is on' };
      const named = backfills.map((backfill) => [backfill.name, backfill] as const);
      return each(named, log, async (backfill) => {
        const changed = (await runBackfill(database, backfill)) ?? 0;
        if (changed > 0) log.info({ backfill: backfill.name, changed }, 'rows filled');
        return changed;
      });
    },

    /** Of this process's own disk; the scheduled job of the same name prunes that of its own task. */
    'prune-files': async (_nothing, { log }) => {
      const { failure, ...counts } = await pruneFiles({ environment, log, dryRun });
      log.info({ ...counts, mode: environment.DATA_RETENTION_MODE, dryRun }, 'old files pruned');
      if (failure !== undefined) throw new Error(failure);
      return counts;
    },
  };
}
