import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../database/database';
import { HttpError } from '../http/errors';
import type { LeadBody } from './lead-body';
import { LeadWriter } from './lead-writer';
import type { Vendor } from './vendor-keys';

const earlier = 'SELECT "leadId", "bodyHash" FROM vendor_lead_requests WHERE "vendorId" = $1 AND key = $2';

export interface StoredLead {
  readonly leadId: string;
  /** This key has brought this lead before. */
  readonly duplicate: boolean;
}

/** What vendors bring in. A lead that is stored waits for a scan of the workflows from that moment on. */
export class Leads {
  private readonly writer: LeadWriter;

  constructor(private readonly database: Pick<Database, 'read'>) {
    this.writer = new LeadWriter(database);
  }

  /**
   * @param key without one, every call stores a lead: two people may share a name and a phone
   * @throws HttpError 409 when the vendor used the key for something else
   */
  async store(vendor: Vendor, lead: LeadBody, key: string | undefined): Promise<StoredLead> {
    const id = randomUUID();
    const bodyHash = key === undefined ? null : createHash('sha256').update(JSON.stringify(lead)).digest('hex');
    const isFirst = await this.writer.store({
      id,
      vendorId: vendor.id,
      key: key ?? null,
      bodyHash,
      name: lead.name,
      email: lead.email ?? null,
      phone: lead.phone ?? null,
      courseInterest: lead.courseInterest ?? null,
      source: lead.source ?? vendor.name,
      campaign: lead.campaign ?? null,
      utm: lead.utm ?? null,
      custom: lead.custom ?? null,
    });
    if (isFirst || key === undefined) return { leadId: id, duplicate: false };
    const leadId = await this.earlier(vendor, key, bodyHash);
    return { leadId, duplicate: leadId !== id };
  }

  private async earlier(vendor: Vendor, key: string, bodyHash: string | null): Promise<string> {
    const [request] = await this.database.read<{ leadId: string; bodyHash: Buffer }>(earlier, [vendor.id, key]);
    // It was there a moment ago.
    if (request === undefined)
      throw new HttpError(503, 'UNAVAILABLE', 'The record of this Idempotency-Key has just expired: send it again');
    if (request.bodyHash.toString('hex') !== bodyHash)
      throw new HttpError(
        409,
        'IDEMPOTENCY_KEY_REUSED',
        'This Idempotency-Key came with another body before: repeat a request unchanged, and give a new lead a new key',
      );
    return request.leadId;
  }
}
