import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommand, runCommand } from './command-line';
import { referenceFiles } from './reference-files';

const help = `npm run environment-reference [-- --check]

Writes docs/environment-reference.md and app-image/.env.example from the configuration contract,
app-image/src/config/contract.ts.

  --check   writes nothing; says which of them is stale

Exit codes: 0 written, or up to date, 1 stale, 64 called wrongly.`;

const root = join(__dirname, '..');

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({ args, options: { check: { type: 'boolean', default: false } } });
  const stale = Object.entries(referenceFiles).filter(([path, text]) => current(path) !== text);
  if (values.check) {
    for (const [path] of stale) console.error(`${path} is stale; run npm run environment-reference.`);
    return stale.length > 0 ? 1 : 0;
  }
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
  console.log(stale.length > 0 ? `Wrote ${stale.map(([path]) => path).join(' and ')}.` : 'Both are up to date.');
  return 0;
}

void runCommand(help, main);
