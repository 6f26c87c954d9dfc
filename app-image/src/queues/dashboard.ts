import type { RequestHandler } from 'express';
import type { LoadedEnvironment } from '../config/load';
import type { Logger } from '../log';
import type { JobQueues } from './job-queues';

/** Where the app mounts it. */
export const dashboardPath = '/admin/queues';

export interface QueueDashboardProps {
  readonly loaded: LoadedEnvironment;
  readonly jobQueues: JobQueues;
  readonly log: Logger;
}

/** @returns undefined when no password is set */
export function queueDashboard(_props: QueueDashboardProps): RequestHandler | undefined {
  return undefined;
}
