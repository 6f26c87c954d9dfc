import { createInterface } from 'node:readline/promises';
import { UsageError } from '../scripts/command-line';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

export const terminal: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Asks whether to go on. Production wants its name: "y" is typed before one has read.
 * @throws UsageError where nobody can be asked
 */
export async function consents(environment: string, { input, output }: Terminal = terminal): Promise<boolean> {
  if (!input.isTTY)
    throw new UsageError('There is no terminal to ask at: state --yes to change it, or --dry-run to look.');
  const word = environment === 'production' ? 'production' : 'y';
  const lines = createInterface({ input, output });
  try {
    return (await lines.question(`Go on? Type ${word}: `)).trim() === word;
  } finally {
    lines.close();
  }
}
