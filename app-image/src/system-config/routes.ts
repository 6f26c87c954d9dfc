import { Router } from 'express';
import { notFound, parse } from '../http/errors';
import { enabledCallProviders } from './call-providers';
import { key } from './config-body';
import type { SystemConfig } from './system-config';

/** Mounted at /api/system-config. Open by design: Mr. Hire reads it when it starts. */
export function systemConfigRoutes({ config }: { readonly config: SystemConfig }): Router {
  const router = Router();

  // Before the key, which would match it as well.
  router.get('/enabled-call-providers', async (_request, response) => {
    response.json({ success: true, data: await enabledCallProviders(config) });
  });

  router.get('/:key', async (request, response) => {
    const name = parse(key, request.params.key);
    const value = await config.getPublicValue(name);
    // The same for a row that is encrypted or not active: nobody learns that there is one.
    if (value === null) throw notFound('There is no such setting');
    response.json({ success: true, data: { key: name, value } });
  });

  return router;
}
