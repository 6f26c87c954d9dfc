import { Router } from 'express';
import type { LoadedEnvironment } from '../config/load';
import type { Database } from '../database/database';
import type { Logger } from '../log';

export interface WebhookRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly database: Database;
  readonly log: Logger;
}

/** Mounted at /api before anything reads the body: a signature is over its bytes. */
export function webhookRoutes(_props: WebhookRoutesProps): Router {
  return Router();
}
