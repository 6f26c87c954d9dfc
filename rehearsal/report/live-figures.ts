import type { RequestOutcome } from '../record';
import { endOf } from './bands';
import { percentile, sorted } from './percentile';
import { type RequestNumbers, slowOnPurpose } from './request-numbers';

const rememberedSeconds = 30;

/** What the live view shows of the requests: of the stage, and of the last second. */
export class LiveFigures {
  private stage = { requests: 0, failed: 0, latencies: [] as number[] };
  /** Of the last second, by the time they ended. */
  private recent: RequestOutcome[] = [];
  /** Requests that ended in each second since 1970, of the last half minute. */
  private readonly perSecond = new Map<number, number>();

  take(batch: readonly RequestOutcome[]): void {
    for (const request of batch) {
      this.stage.requests += 1;
      if (!request.served) this.stage.failed += 1;
      else if (!slowOnPurpose.test(request.kind)) this.stage.latencies.push(request.ms);
      const second = Math.floor(endOf(request) / 1000);
      this.perSecond.set(second, (this.perSecond.get(second) ?? 0) + 1);
    }
    this.recent.push(...batch);
  }

  beginStage(): void {
    this.stage = { requests: 0, failed: 0, latencies: [] };
  }

  ofStage(): RequestNumbers {
    const latencies = sorted(this.stage.latencies);
    const { requests, failed } = this.stage;
    return { requests, failed, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
  }

  /** Outcomes come in batches: the second that ended with the last of them. */
  ofLastSecond(): RequestNumbers {
    const newest = this.recent.reduce((latest, request) => Math.max(latest, endOf(request)), 0);
    this.recent = this.recent.filter((request) => endOf(request) > newest - 1000);
    const served = this.recent.filter((request) => request.served);
    const latencies = sorted(served.filter(({ kind }) => !slowOnPurpose.test(kind)).map(({ ms }) => ms));
    const { length } = this.recent;
    return {
      requests: length,
      failed: length - served.length,
      p50: percentile(latencies, 50),
      p99: percentile(latencies, 99),
    };
  }

  /** Requests of each whole second of the last half minute, the oldest first. */
  history(): number[] {
    const newest = Math.max(...this.perSecond.keys());
    if (!Number.isFinite(newest)) return [];
    for (const second of this.perSecond.keys()) if (second < newest - rememberedSeconds) this.perSecond.delete(second);
    const oldest = Math.min(...this.perSecond.keys());
    // The newest second is not over yet.
    return Array.from({ length: newest - oldest }, (_, index) => this.perSecond.get(oldest + index) ?? 0);
  }
}
