import { Router } from 'express';
import type { LoadedEnvironment } from '../config/load';
import type { Database } from '../database/database';
import type { Guards } from '../identity/guards';
import type { Logger } from '../log';

export interface UploadRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly database: Database;
  readonly guards: Guards;
  readonly log: Logger;
}

/** Mounted at /api/uploads. */
export function uploadRoutes(_props: UploadRoutesProps): Router {
  return Router();
}
