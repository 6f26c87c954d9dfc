import type { RequestOutcome } from '../record';
import { endOf } from './bands';
import { percentile, sorted } from './percentile';
import { numbersOf, type RequestNumbers, slowOnPurpose } from './request-numbers';

const rememberedSeconds = 30;

/** What the live view shows of the requests: of the stage, and of the last second. */
export class LiveFigures {
  private stage = { requests: 0, failed: 0, latencies: [] as number[] };
  /** Of the last second, by the time they ended. */
  private recent: RequestOutcome[] = [];
  private newest = 0;
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
    this.forget(batch);
  }

  /** Outcomes come in batches: the last second is the one that ended with the newest of them. */
  private forget(batch: readonly RequestOutcome[]): void {
    const newest = batch.reduce((latest, request) => Math.max(latest, endOf(request)), this.newest);
    this.newest = newest;
    this.recent = [...this.recent, ...batch].filter((request) => endOf(request) > newest - 1000);
    const oldest = newest / 1000 - rememberedSeconds;
    for (const second of this.perSecond.keys()) if (second < oldest) this.perSecond.delete(second);
  }

  beginStage(): void {
    this.stage = { requests: 0, failed: 0, latencies: [] };
  }

  get failedInStage(): number {
    return this.stage.failed;
  }

  ofStage(): RequestNumbers {
    const latencies = sorted(this.stage.latencies);
    const { requests, failed } = this.stage;
    return { requests, failed, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
  }

  ofLastSecond(): RequestNumbers {
    return numbersOf(this.recent);
  }

  /** Requests of each whole second of the last half minute, the oldest first. */
  history(): number[] {
    if (this.perSecond.size === 0) return [];
    const oldest = Math.min(...this.perSecond.keys());
    // The newest second is not over yet.
    const length = Math.floor(this.newest / 1000) - oldest;
    return Array.from({ length }, (_, index) => this.perSecond.get(oldest + index) ?? 0);
  }
}
