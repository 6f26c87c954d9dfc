const lookEveryMs = 5;

/**
 * Starts so many a second by the clock, whatever becomes of them: when answers stop coming people still come.
 * @returns what ends it
 */
export function arrivals(perSecond: number, start: () => void): () => void {
  const began = performance.now();
  let started = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    for (; started < due; started += 1) start();
  }, lookEveryMs);
  return () => clearInterval(timer);
}
