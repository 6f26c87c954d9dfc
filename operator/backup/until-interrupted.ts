/** Ctrl-C comes twice through npm: from the terminal, and passed on. */
const echoMs = 1000;

/** What Ctrl-C, or a runner that is told to stop, is to end in an orderly way. One more a second later ends it at once. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stopListening = () => process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  const interrupt = () => {
    controller.abort();
    setTimeout(stopListening, echoMs).unref();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    if (!controller.signal.aborted) stopListening();
  }
}
