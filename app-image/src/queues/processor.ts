import { DelayedError, type Job, type Processor, UnrecoverableError } from 'bullmq';
import type { Logger } from '../log';
import type { JobContext } from './handlers';
import type { QueueDefinition } from './queue';

export type Handler = (payload: never, context: JobContext) => Promise<unknown>;
export type HandlersByName = Readonly<Record<string, Handler>>;

/**
 * The web processes are released first, and the workers once that has proved itself. A job that this revision does not
 * understand may be the next one's: for so long it is put off instead of failed.
 */
const patienceMs = 2 * 60 * 60 * 1000;
const putOffMs = 60_000;

/** Hands each job, validated, to the handler of its name. */
export function processor(definition: QueueDefinition, handlers: HandlersByName, log: Logger): Processor {
  const { name: queue, jobs } = definition;
  return async (job, token) => {
    const [schema, handler] = [jobs[job.name], handlers[job.name]];
    if (schema === undefined || handler === undefined) {
      const known = Object.keys(handlers).join(', ');
      return notUnderstood(job, token, log, `${queue} has no job ${job.name}; this revision knows ${known}`);
    }
    const parsed = schema.safeParse(job.data);
    if (!parsed.success) {
      // Without the values: a payload may hold what is nobody's business.
      const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
      const reason = `The payload of ${job.name} is not as it has to be: ${fields.join('; ')}`;
      return notUnderstood(job, token, log, reason);
    }
    const id = String(job.id);
    return handler(parsed.data as never, {
      ...{ id, attempt: job.attemptsMade + 1 },
      // Made when it is asked for: most jobs have nothing to say.
      get log() {
        return log.child({ queue, job: job.name, jobId: id });
      },
    });
  };
}

async function notUnderstood(job: Job, token: string | undefined, log: Logger, reason: string): Promise<never> {
  const dueSinceMs = Date.now() - job.timestamp - (job.opts.delay ?? 0);
  if (dueSinceMs > patienceMs) throw new UnrecoverableError(reason);
  await job.moveToDelayed(Date.now() + putOffMs, token);
  log.warn({ queue: job.queueName, job: job.name, id: job.id, reason }, 'job put off: it may be for a later revision');
  throw new DelayedError();
}
