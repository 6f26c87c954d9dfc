import { Router } from 'express';
import { z } from 'zod';
import { notFound, parse } from '../http/errors';
import type { Guards } from '../identity/guards';
import type { Logger } from '../log';
import { timeLimit } from '../time-limit';
import type { JobQueues } from './job-queues';
import { everyQueue } from './queue';
import { retryFailed } from './retry-failed';
import { QueuesUnavailable } from './unavailable';

export interface QueueRoutesProps {
  readonly jobQueues: JobQueues;
  readonly guards: Guards;
  readonly log: Logger;
}

/** Longer than the most jobs that one request retries take. */
const limitMs = 15_000;

/** Strict: a misspelt name would retry all of them. */
const body = z.strictObject({
  /** Only those of this name. */
  job: z.string().min(1).max(100).optional(),
  limit: z.int().min(1).max(1_000).default(1_000),
});

/** Mounted at /api/admin/queues. */
export function queueRoutes({ jobQueues, guards, log }: QueueRoutesProps): Router {
  const router = Router();

  /** As many as the limit says at most: whoever has more failed jobs asks again until none is left. */
  router.post('/:queue/retry-failed', guards.requireAdminOperations, async (request, response) => {
    const definition = everyQueue.find(({ name }) => name === request.params.queue);
    if (definition === undefined) {
      const names = everyQueue.map(({ name }) => name).join(', ');
      throw notFound(`There is no queue of this name; there are ${names}`);
    }
    const { job, limit } = parse(body, request.body ?? {});
    if (!jobQueues.available) throw new QueuesUnavailable('Redis is away');
    const retrying = retryFailed(jobQueues.queue(definition), { job, limit });
    const data = await timeLimit(retrying, limitMs, 'Retrying jobs').catch((error: Error) => {
      throw new QueuesUnavailable(error.message);
    });
    const by = request.identity?.userId;
    log.info({ requestId: request.id, by, queue: definition.name, job, ...data }, 'failed jobs retried');
    response.json({ success: true, data });
  });

  return router;
}
