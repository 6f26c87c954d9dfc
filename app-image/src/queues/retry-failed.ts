import type { Job, Queue } from 'bullmq';

/** Read, and put back, with one round trip each. */
const batch = 100;

export interface RetryOptions {
  /** Only those of this name. @default - all */
  readonly job?: string;
  readonly limit: number;
}

export interface Retried {
  readonly retried: number;
  /** Of any name. */
  readonly stillFailed: number;
}

/** Puts failed jobs back, the oldest first, each with all its attempts before it. */
export async function retryFailed(queue: Queue, { job: name, limit }: RetryOptions): Promise<Retried> {
  // One that has failed again meanwhile is left alone.
  const most = Math.min(limit, await queue.getFailedCount());
  let retried = 0;
  let passedOver = 0;
  while (retried < most) {
    const jobs = await queue.getJobs('failed', passedOver, passedOver + batch - 1, true);
    if (jobs.length === 0) break;
    const meant = jobs.filter((job) => name === undefined || job.name === name).slice(0, most - retried);
    const done = await Promise.all(meant.map(putBack));
    retried += done.filter(Boolean).length;
    // Those that are put back are gone from the list.
    passedOver += jobs.length - done.filter(Boolean).length;
  }
  return { retried, stillFailed: await queue.getFailedCount() };
}

/** @returns false where somebody else was first, or removed it */
const putBack = (job: Job): Promise<boolean> =>
  job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }).then(
    () => true,
    () => false,
  );
