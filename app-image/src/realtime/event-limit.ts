/** Connecting to a peer takes dozens of candidates at once; afterwards people talk and click. */
const perSecond = 40;
const burst = 200;

/** A token bucket of one socket: one client cannot flood a room. */
export class EventLimit {
  private tokens = burst;
  private filledAt: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.filledAt = now();
  }

  /** @returns 0 when the event may pass, else milliseconds until the next one may */
  take(): number {
    const now = this.now();
    this.tokens = Math.min(burst, this.tokens + ((now - this.filledAt) / 1000) * perSecond);
    this.filledAt = now;
    if (this.tokens < 1) return Math.ceil(((1 - this.tokens) / perSecond) * 1000);
    this.tokens -= 1;
    return 0;
  }
}
