import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import type { Handlers } from '../queues/handlers';

/** Small enough that no other statement waits for one. */
const batch = 5_000;

export interface CleanupProps {
  readonly environment: Environment;
  readonly database: Pick<Database, 'query'>;
}

export function cleanupHandlers({ environment, database }: CleanupProps): Handlers<'cleanup'> {
  return {
    'expired-slots': async () => ({}),

    /** In batches, so that it can end at any moment and go on later. */
    'login-events': async (_nothing, { log }) => {
      const days = environment.DATA_RETENTION_LOG_DAYS;
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
    },
  };
}
