import type { Logger } from '../log';
import type { JobName, JobPayload, OwnQueueKey, QueueKey } from './queue';

/** The job at work, for its handler. */
export interface JobContext {
  readonly id: string;
  /** From 1 on. */
  readonly attempt: number;
  readonly log: Logger;
}

/**
 * What a worker does with each job of a queue. It has to bear being run twice for one job: a process that dies leaves
 * its job to another. What it returns is kept with the job; what it throws makes the job fail, and try again unless it
 * is an `UnrecoverableError`.
 */
export type Handlers<Q extends QueueKey> = {
  readonly [J in JobName<Q>]: (payload: JobPayload<Q, J>, context: JobContext) => Promise<unknown>;
};

export type HandlersByQueue = { readonly [Q in QueueKey]?: Handlers<Q> };

/** Of a whole service: a queue that is no product's and has none does not compile, nor does a product's that has. */
export type AllHandlers = { readonly [Q in OwnQueueKey]: Handlers<Q> };
