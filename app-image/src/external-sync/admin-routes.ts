import { type Request, Router } from 'express';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { HttpError, notFound, parse } from '../http/errors';
import type { Guards } from '../identity/guards';
import type { Logger } from '../log';
import type { JobQueues } from '../queues/job-queues';
import { configChange, configId, newConfig } from './config-body';
import type { ConfigRow } from './configs';
import { configsOf, type Kind, kinds } from './kinds';
import { type Registration, register } from './schedules';

export interface SyncConfigRoutesProps {
  readonly environment: Environment;
  readonly database: Database;
  readonly jobQueues: JobQueues;
  readonly guards: Guards;
  readonly log: Logger;
}

/** Mounted at /api/admin/sync-configs. */
export function syncConfigRoutes(props: SyncConfigRoutesProps): Router {
  const router = Router();
  router.use(props.guards.requireAdminOperations);
  for (const [name, kind] of Object.entries(kinds)) router.use(`/${name}`, routesOf(kind, props));
  return router;
}

const missing = () => notFound('There is no configuration of this id');

const notes: Readonly<Partial<Record<Registration, string>>> = {
  pending: 'Redis is away: the change is stored, and the workers follow it within five minutes after Redis is back',
};

function routesOf(kind: Kind, { environment, database, jobQueues, log }: SyncConfigRoutesProps): Router {
  const configs = configsOf(database, kind);
  const router = Router();

  /** The row is stored, whatever Redis does: it is what counts. */
  async function changed(request: Request, what: string, config: ConfigRow, exists = true) {
    const schedule = await register({ jobQueues, log }, kind, config, exists);
    const { id, enabled } = config;
    const by = request.identity?.userId;
    log.info({ requestId: request.id, by, table: kind.table, rowId: id, enabled, schedule }, `synchronisation ${what}`);
    return { success: true, data: config, schedule, note: notes[schedule] };
  }

  router.get('/', async (_request, response) => {
    response.json({ success: true, data: await configs.list() });
  });

  router.post('/', async (request, response) => {
    const config = await configs.create(parse(newConfig, request.body));
    response.status(201).json(await changed(request, 'created', config));
  });

  router.put('/:id', async (request, response) => {
    const id = parse(configId, request.params.id);
    const config = await configs.update(id, parse(configChange, request.body));
    if (config === undefined) throw missing();
    response.json(await changed(request, 'changed', config));
  });

  router.delete('/:id', async (request, response) => {
    const config = await configs.delete(parse(configId, request.params.id));
    if (config === undefined) throw missing();
    response.json(await changed(request, 'deleted', config, false));
  });

  router.post('/:id/run', async (request, response) => {
    const config = await configs.find(parse(configId, request.params.id));
    if (config === undefined) throw missing();
    if (!config.enabled) throw new HttpError(409, 'SYNC_DISABLED', 'This configuration is disabled: enable it first');
    if (environment[kind.address] === undefined)
      throw new HttpError(503, 'SYNC_NOT_CONFIGURED', `The other side is not configured: set ${kind.address}`);
    const jobId = await jobQueues.add(kind.queue, 'sync', { configId: config.id });
    response.status(202).json({ success: true, data: { jobId } });
  });

  return router;
}
