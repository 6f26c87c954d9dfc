import { AsyncResource } from 'node:async_hooks';
import type { Redis } from 'ioredis';

/** Hits of each window, and the milliseconds until it ends; the first hit begins it. */
const script = `
local counted = {}
for index, key in ipairs(KEYS) do
  local hits = redis.call('INCR', key)
  if hits == 1 then redis.call('PEXPIRE', key, ARGV[index]) end
  counted[index] = { hits, redis.call('PTTL', key) }
end
return counted`;

type Counted = readonly [hits: number, leftMs: number];
type Counting = Redis & {
  countHits(keys: number, ...keysAndWindows: readonly (string | number)[]): Promise<Counted[]>;
};

interface Hit {
  readonly key: string;
  readonly windowMs: number;
  readonly resolve: (counted: Counted) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Counts in Redis, with one command for all requests of one turn of the event loop: a command for each would cost
 * more than the rest of a small request.
 */
export class HitCounter {
  private readonly redis: Counting;
  /** A trace of one request must not show what is done for many. */
  private readonly outside = new AsyncResource('HitCounter');
  private hits: Hit[] = [];

  constructor(redis: Redis) {
    redis.defineCommand('countHits', { lua: script });
    this.redis = redis as Counting;
  }

  /** @throws when Redis is away */
  count(key: string, windowMs: number): Promise<Counted> {
    return new Promise((resolve, reject) => {
      if (this.hits.push({ key, windowMs, resolve, reject }) > 1) return;
      this.outside.runInAsyncScope(() => setImmediate(() => this.send()));
    });
  }

  private send(): void {
    const hits = this.hits;
    this.hits = [];
    const keys = hits.map(({ key }) => key);
    const windows = hits.map(({ windowMs }) => windowMs);
    this.redis.countHits(hits.length, ...keys, ...windows).then(
      (counted) => {
        for (const [index, answer] of counted.entries()) hits[index]?.resolve(answer);
      },
      (error: Error) => {
        for (const { reject } of hits) reject(error);
      },
    );
  }
}
