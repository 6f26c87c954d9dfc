import { type Request, type RequestHandler, Router } from 'express';
import type { LoadedEnvironment } from '../config/load';
import type { Database } from '../database/database';
import { forbidden, parse } from '../http/errors';
import type { Guards } from '../identity/guards';
import { Users } from '../identity/users';
import type { Logger } from '../log';
import { confirmation, newUpload, uploadId } from './bodies';
import type { Upload } from './entities';
import { invoiceRoutes } from './invoice-routes';
import { nextCursor, page } from './page';
import { Recordings } from './recordings';
import { UploadRows } from './rows';
import { openStorage } from './storage';
import { Tickets } from './tickets';
import { viewOf } from './upload-view';
import { type Caller, Uploads } from './uploads';

export interface UploadRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly database: Database;
  readonly guards: Guards;
  readonly log: Logger;
}

/** Whoever has one of these URLs has the file. */
const notStored: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

/** Mounted at /api/uploads. */
export function uploadRoutes({ loaded, database, guards, log }: UploadRoutesProps): Router {
  const { environment } = loaded;
  const storage = openStorage(environment);
  const rows = new UploadRows(database);
  const uploads = new Uploads({
    ...{ environment, rows, storage, log },
    recordings: new Recordings(database),
    tickets: new Tickets(environment),
  });
  const users = new Users(database);

  /** With the role that the database has, as a token may be older. */
  async function callerOf({ identity }: Request): Promise<Caller> {
    const user = identity && (await users.byId(identity.userId));
    if (!user?.isActive) throw forbidden('This account is not active');
    return user;
  }
  const told = (request: Request, { id, purpose, size }: Upload, what: string) =>
    log.info({ requestId: request.id, by: request.identity?.userId, uploadId: id, purpose, size: Number(size) }, what);

  const router = Router();
  router.use(notStored);
  router.use('/invoices', invoiceRoutes({ environment, storage, guards, log }));
  router.use(guards.requireUser);

  router.post('/', async (request, response) => {
    const body = parse(newUpload, request.body);
    const data = await uploads.begin(await callerOf(request), body);
    response.status(201).json({ success: true, data });
  });

  router.post('/confirm', async (request, response) => {
    const { ticket } = parse(confirmation, request.body);
    const { row, created } = await uploads.confirm(await callerOf(request), ticket);
    if (created) told(request, row, 'upload confirmed');
    response.status(created ? 201 : 200).json({ success: true, data: viewOf(row) });
  });

  router.get('/', async (request, response) => {
    const { limit, cursor } = parse(page, request.query);
    const { id } = await callerOf(request);
    const found = await rows.ofUser(id, limit, cursor);
    response.json({ success: true, data: found.map(viewOf), nextCursor: nextCursor(found, limit) });
  });

  router.get('/:id', async (request, response) => {
    const id = parse(uploadId, request.params.id);
    response.json({ success: true, data: viewOf(await uploads.find(await callerOf(request), id)) });
  });

  router.get('/:id/url', async (request, response) => {
    const id = parse(uploadId, request.params.id);
    const upload = await uploads.find(await callerOf(request), id);
    response.json({ success: true, data: await uploads.urlOf(upload) });
  });

  router.delete('/:id', async (request, response) => {
    const id = parse(uploadId, request.params.id);
    const deleted = await uploads.delete(await callerOf(request), id);
    if (deleted) told(request, deleted, 'upload deleted');
    response.status(204).end();
  });

  return router;
}
