const lookEveryMs = 5;

/**
 * Starts so many a second by the clock, whatever becomes of them: when answers stop coming people still come.
 * @param perSecond asked again and again, so that it may rise
 * @returns what ends it
 */
export function arrivals(perSecond: () => number, start: () => void): () => void {
  let last = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    due += (perSecond() * (now - last)) / 1000;
    last = now;
    for (; due >= 1; due -= 1) start();
  }, lookEveryMs);
  return () => clearInterval(timer);
}
