import { UnrecoverableError } from 'bullmq';
import { CallFailed } from './call';

/** What a job fails with: tried again, unless the next try would end the same. */
export const jobFailure = (error: unknown): unknown =>
  error instanceof CallFailed && !error.passing ? new UnrecoverableError(error.message) : error;
