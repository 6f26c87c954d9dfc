import type { Handlers } from '../queues/handlers';
import { batch, type PruneProps, pruneRows, signIns } from './old-rows';

/** One without a status is from before there was the column. As the index `slots_unbooked` has it. */
const past = `(status = 'open' OR status IS NULL) AND "studentId" IS NULL AND "endsAt" < now()`;

/** One that is being booked at this moment is left alone: it is booked, or found by the next run. */
export const expire = `
  UPDATE slots SET status = 'expired'
  WHERE id IN (SELECT id FROM slots WHERE ${past} LIMIT ${batch} FOR UPDATE SKIP LOCKED) RETURNING 1`;

export function cleanupHandlers(props: PruneProps): Handlers<'cleanup'> {
  const { environment, database } = props;

  /** In batches, so that it can end at any moment and go on later. */
  async function expireSlots(): Promise<number> {
    if (environment.DRY_RUN) {
      const statement = `SELECT count(*)::int AS count FROM slots WHERE ${past}`;
      const [row] = await database.read<{ count: number }>(statement);
      return row?.count ?? 0;
    }
    let expired = 0;
    for (;;) {
      const rows = await database.query(expire);
      expired += rows.length;
      if (rows.length < batch) return expired;
    }
  }

  return {
    'expired-slots': async (_nothing, { log }) => {
      const expired = await expireSlots();
      if (expired > 0) log.info({ expired, dryRun: environment.DRY_RUN }, 'slots expired that nobody booked');
      return { expired };
    },

    'login-events': async (_nothing, { log }) => {
      const deleted = await pruneRows(props, signIns);
      const olderThanDays = signIns.days(environment);
      log.info({ deleted, olderThanDays, dryRun: environment.DRY_RUN }, 'sign-in records cleaned up');
      return { deleted };
    },
  };
}
