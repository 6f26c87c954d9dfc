import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database';
import { leaseSeconds } from './timings';

export type SyncTable = 'mrlearn_sync_configs' | 'mrtest_sync_configs' | 'external_sync_states';

/** How a run ended. @property error for administrators: no value of a record in it */
export interface Ending {
  readonly status: 'succeeded' | 'partly' | 'failed';
  readonly error: string | null;
  readonly count: number;
}

/** The run's lease was gone: it was quiet for too long, or its row was deleted. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * That this run is the only one of its row. No connection is held meanwhile, and a process that dies needs not be
 * noticed: the lease runs out, and the same job, taken over by another process, has it at once. Whatever is stored goes
 * through `store`, which does nothing for a run that has lost its lease.
 */
export class Lease {
  private constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly table: SyncTable,
    private readonly id: string,
    private readonly token: string,
    /** By the database's clock. */
    readonly takenAt: Date,
  ) {}

  /** Undefined where another job has it, or there is no such row. */
  static async take(
    database: Pick<Database, 'query'>,
    table: SyncTable,
    id: string,
    jobId: string,
  ): Promise<Lease | undefined> {
    const token = randomUUID();
    const [taken] = await database.query<{ takenAt: Date }>(
      `UPDATE ${table}
       SET "leaseUntil" = now() + make_interval(secs => ${leaseSeconds}), "leaseJob" = $2, "leaseToken" = $3,
         "lastRunAt" = now(), "lastStatus" = 'running', "lastError" = NULL, "lastCount" = NULL
       WHERE id = $1 AND ("leaseUntil" IS NULL OR "leaseUntil" < now() OR "leaseJob" = $2)
       RETURNING "lastRunAt" AS "takenAt"`,
      [id, jobId, token],
    );
    return taken && new Lease(database, table, id, token, taken.takenAt);
  }

  /**
   * Sends an INSERT that reads `record` with the given columns, and keeps the lease; all in one statement.
   *
   * @throws LeaseLost when nothing was stored
   */
  async store(insert: StoredRecords, records: readonly unknown[]): Promise<void> {
    const [row] = await this.database.query<{ held: boolean }>(
      `WITH held AS (
         UPDATE ${this.table} SET "leaseUntil" = now() + make_interval(secs => ${leaseSeconds})
         WHERE id = $1 AND "leaseToken" = $2 RETURNING 1
       ), stored AS (
         INSERT INTO ${insert.into} (${insert.columns})
         SELECT ${insert.values ?? insert.columns} FROM held, jsonb_to_recordset($3::jsonb) AS record(${insert.record})
         ON CONFLICT (${insert.key}) DO UPDATE SET ${insert.update}
       )
       SELECT EXISTS (SELECT FROM held) AS held`,
      [this.id, this.token, JSON.stringify(records)],
    );
    if (!row?.held) throw new LeaseLost('Another run has taken over, or the configuration was deleted');
  }

  /** Gives the lease back; nothing happens where it was lost. */
  async end({ status, error, count }: Ending): Promise<void> {
    await this.database.query(
      `UPDATE ${this.table}
       SET "leaseUntil" = NULL, "leaseJob" = NULL, "leaseToken" = NULL,
         "lastStatus" = $3, "lastError" = $4, "lastCount" = $5
       WHERE id = $1 AND "leaseToken" = $2`,
      [this.id, this.token, status, error, count],
    );
  }
}

/** Where records go, as parts of an INSERT. Constants of the code only. */
export interface StoredRecords {
  readonly into: string;
  /** Of a record, with its types, as it comes from the other side. */
  readonly record: string;
  readonly columns: string;
  /** @default - the record's own */
  readonly values?: string;
  readonly key: string;
  readonly update: string;
}
