import { Router } from 'express';
import type { Database } from '../database/database';
import { parse } from '../http/errors';
import type { Logger } from '../log';
import { Outage } from '../outage';
import type { JobQueues } from '../queues/job-queues';
import { idempotencyKey, leadBody } from './lead-body';
import { Leads } from './leads';
import type { VendorKeys } from './vendor-keys';

export interface VendorRoutesProps {
  readonly vendorKeys: VendorKeys;
  readonly database: Database;
  readonly jobQueues: JobQueues;
  readonly log: Logger;
}

/** Mounted at /api/v1/vendor. */
export function vendorRoutes({ vendorKeys, database, jobQueues, log }: VendorRoutesProps): Router {
  const leads = new Leads(database);
  const outage = new Outage(log, 'redis is away: new leads wait for the scan that comes every five minutes');

  /** Not waited for: the lead is among those that the next scan looks at, whatever becomes of this job. */
  function scan(leadId: string): void {
    jobQueues
      .add('workflow', 'trigger-scan', { leadId }, { id: `lead-${leadId}` })
      .catch((error: Error) => outage.note(error));
  }

  const router = Router();

  router.post('/leads', async (request, response) => {
    const vendor = await vendorKeys.vendorOf(request.get('x-api-key'));
    const { 'Idempotency-Key': key } = parse(idempotencyKey, { 'Idempotency-Key': request.get('idempotency-key') });
    const stored = await leads.store(vendor, parse(leadBody, request.body ?? {}), key);
    scan(stored.leadId);
    response.json({ success: true, data: stored });
  });

  return router;
}
