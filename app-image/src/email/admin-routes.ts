import { Router } from 'express';
import type { LoadedEnvironment } from '../config/load';
import type { Database } from '../database/database';
import { HttpError, unauthorized } from '../http/errors';
import type { Guards } from '../identity/guards';
import type { JobQueues } from '../queues/job-queues';

export interface EmailRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly database: Pick<Database, 'read'>;
  readonly guards: Guards;
  readonly jobQueues: JobQueues;
}

/** Mounted at /api/admin/emails. */
export function emailRoutes({ loaded, database, guards, jobQueues }: EmailRoutesProps): Router {
  const router = Router();

  /** The whole way of a mail: queue, worker, mail server, and the caller's mailbox. */
  router.post('/test', guards.requireAdminOperations, async (request, response) => {
    const { state, missing } = loaded.features.email;
    if (state !== 'on')
      throw new HttpError(503, 'EMAIL_NOT_CONFIGURED', `E-mail is not configured: set ${missing.join(' and ')}`);
    const sql = 'SELECT email FROM users WHERE id = $1';
    const [user] = await database.read<{ email: string }>(sql, [request.identity?.userId]);
    if (user === undefined) throw unauthorized('This user is not there any more');
    const jobId = await jobQueues.add('email', 'send', {
      to: user.email,
      template: 'message',
      data: {
        subject: `Test mail of mr-mentor-backend (${loaded.environment.APP_ENV})`,
        text: `You asked for this mail. The request was ${request.id}.`,
      },
    });
    response.status(202).json({ success: true, data: { queue: 'emailQueue', jobId } });
  });

  return router;
}
