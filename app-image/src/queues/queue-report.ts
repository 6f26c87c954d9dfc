import { everyQueue } from './queue';
import type { Workers } from './workers';

/** Who works on which queue, for the start-up report. */
export interface QueueReport {
  /** The queues that this process works on. */
  readonly withWorker: readonly string[];
  /** Those that nobody of this service works on, and whose product's they are. */
  readonly withoutWorker: readonly { readonly queue: string; readonly product: string }[];
  /** Why a process works on none. */
  readonly note?: string;
}

const ours = 'this service, whose worker for it is missing';

/** @param workers undefined in a process that only serves */
export function queueReport(workers?: Pick<Workers, 'withWorker'>): QueueReport {
  const isWorked = ({ name, product }: (typeof everyQueue)[number]) =>
    workers ? workers.withWorker.includes(name) : product === undefined;
  return {
    withWorker: workers?.withWorker ?? [],
    withoutWorker: everyQueue
      .filter((definition) => !isWorked(definition))
      .map(({ name, product = ours }) => ({ queue: name, product })),
    ...(workers ? {} : { note: 'a web process works on no queue: the worker processes do' }),
  };
}
