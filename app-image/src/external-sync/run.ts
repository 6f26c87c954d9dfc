import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import type { Logger } from '../log';
import { jobFailure } from '../outgoing/job-failure';
import { type Ending, Lease, LeaseLost, type StoredRecords, type SyncTable } from './lease';
import { type PagedApi, pagesOf } from './pages';

/** What is fetched, and where it goes. */
export interface Sync<Item> {
  readonly api: PagedApi<Item>;
  readonly stored: StoredRecords;
}

export interface Run {
  readonly table: SyncTable;
  readonly id: string;
  readonly jobId: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  /** Once everything is stored, and before the run counts as succeeded. @default - nothing */
  readonly onStored?: (lease: Lease) => Promise<void>;
}

export interface SyncProps {
  readonly environment: Environment;
  readonly database: Pick<Database, 'read' | 'query'>;
}

export type SyncOutcome = { readonly skipped: string } | { readonly stored: number; readonly refused: number };

/** Fetches all pages and stores each as it comes; how it went stands in its row. What was stored stays, and is stored again. */
export async function runSync<Item>(
  { environment, database }: SyncProps,
  { api, stored }: Sync<Item>,
  { table, id, jobId, query, log, onStored }: Run,
): Promise<SyncOutcome> {
  const lease = await Lease.take(database, table, id, jobId);
  if (lease === undefined) return { skipped: 'another run is at work' };
  let count = 0;
  let refused = 0;
  let first: string | undefined;
  try {
    for await (const page of pagesOf(api, environment, query)) {
      await lease.store(stored, page.items);
      count += page.items.length;
      refused += page.refused.length;
      first ??= page.refused[0];
    }
    await onStored?.(lease);
    await lease.end(endingOf(count, refused, first));
  } catch (error) {
    if (error instanceof LeaseLost) return { skipped: error.message };
    await lease
      .end({ status: 'failed', error: (error as Error).message, count })
      // It is away, most likely for the same reason; the lease runs out, or this very job has it again.
      .catch(({ message }: Error) => log.warn({ reason: message }, 'the state of a synchronisation was not stored'));
    throw jobFailure(error);
  }
  if (refused > 0) log.warn({ refused, first }, 'records were left out');
  log.info({ stored: count }, 'synchronised');
  return { stored: count, refused };
}

const endingOf = (count: number, refused: number, first: string | undefined): Ending =>
  refused === 0
    ? { status: 'succeeded', error: null, count }
    : { status: 'partly', error: `${refused} records were left out, the first one for ${first}`, count };
