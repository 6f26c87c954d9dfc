import type { RequestOutcome } from '../record';
import { colourOf, endOf } from './bands';
import { percentile, sorted } from './percentile';
import { slowOnPurpose } from './request-numbers';

/** What ended in a short time; rates are requests a second. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly blue: number;
  readonly green: number;
  /** Served by neither: uploads to the bucket. */
  readonly other: number;
  readonly failed: number;
  readonly p50?: number;
  readonly p99?: number;
}

function bucketOf(requests: readonly RequestOutcome[], from: number, to: number): Bucket {
  const rates = { blue: 0, green: 0, other: 0, failed: 0 };
  const one = 1000 / (to - from);
  for (const { served, target } of requests) rates[served ? (colourOf(target) ?? 'other') : 'failed'] += one;
  const measured = requests.filter(({ served, kind }) => served && !slowOnPurpose.test(kind));
  const latencies = sorted(measured.map(({ ms }) => ms));
  return { from, to, ...rates, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
}

/** @param lengthMs of each bucket but the last, which may be shorter */
export function bucketsOf(requests: readonly RequestOutcome[], from: number, to: number, lengthMs: number): Bucket[] {
  const number = Math.max(1, Math.ceil((to - from) / lengthMs));
  const inEach = Array.from({ length: number }, (): RequestOutcome[] => []);
  for (const request of requests) {
    const end = endOf(request);
    if (end >= from && end < to) inEach[Math.floor((end - from) / lengthMs)]?.push(request);
  }
  return inEach.map((own, index) =>
    bucketOf(own, from + index * lengthMs, Math.min(to, from + (index + 1) * lengthMs)),
  );
}
