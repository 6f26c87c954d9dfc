import type { Processor } from 'bullmq';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import type { Logger } from '../log';

/** Small enough that no other statement waits for one. */
const batch = 5_000;

/** Deletes sign-in records that are too old, in batches, so that it can end at any moment and go on later. */
export function cleanupProcessor(environment: Environment, database: Database, log: Logger): Processor {
  const days = environment.DATA_RETENTION_LOG_DAYS;
  return async () => {
    let deleted = 0;
    for (;;) {
      const rows = await database.query(
        `DELETE FROM login_events WHERE id IN (
           SELECT id FROM login_events WHERE "occurredAt" < now() - make_interval(days => $1) LIMIT ${batch}
         ) RETURNING 1`,
        [days],
      );
      deleted += rows.length;
      if (rows.length < batch) break;
    }
    log.info({ deleted, olderThanDays: days }, 'sign-in records cleaned up');
    return { deleted };
  };
}
