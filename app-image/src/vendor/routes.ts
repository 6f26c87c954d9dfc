import { Router } from 'express';
import type { Database } from '../database/database';
import { parse } from '../http/errors';
import type { Logger } from '../log';
import type { JobQueues } from '../queues/job-queues';
import { idempotencyKey, leadBody } from './lead-body';
import { Leads } from './leads';
import { ScanRequests } from './scan-requests';
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
  const scans = new ScanRequests(jobQueues, log);
  const router = Router();

  router.post('/leads', async (request, response) => {
    const vendor = await vendorKeys.vendorOf(request.get('x-api-key'));
    const { 'Idempotency-Key': key } = parse(idempotencyKey, { 'Idempotency-Key': request.get('idempotency-key') });
    const stored = await leads.store(vendor, parse(leadBody, request.body ?? {}), key);
    // A repeated request must not bring an old lead into workflows that are younger than it.
    if (!stored.duplicate) scans.ask(stored.leadId);
    response.json({ success: true, data: stored });
  });

  return router;
}
