import type { Queue } from 'bullmq';
import type { Metrics, Reading } from '../metrics';
import type { JobQueues } from './job-queues';
import type { Workers } from './workers';

/**
 * Five metrics of each queue that this process works on. CloudWatch charges for each combination of name and queue:
 * the queues that are nobody's here, and the states that nobody is alarmed about, are for the dashboard to show.
 *
 * Every worker process writes the same depth and age, of which the maximum counts; what it finished is its own, and
 * the sum counts.
 */
export function measureJobs(metrics: Metrics, jobQueues: JobQueues, workers: Workers): void {
  // Apart, since what waits for Redis is left out of the interval.
  metrics.register(async () => finished(workers)).register(() => waiting(jobQueues, workers));
}

const finished = (workers: Workers): Reading[] =>
  [...workers.takeFinished()].flatMap(([queue, { completed, retried, failed }]) => [
    reading('JobsCompleted', queue, completed),
    reading('JobsRetried', queue, retried),
    reading('JobsFailed', queue, failed),
  ]);

async function waiting(jobQueues: JobQueues, workers: Workers): Promise<Reading[]> {
  // A command would wait until Redis is back.
  if (!jobQueues.available) return [];
  const readings = await Promise.all(
    workers.definitions.map(async (definition) => {
      const queue = jobQueues.queue(definition);
      const [count, age] = await Promise.all([queue.getWaitingCount(), oldestSeconds(queue)]);
      return [reading('JobsWaiting', queue.name, count), reading('OldestJobSeconds', queue.name, age, 'Seconds')];
    }),
  );
  return readings.flat();
}

/**
 * Since when the job that is next was to be done for the first time, which is long ago for one that is tried again;
 * 0 where none waits. One that is put off does not wait.
 */
async function oldestSeconds(queue: Queue): Promise<number> {
  const [next] = await queue.getJobs('waiting', 0, 0, true);
  return next ? Math.max(0, (Date.now() - next.timestamp - (next.opts.delay ?? 0)) / 1000) : 0;
}

const reading = (name: string, queue: string, value: number, unit: Reading['unit'] = 'Count'): Reading => ({
  ...{ name, unit, value },
  dimensions: { Queue: queue },
});
