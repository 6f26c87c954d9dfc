import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds since 1970, with fractions, that never go back: as all times of a rehearsal's record. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Ends at once, with the signal's reason as error, when somebody no longer wants to wait. */
export async function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  // Many tasks drain at once: Node takes more than ten who listen to one signal for a leak.
  if (signal) setMaxListeners(0, signal);
  try {
    await sleep(seconds * 1000, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
