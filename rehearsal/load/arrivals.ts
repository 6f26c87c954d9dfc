const lookEveryMs = 5;

/**
 * Starts so many a second by the clock, whatever becomes of them: when answers stop coming people still come.
 * @param rampSeconds the rate rises over this time
 * @returns what ends it
 */
export function arrivals(perSecond: number, start: () => void, rampSeconds = 0): () => void {
  const began = performance.now();
  let started = 0;
  const timer = setInterval(() => {
    const due = Math.floor(dueAfter((performance.now() - began) / 1000, perSecond, rampSeconds));
    for (; started < due; started += 1) start();
  }, lookEveryMs);
  return () => clearInterval(timer);
}

/** How many have come by then. */
export function dueAfter(seconds: number, perSecond: number, rampSeconds: number): number {
  if (seconds >= rampSeconds) return perSecond * (seconds - rampSeconds / 2);
  return (perSecond * seconds * seconds) / (2 * rampSeconds);
}
