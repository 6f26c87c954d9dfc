import { setTimeout as sleep } from 'node:timers/promises';

/** Its patience ends before jest's does, so that it can say what it has waited for. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { patienceMs = 15_000 } = {},
): Promise<void> {
  for (const until = performance.now() + patienceMs; performance.now() < until; await sleep(20))
    if (await condition()) return;
  throw new Error(`Never came true: ${condition}`);
}
