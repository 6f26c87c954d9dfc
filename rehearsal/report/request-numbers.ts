import type { RequestOutcome } from '../record';
import { endOf } from './bands';
import { percentile, sorted } from './percentile';

export interface RequestNumbers {
  readonly requests: number;
  /** Excused ones included. */
  readonly failed: number;
  /** Of those that were served and are not slow on purpose. @default - there was none */
  readonly p50?: number;
  readonly p99?: number;
}

/** Requests whose body takes its time on purpose: their latency says nothing about the service. */
export const slowOnPurpose = /slow/i;

export function numbersOf(requests: readonly RequestOutcome[]): RequestNumbers {
  const served = requests.filter((request) => request.served);
  const latencies = sorted(served.filter(({ kind }) => !slowOnPurpose.test(kind)).map(({ ms }) => ms));
  return {
    requests: requests.length,
    failed: requests.length - served.length,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

/** Finds the requests that ended in a time without looking at all of them each time. */
export function endedWithin(requests: readonly RequestOutcome[]): (from: number, to: number) => RequestOutcome[] {
  const byEnd = [...requests].sort((one, other) => endOf(one) - endOf(other));
  const ends = byEnd.map(endOf);
  const firstFrom = (time: number) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (from, to) => byEnd.slice(firstFrom(from), firstFrom(to));
}
