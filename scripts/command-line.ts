import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * What every command of this folder has in common. Exit codes: 0 done, 1 something is wrong with what
 * was looked at, 64 the command was called wrongly.
 */

/** The caller's mistake: printed with the way to the help, exit code 64. */
export class UsageError extends Error {}

export const environmentVariables: Readonly<Record<string, string | undefined>> = process.env;

/** For commands that call AWS's SDK, which would tell their reader of the age of Node.js. */
export function withoutSdkWarning(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}

/** `parseArgs` of Node, whose complaints are the caller's mistakes. */
export function parseCommand<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The value of an option, from `min` to `max`. */
export function numberOf(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new UsageError(`--${option}: "${text}" is no number from ${min} to ${max}.`);
  return value;
}

/** Values of an option that is given as key=value, any number of times. */
export function parsePairs(option: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
      if (key === undefined || value === undefined) throw new UsageError(`--${option}: "${pair}" is no key=value.`);
      return [key, value];
    }),
  );
}

/** Runs a command and ends the process with its exit code; a UsageError is one line, anything else a trace. */
export async function runCommand(help: string, main: (args: string[]) => Promise<number>): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(help);
    return;
  }
  try {
    process.exitCode = await main(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nSee --help.`);
    process.exitCode = 64;
  }
}
