/** What a dependency answered when it was asked. */
export type Outcome =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly ms: number; readonly reason: string };

const networkReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it closed the connection',
  ENOTFOUND: 'its host name does not resolve',
  EAI_AGAIN: 'its host name does not resolve',
  ETIMEDOUT: 'it did not answer in time',
};

/** In words where there are any. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  // An error of several addresses has a code and no message.
  return networkReasons[code ?? ''] || message || code || String(error);
}

/** Asks, and takes no answer within the limit for one. */
export async function outcomeOf(
  ask: (signal: AbortSignal) => Promise<unknown>,
  limitMs: number,
  wordsFor: (error: unknown) => string = reasonOf,
): Promise<Outcome> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // Not the signal alone: not everything that is asked listens to it.
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it did not answer within ${limitMs} ms`));
      limit.abort();
    }, limitMs);
  });
  try {
    await Promise.race([ask(limit.signal), late]);
    return { ok: true, ms: elapsed() };
  } catch (error) {
    return { ok: false, ms: elapsed(), reason: wordsFor(error) };
  } finally {
    clearTimeout(timer);
  }
}
