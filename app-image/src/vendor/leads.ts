import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../database/database';
import { HttpError } from '../http/errors';
import type { LeadBody } from './lead-body';
import type { Vendor } from './vendor-keys';

const leadColumns = 'id, "vendorId", name, email, phone, "courseInterest", source, campaign, utm, custom';
const leadValues = '$1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb';

const insert = `
  WITH lead AS (
    INSERT INTO raw_leads (${leadColumns}) VALUES (${leadValues}) ON CONFLICT (id) DO NOTHING RETURNING id
  )
  INSERT INTO leads_to_enrol ("leadId") SELECT id FROM lead`;

/** One statement, so that no half of it is ever there. Whoever comes second waits for the first one's end. */
const insertOnce = `
  WITH request AS (
    INSERT INTO vendor_lead_requests ("vendorId", key, "bodyHash", "leadId") VALUES ($2::uuid, $11, $12, $1::uuid)
    ON CONFLICT DO NOTHING RETURNING "leadId"
  ), lead AS (
    INSERT INTO raw_leads (${leadColumns}) SELECT ${leadValues} FROM request
  ), enrolment AS (
    INSERT INTO leads_to_enrol ("leadId") SELECT "leadId" FROM request
  )
  SELECT "leadId" FROM request`;

const earlier = 'SELECT "leadId", "bodyHash" FROM vendor_lead_requests WHERE "vendorId" = $1 AND key = $2';

export interface StoredLead {
  readonly leadId: string;
  /** This key has brought this lead before. */
  readonly duplicate: boolean;
}

/**
 * What vendors bring in. A lead that is stored waits for a scan of the workflows from that moment on.
 *
 * The statements go through `read`, though they write: with the lead's id decided here, to send one again changes
 * nothing, so that a connection that breaks costs no lead. And `read` prepares them, which halves what they cost.
 */
export class Leads {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /**
   * @param key without one, every call stores a lead: two people may share a name and a phone
   * @throws HttpError 409 when the vendor used the key for something else
   */
  async store(vendor: Vendor, lead: LeadBody, key: string | undefined): Promise<StoredLead> {
    const leadId = randomUUID();
    const values = [leadId, vendor.id, ...valuesOf(lead, vendor)];
    if (key === undefined) {
      await this.database.read(insert, values);
      return { leadId, duplicate: false };
    }
    const bodyHash = createHash('sha256').update(JSON.stringify(lead)).digest();
    const inserted = await this.database.read(insertOnce, [...values, key, bodyHash]);
    if (inserted.length > 0) return { leadId, duplicate: false };
    const storedId = await this.earlier(vendor, key, bodyHash);
    return { leadId: storedId, duplicate: storedId !== leadId };
  }

  private async earlier(vendor: Vendor, key: string, bodyHash: Buffer): Promise<string> {
    const [request] = await this.database.read<{ leadId: string; bodyHash: Buffer }>(earlier, [vendor.id, key]);
    // It was there a moment ago.
    if (request === undefined)
      throw new HttpError(503, 'UNAVAILABLE', 'The record of this Idempotency-Key has just expired: send it again');
    if (!request.bodyHash.equals(bodyHash))
      throw new HttpError(
        409,
        'IDEMPOTENCY_KEY_REUSED',
        'This Idempotency-Key came with another body before: repeat a request unchanged, and give a new lead a new key',
      );
    return request.leadId;
  }
}

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

const valuesOf = ({ name, email, phone, courseInterest, source, campaign, utm, custom }: LeadBody, vendor: Vendor) => [
  ...[name, email ?? null, phone ?? null, courseInterest ?? null],
  ...[source ?? vendor.name, campaign ?? null, json(utm), json(custom)],
];
