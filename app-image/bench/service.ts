import { setTimeout as sleep } from 'node:timers/promises';
import { parseCommand, runCommand } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import {
  bare,
  failuresIn,
  load,
  median,
  rate,
  residentMiB,
  service,
  start,
  stop,
  wholeNumber,
  withDatabase,
  withStores,
} from './subjects';

const help = `npm run bench:service -- [--rounds N] [--seconds N]

Measures the compiled service (app-image/dist) against the least that Express and pg do for the same answers:
requests a second to /api/health and to one database read, with a real PostgreSQL and Redis, rate limits on.
Rounds are interleaved, the ratio is the median of the ratios within a round. Then boot to ready, and memory at rest.

  --rounds N    counted rounds after one warm-up (default 5, 1 to 20)
  --seconds N   of each measurement (default 4, 1 to 60)

Exit codes: 0 measured, 1 a request failed, 64 wrong usage.`;

const key = 'bench';

const cases = [
  { name: 'health', path: '/api/health', aim: 0.8 },
  { name: 'database read', path: `/api/system-config/${key}`, aim: 0.8 },
] as const;

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
  });
  const rounds = wholeNumber('rounds', values.rounds, 20);
  const seconds = wholeNumber('seconds', values.seconds, 60);

  return withStores(async (stores) => {
    const environment = { ...stores, PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1' };
    const boots: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const subject = await start(service, environment);
      await sleep(2_000);
      // The first one migrates, and finds nothing in the file cache.
      if (round > 0) {
        boots.push(subject.bootMs);
        memory.push(residentMiB(subject));
      } else
        await withDatabase(environment, (client) =>
          client.query('INSERT INTO system_configs (key, value) VALUES ($1, $2)', [key, 'true']),
        );
      await stop(subject);
    }

    const ours = await start(service, environment);
    const theirs = await start(bare('bare-express'), environment);
    const rows: (string | number)[][] = [];
    const failed: string[] = [];
    for (const { name, path, aim } of cases) {
      const rates: { service: number; bare: number }[] = [];
      let p99 = Number.NaN;
      for (let round = 0; round <= rounds; round += 1) {
        const [mine, other] = [await load(ours, { path, seconds }), await load(theirs, { path, seconds })];
        failed.push(...failuresIn(name, mine, other));
        if (round > 0) rates.push({ service: rate(mine), bare: rate(other) });
        p99 = mine.p99;
      }
      const ratio = median(rates.map((each) => each.service / each.bare));
      rows.push([
        name,
        Math.round(median(rates.map((each) => each.service))),
        Math.round(median(rates.map((each) => each.bare))),
        `${ratio.toFixed(2)}×`,
        `${aim}×`,
        p99.toFixed(1),
      ]);
    }
    console.log(formatTable(['', 'requests/s', 'bare Express', 'ratio', 'aim', 'p99 ms'], rows));
    console.log(`\nboot to listening  ${(median(boots) / 1000).toFixed(2)} s (aim: under 2)`);
    console.log(`memory at rest     ${Math.round(median(memory))} MiB (aim: under 200)`);
    for (const line of failed) console.error(`failed: ${line}`);
    return failed.length === 0 ? 0 : 1;
  });
}

void runCommand(help, main);
