import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';
import type { HitCounter } from './hit-counter';

const notLimited = 'RequestsNotRateLimited';
/** While Redis is away every request would say so. */
const saidEveryMs = 10_000;

/**
 * Counts in Redis, so that all processes share the windows. Without Redis every request is let through: an outage of
 * the counter must not become one of the service.
 *
 * Why not rate-limit-redis: started while Redis is away it never counts again, as it loads its script once only.
 */
export class SharedStore implements Store {
  readonly localKeys = false;
  readonly prefix: string;
  private windowMs = 0;
  private saidAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly counter: HitCounter,
    private readonly limiter: string,
    private readonly log: Logger,
    private readonly metrics: Metrics,
  ) {
    this.prefix = `rate-limit:${limiter}:`;
    metrics.declare(notLimited);
  }

  init({ windowMs }: Options): void {
    this.windowMs = windowMs;
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    try {
      const [totalHits, leftMs] = await this.counter.count(this.prefix + key, this.windowMs);
      return { totalHits, resetTime: new Date(Date.now() + leftMs) };
    } catch (error) {
      this.letThrough(error as Error);
      return { totalHits: 1, resetTime: new Date(Date.now() + this.windowMs) };
    }
  }

  /** The limiters count every request, whatever becomes of it. */
  async decrement(): Promise<void> {
    throw new Error('A request that was counted stays counted');
  }

  async resetKey(): Promise<void> {
    throw new Error('A window ends by itself');
  }

  private letThrough(error: Error): void {
    this.metrics.count(notLimited);
    if (performance.now() - this.saidAt < saidEveryMs) return;
    this.saidAt = performance.now();
    this.log.warn({ limiter: this.limiter, reason: error.message }, 'redis is away: requests are not rate-limited');
  }
}
