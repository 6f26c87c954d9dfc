/** How a shell sees a process that Ctrl-C has ended. */
export const interrupted = 130;

export class Interruption extends Error {}

/** Aborted by the first Ctrl-C; the second one does not wait for what the first one ends. */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(interrupted);
      stop.abort(new Interruption(`${name}: ending what was started.`));
    });
  return stop.signal;
}
