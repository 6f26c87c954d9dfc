import type { Environment } from '../config/contract';
import type { Database } from '../database/database';

/** Small enough that no other statement waits for one. */
export const batch = 5_000;

/** Which rows are kept for how long. Constants of the code only: the names go into statements. */
export interface RowRetention {
  readonly table: string;
  /** When a row came to be. */
  readonly time: string;
  readonly days: (environment: Environment) => number;
  readonly because: string;
}

export const signIns: RowRetention = {
  table: 'login_events',
  time: 'occurredAt',
  days: ({ DATA_RETENTION_LOG_DAYS }) => DATA_RETENTION_LOG_DAYS,
  because: 'they are a log, with addresses of people in it',
};

/** Pruned every night; sign-ins are by a job of their own, in cleanup.ts. */
export const oldRows: readonly RowRetention[] = [
  {
    table: 'service_kpis',
    time: 'computedAt',
    days: ({ DATA_RETENTION_ANALYTICS_DAYS }) => DATA_RETENTION_ANALYTICS_DAYS,
    because: 'key figures are analytics',
  },
  {
    table: 'vendor_lead_requests',
    time: 'createdAt',
    days: ({ DATA_RETENTION_LOG_DAYS }) => DATA_RETENTION_LOG_DAYS,
    because: 'a vendor who got no answer asks again within hours; the lead itself stays',
  },
];

export interface PruneProps {
  readonly environment: Environment;
  readonly database: Pick<Database, 'read' | 'query'>;
}

const old = ({ table, time }: RowRetention) => `FROM ${table} WHERE "${time}" < now() - make_interval(days => $1)`;

/** One batch. @param $1 days */
export const pruning = (rule: RowRetention) =>
  `DELETE FROM ${rule.table} WHERE ctid = ANY (ARRAY(SELECT ctid ${old(rule)} LIMIT ${batch})) RETURNING 1`;

/**
 * In batches, so that it can end at any moment and go on later; with DRY_RUN nothing is deleted.
 *
 * @returns how many rows went, or would go
 */
export async function pruneRows({ environment, database }: PruneProps, rule: RowRetention): Promise<number> {
  const parameters = [rule.days(environment)];
  if (environment.DRY_RUN) {
    const [row] = await database.read<{ count: number }>(`SELECT count(*)::int AS count ${old(rule)}`, parameters);
    return row?.count ?? 0;
  }
  const statement = pruning(rule);
  let deleted = 0;
  for (;;) {
    const rows = await database.query(statement, parameters);
    deleted += rows.length;
    if (rows.length < batch) return deleted;
  }
}
