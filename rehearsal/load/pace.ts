import { setTimeout as sleep } from 'node:timers/promises';
import { busyShare, type ProcessorTime, processorTime } from './processors';

/**
 * Of the processors: at which the load is right. The rest is for tasks that start, which on AWS have processors of their
 * own; a machine without any rest fails requests that no user there would miss. The load falls while they start, too:
 * they let others go first, but not for ever.
 */
const busyEnough = 0.85;
/** The load rises as steeply as it may at so much less, and the more slowly the nearer it is, or it would swing. */
const farBelow = 0.25;
const lookEverySeconds = 0.25;
/** One look may fall on a sign-in, which takes a processor for a moment. */
const looksInWindow = 6;
/**
 * Requests a second that are added each second: nobody's TLS session can be resumed yet, and code runs slowly before it
 * is compiled. So what a machine cannot bear at first it may bear some seconds later.
 */
const steepness = 80;
/** What goes of the rate at a look that finds no processor idle: half within two seconds. Of a less busy one less. */
const fall = 0.08;
/** Requests a second, of which every moment of a release has some still. */
const least = 40;
const longestRise = 8;

export interface PaceProps {
  /** Requests a second. */
  readonly rate: number;
  /** It is the highest: how many there are is what this machine bears at the time. */
  readonly mayBeLess: boolean;
  /** @default - that of this machine */
  readonly time?: () => ProcessorTime;
  readonly pause?: (seconds: number) => Promise<unknown>;
}

/**
 * How many come a second. By the processors alone and never by the answers: when a service stands still people still
 * come.
 */
export class Pace {
  rate = 0;
  private readonly seen: ProcessorTime[] = [];

  constructor(private readonly props: PaceProps) {}

  /** Resolves when it has risen to the rate, or has had its time; it goes on to be right if it may be less. */
  async risen(): Promise<void> {
    const { rate, mayBeLess } = this.props;
    const looks = Math.ceil(Math.max(longestRise, rate / steepness) / lookEverySeconds);
    for (let look = 0; look < looks && this.rate < rate; look += 1) await this.look();
    if (mayBeLess) void this.hold();
  }

  private async hold(): Promise<void> {
    for (;;) await this.look();
  }

  private async look(): Promise<void> {
    const { rate, mayBeLess, time = processorTime, pause = (seconds) => sleep(seconds * 1000) } = this.props;
    const now = time();
    this.seen.push(now);
    const before = this.seen.length > looksInWindow ? this.seen.shift() : undefined;
    const busy = mayBeLess && before !== undefined ? busyShare(before, now) : 0;
    if (busy < busyEnough) {
      const rise = steepness * lookEverySeconds * Math.min(1, (busyEnough - busy) / farBelow);
      this.rate = Math.min(rate, this.rate + rise);
    } else {
      const left = 1 - (fall * (busy - busyEnough)) / (1 - busyEnough);
      this.rate = Math.max(Math.min(rate, least), this.rate * left);
    }
    await pause(lookEverySeconds);
  }
}
