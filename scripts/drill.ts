import { once } from 'node:events';
import { type DrillResult, drill } from '../operator/drill/drill';
import { type LossName, lossNames } from '../operator/drill/losses';
import { drillJson, drillText } from '../operator/drill/report';
import { bucket, DrillSite } from '../operator/drill/site';
import {
  environmentVariables,
  numberOf,
  parseCommand,
  runCommand,
  UsageError,
  withoutSdkWarning,
} from './command-line';
import { interrupted, interruption } from './interruption';

const help = `npm run drill -- [option…]

A restore drill on this machine, without AWS: fills a PostgreSQL, backs it up to an emulator of S3 by the container's
own job, loses something, brings it back by the steps of docs/recovery.md, and compares all rows. Says how long each
step took, and what was lost of that which was written after the backup.

  --loss NAME  rows (deleted, and put back beside what was written since), table (dropped), database (the server with
               its disk), dump (the server, and the newest dump overwritten and deleted as well: its version before is
               taken), or all (default)
  --rows N     of each of four tables, 10 to 1000000 (default 2000)
  --keep       leaves the servers running until Ctrl-C, and prints how to look at them; with one loss only
  --json       figures on standard output

The backups of an environment are tried with npm run backup -- restore-check ENVIRONMENT --local.
Exit codes: 0 all that was backed up is there again, in time; 1 it is not; 2 there could be no drill: something is
missing on this machine; 64 called wrongly; 130 Ctrl-C, nothing goes on running.
Examples
  npm run drill
  npm run drill -- --loss dump --rows 50000
  npm run --silent drill -- --json > drill.json`;

const noDrill = 2;

const parse = (args: string[]) =>
  parseCommand({
    args,
    options: {
      loss: { type: 'string', default: 'all' },
      rows: { type: 'string', default: '2000' },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  }).values;

function lossesOf(name: string): readonly LossName[] {
  if (name === 'all') return lossNames;
  const known = lossNames.find((each) => each === name);
  if (known !== undefined) return [known];
  throw new UsageError(`--loss: "${name}" is no loss; must be one of ${[...lossNames, 'all'].join(', ')}.`);
}

interface Options {
  readonly losses: readonly LossName[];
  readonly rows: number;
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

/** A site of its own for each: nothing that one loss leaves behind helps the next. */
async function drillAll({ losses, rows, keep, signal }: Options): Promise<readonly DrillResult[]> {
  const results: DrillResult[] = [];
  // Figures go to standard output, what people look at does not get in their way.
  const tell = (line: string) => console.error(line);
  for (const loss of losses) {
    signal.throwIfAborted();
    const site = await DrillSite.start();
    try {
      results.push(await drill({ site, loss, rows, own: environmentVariables, tell, signal }));
      if (keep) await untilInterrupted(site, tell, signal);
    } finally {
      await site.stop();
    }
  }
  return results;
}

async function untilInterrupted({ url, awsUrl }: DrillSite, tell: (line: string) => void, signal: AbortSignal) {
  tell(
    `\nUntil Ctrl-C:\n  psql '${url}'\n  aws --endpoint-url ${awsUrl} s3api list-object-versions --bucket ${bucket}`,
  );
  if (!signal.aborted) await once(signal, 'abort');
}

async function main(args: string[]): Promise<number> {
  const { loss, rows, keep, json } = parse(args);
  const losses = lossesOf(loss);
  if (keep && losses.length > 1) throw new UsageError('--keep: name one loss, since each has servers of its own.');
  const count = Math.floor(numberOf('rows', rows, 10, 1_000_000));
  withoutSdkWarning();
  const signal = interruption();
  try {
    const results = await drillAll({ losses, rows: count, keep, signal });
    console.log(json ? drillJson(results) : `\n${drillText(results)}`);
    return results.every(({ passed }) => passed) ? 0 : 1;
  } catch (error) {
    if (signal.aborted) {
      console.error(`\n${(signal.reason as Error).message}`);
      return interrupted;
    }
    console.error(`There was no drill: ${(error as Error).message}`);
    return noDrill;
  }
}

void runCommand(help, main);
