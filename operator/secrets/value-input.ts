import { readFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { read } from 'read';
import { UsageError } from '../../scripts/command-line';
import { type Terminal, terminal } from '../consent';

const standardInput = '-';

/**
 * What is too secret for the command line, which the shell writes into its history and everybody on the machine may read:
 * from a file, from standard input (`-`), or typed where it does not show.
 * @param file @default - standard input where that is no terminal, or else the prompt
 */
export async function readValue(
  what: string,
  file: string | undefined,
  { input, output }: Terminal = terminal,
): Promise<string> {
  if (file !== undefined && file !== standardInput) return withoutLastBreak(readFile(file));
  if (file === standardInput || !input.isTTY) return withoutLastBreak(await textOf(input));
  return read({ prompt: `${what} (does not show): `, silent: true, input, output });
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--file: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Of an editor or of echo. */
const withoutLastBreak = (text: string): string => text.replace(/\r?\n$/, '');
