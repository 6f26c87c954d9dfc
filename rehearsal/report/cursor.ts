/** The least of a stream that text is shown on. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const hide = '\u001b[?25l';
const show = '\u001b[?25h';

/** @returns what shows it again. So does the end of the process, by a signal too. */
export function hideCursor(screen: Screen): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const restore = () => {
    process.off('exit', restore);
    for (const signal of signals) process.off(signal, onSignal);
    screen.write(show);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    restore();
    // Whoever listens to a signal takes its effect away; where nobody else wants that, it is given back.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  screen.write(hide);
  process.on('exit', restore);
  for (const signal of signals) process.on(signal, onSignal);
  return restore;
}
