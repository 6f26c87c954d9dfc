import { AsyncResource } from 'node:async_hooks';
import type { Database } from '../database/database';
import { isUnavailable } from '../database/unavailable';
import type { RawLead } from './entities';

/** Of one statement; what comes in one turn of the event loop is rarely more. */
const batch = 100;

export interface NewLead extends Omit<RawLead, 'vendorId' | 'createdAt'> {
  readonly vendorId: string;
  /** With the hash, in hexadecimal, of what it stands for. Null where the vendor gave none. */
  readonly key: string | null;
  readonly bodyHash: string | null;
}

const columns = 'id, "vendorId", name, email, phone, "courseInterest", source, campaign, utm, custom';

/**
 * One statement, so that no half of a lead is ever there. Whoever brings a key second waits for the first one's end; in
 * one order always, as two statements that take the same keys the other way round would wait for each other.
 */
const insert = `
  WITH given AS (
    SELECT * FROM json_to_recordset($1::json) AS lead (
      id uuid, "vendorId" uuid, key text, "bodyHash" text, name text, email text, phone text, "courseInterest" text,
      source text, campaign text, utm jsonb, custom jsonb
    )
  ), request AS (
    INSERT INTO vendor_lead_requests ("vendorId", key, "bodyHash", "leadId")
    SELECT "vendorId", key, decode("bodyHash", 'hex'), id FROM given WHERE key IS NOT NULL ORDER BY "vendorId", key
    ON CONFLICT DO NOTHING RETURNING "leadId"
  ), lead AS (
    INSERT INTO raw_leads (${columns})
    SELECT ${columns} FROM given WHERE key IS NULL OR id IN (SELECT "leadId" FROM request)
    ON CONFLICT (id) DO NOTHING RETURNING id
  ), enrolment AS (
    INSERT INTO leads_to_enrol ("leadId") SELECT id FROM lead
  )
  SELECT "leadId" FROM request`;

interface Waiting {
  readonly lead: NewLead;
  readonly resolve: (isFirst: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores leads, with one statement for all of one turn of the event loop: a statement for each would double what
 * a lead costs.
 *
 * It goes through `read`, though it writes: with the ids decided before, to send it again changes nothing, so that a
 * connection that breaks costs no lead. And `read` prepares it.
 */
export class LeadWriter {
  /** A trace of one request must not show what is done for many. */
  private readonly outside = new AsyncResource('LeadWriter');
  private waiting: Waiting[] = [];

  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** @returns false where the vendor used its key before: nothing was stored then */
  store(lead: NewLead): Promise<boolean> {
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ lead, resolve, reject }) > 1) return;
      this.outside.runInAsyncScope(() => setImmediate(() => this.flush()));
    });
  }

  private flush(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let start = 0; start < all.length; start += batch) void this.write(all.slice(start, start + batch));
  }

  /** Never rejects. */
  private async write(some: readonly Waiting[]): Promise<void> {
    try {
      const leads = some.map(({ lead }) => lead);
      const rows = await this.database.read<{ leadId: string }>(insert, [JSON.stringify(leads)]);
      const first = new Set(rows.map(({ leadId }) => leadId));
      for (const { lead, resolve } of some) resolve(lead.key === null || first.has(lead.id));
    } catch (error) {
      // The platform's table may refuse one of them, for which the others must not suffer.
      if (some.length > 1 && !isUnavailable(error)) await Promise.all(some.map((one) => this.write([one])));
      else for (const { reject } of some) reject(error);
    }
  }
}
