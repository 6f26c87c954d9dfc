import { Router } from 'express';
import type { LoadedEnvironment } from '../config/load';
import type { Database } from '../database/database';
import type { Guards } from '../identity/guards';
import type { Logger } from '../log';
import type { JobQueues } from '../queues/job-queues';

export interface VendorRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly database: Database;
  readonly guards: Guards;
  readonly jobQueues: JobQueues;
  readonly log: Logger;
}

/** Mounted at /api/v1/vendor. */
export function vendorRoutes(_props: VendorRoutesProps): Router {
  return Router();
}
