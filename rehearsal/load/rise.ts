import { setTimeout as sleep } from 'node:timers/promises';
import { busyShare, type ProcessorTime, processorTime } from './processors';

/**
 * Of the processors, when the load has to leave the rest: three tasks that start beside it take it, as they do not on
 * AWS, where each has processors of its own. At two thirds no request waits for them long on two cores.
 */
const mostBusy = 2 / 3;
const lookEverySeconds = 0.25;
/** One look may fall on a sign-in, which takes a processor for a moment. */
const looksInWindow = 6;
/**
 * Requests a second that are added each second: nobody's TLS session can be resumed yet, and code runs slowly before it
 * is compiled. So what a machine cannot bear at first it may bear some seconds later.
 */
const steepness = 40;
const longestSeconds = 12;

export interface RiseProps {
  /** Requests a second. */
  readonly rate: number;
  /** It is the highest: the load rises no further while this machine is as busy as it may be. */
  readonly mayBeLess: boolean;
  /** @default - that of this machine */
  readonly time?: () => ProcessorTime;
  readonly pause?: (seconds: number) => Promise<unknown>;
}

/** How many come a second, from none to as many as will. */
export class Rise {
  rate = 0;

  constructor(private readonly props: RiseProps) {}

  /** @returns the rate, which stays from then on */
  async end(): Promise<number> {
    const { rate: highest, mayBeLess, time = processorTime, pause = (seconds) => sleep(seconds * 1000) } = this.props;
    const seen = [time()];
    const looks = Math.ceil(Math.max(longestSeconds, highest / steepness) / lookEverySeconds);
    for (let look = 0; look < looks && this.rate < highest; look += 1) {
      const before = seen.at(-1 - looksInWindow);
      const isBusy = before !== undefined && busyShare(before, seen.at(-1) ?? before) >= mostBusy;
      if (!(mayBeLess && isBusy)) this.rate = Math.min(highest, this.rate + steepness * lookEverySeconds);
      await pause(lookEverySeconds);
      seen.push(time());
    }
    return this.rate;
  }
}
