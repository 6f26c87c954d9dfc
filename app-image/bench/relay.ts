import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseCommand, runCommand } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import { loadEnvironment } from '../src/config/load';
import { Tokens } from '../src/identity/tokens';
import type { Caller, RelayJob, RelayResult } from './relay-load';
import { bare, median, type Subject, service, start, wholeNumber, withStores } from './subjects';

const help = `npm run bench:relay -- [--pairs N] [--rounds N] [--seconds N]

Measures how much the terminal relay of the compiled service (app-image/dist) passes on from one client of a pair to the
other: on one process, against the least that ws does between two clients; and on two processes, through a real Redis.
Rounds are interleaved, the ratio is the median of the ratios within a round.

  --pairs N      at once (default 4, 1 to 100)
  --rounds N     counted rounds after one warm-up (default 5, 1 to 20)
  --seconds N    of each measurement (default 3, 1 to 60)

Exit codes: 0 measured, 1 a pair could not be made, 64 wrong usage.`;

const cases = [
  { name: 'output, 16 KiB frames', frameBytes: 16_384, unit: 'MB/s' },
  { name: 'typing, 64 byte frames', frameBytes: 64, unit: 'messages/s' },
] as const;

const tokens = new Tokens(loadEnvironment({ APP_ENV: 'development' }).environment);
const execute = promisify(execFile);

interface Pair {
  readonly speaker: Caller;
  readonly listener: Caller;
}

/** Of a user of its own: each may have a few sessions only. */
async function ourPair(speaker: Subject, listener: Subject): Promise<Pair> {
  const token = await tokens.issue({ id: randomUUID(), role: 'USER' });
  const url = `http://127.0.0.1:${speaker.port}/api/terminal-sessions`;
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 201) throw new Error(`Creating a session ended with ${response.status}`);
  const { data } = JSON.parse(await response.text());
  const hello = (role: string, shown: string) =>
    JSON.stringify({ type: 'hello', role, session: data.sessionId, token: shown });
  return {
    speaker: { port: speaker.port, hello: hello('cli', data.cliToken) },
    listener: { port: listener.port, hello: hello('browser', token) },
  };
}

function barePair({ port }: Subject): Pair {
  const caller = { port, hello: JSON.stringify({ session: randomUUID() }) };
  return { speaker: caller, listener: caller };
}

async function load(job: RelayJob): Promise<RelayResult> {
  const args = ['--require', 'tsx/cjs', join(__dirname, 'relay-load.ts'), JSON.stringify(job)];
  const { stdout } = await execute(process.execPath, args);
  return JSON.parse(stdout);
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: {
      pairs: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
    },
  });
  const count = wholeNumber('pairs', values.pairs, 100);
  const rounds = wholeNumber('rounds', values.rounds, 20);
  const seconds = wholeNumber('seconds', values.seconds, 60);

  return withStores(async (stores) => {
    const environment = { ...stores, PROCESS_ROLE: 'web' };
    const [one, other] = [await start(service, environment), await start(service, environment)];
    const theirs = await start(bare('bare-relay'), stores);
    const makers = {
      service: () => ourPair(one, one),
      bare: async () => barePair(theirs),
      across: () => ourPair(one, other),
    };

    const rows: string[][] = [];
    for (const { name, frameBytes, unit } of cases) {
      const measured: Record<keyof typeof makers, number[]> = { service: [], bare: [], across: [] };
      for (let round = 0; round <= rounds; round += 1)
        for (const subject of ['service', 'bare', 'across'] as const) {
          const pairs = await Promise.all(Array.from({ length: count }, makers[subject]));
          const result = await load({ pairs, frameBytes, seconds });
          const { megabytesPerSecond, messagesPerSecond } = result;
          if (round > 0) measured[subject].push(unit === 'MB/s' ? megabytesPerSecond : messagesPerSecond);
        }
      const ratio = median(measured.service.map((ours, round) => ours / (measured.bare[round] ?? Number.NaN)));
      const figures = [measured.service, measured.bare].map((each) => String(Math.round(median(each))));
      const across = String(Math.round(median(measured.across)));
      rows.push([`${name}, ${unit}`, ...figures, `${ratio.toFixed(2)}×`, '0.8×', across]);
    }
    console.log(`${count} pairs at once`);
    console.log(formatTable(['', 'one process', 'bare ws', 'ratio', 'aim', 'two processes'], rows));
    return 0;
  });
}

void runCommand(help, main);
