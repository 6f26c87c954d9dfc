import { type Request, Router } from 'express';
import type { SystemConfig as Row } from '../database/entities';
import { notFound, parse } from '../http/errors';
import type { Guards } from '../identity/guards';
import { administrators } from '../identity/roles';
import type { Logger } from '../log';
import { enabledCallProviders } from './call-providers';
import { configChange, id, newConfig } from './config-body';
import { viewOf } from './config-view';
import type { MrHire } from './mr-hire';
import type { SystemConfig } from './system-config';

export interface AdminSystemConfigProps {
  readonly config: SystemConfig;
  readonly guards: Guards;
  readonly mrHire: MrHire;
  readonly log: Logger;
}

/** Mounted at /api/admin/system-config. */
export function adminSystemConfigRoutes({ config, guards, mrHire, log }: AdminSystemConfigProps): Router {
  function told(request: Request, what: 'created' | 'changed' | 'deleted', { id: rowId, key, isActive }: Row): void {
    const by = request.identity?.userId;
    log.info({ requestId: request.id, by, rowId, key, isActive }, `system config ${what}`);
  }

  const router = Router();
  router.use(guards.requireRole(...administrators));

  router.post('/refresh-mr-hire', async (_request, response) => {
    await mrHire.refresh(await enabledCallProviders(config));
    response.json({ success: true });
  });

  router.get('/', async (_request, response) => {
    const rows = await config.getAll();
    response.json({ success: true, data: rows.map(viewOf) });
  });

  router.post('/', async (request, response) => {
    const { row, created } = await config.upsert(parse(newConfig, request.body));
    told(request, created ? 'created' : 'changed', row);
    response.status(created ? 201 : 200).json({ success: true, data: viewOf(row) });
  });

  router.put('/:id', async (request, response) => {
    const row = await config.update(parse(id, request.params.id), parse(configChange, request.body));
    if (row === null) throw notFound('There is no row of this id');
    told(request, 'changed', row);
    response.json({ success: true, data: viewOf(row) });
  });

  router.delete('/:id', async (request, response) => {
    const row = await config.delete(parse(id, request.params.id));
    if (row === null) throw notFound('There is no row of this id');
    told(request, 'deleted', row);
    response.json({ success: true, data: viewOf(row) });
  });

  return router;
}
