import { Router } from 'express';
import { z } from 'zod';
import type { Environment } from '../config/contract';
import { parse } from '../http/errors';
import type { Guards } from '../identity/guards';
import { administrators } from '../identity/roles';
import type { Logger } from '../log';
import { invoiceKey, invoiceUrl } from './invoices';
import type { Storage } from './storage';

export interface InvoiceRoutesProps {
  readonly environment: Environment;
  readonly storage: Storage;
  readonly guards: Guards;
  readonly log: Logger;
}

/** Mounted at /api/uploads/invoices. Finance works with the role ADMIN: the platform has none of its own for it. */
export function invoiceRoutes({ environment, storage, guards, log }: InvoiceRoutesProps): Router {
  const query = z.strictObject({ key: invoiceKey(environment.GLOBAL_INVOICE_S3_PREFIX) });
  const router = Router();

  router.get('/url', guards.requireRole(...administrators), async (request, response) => {
    const { key } = parse(query, request.query);
    const data = await invoiceUrl(environment, storage, key);
    log.info({ requestId: request.id, by: request.identity?.userId, key }, 'invoice url issued');
    response.json({ success: true, data });
  });

  return router;
}
