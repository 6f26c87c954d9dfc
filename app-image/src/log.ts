type Level = 'info' | 'warn' | 'error';

/** One JSON object a line. Writes to a pipe are synchronous on Linux, so a line before an exit is not lost. */
export function log(level: Level, msg: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg, ...fields })}\n`);
}
