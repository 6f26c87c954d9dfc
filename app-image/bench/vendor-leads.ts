import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../local/postgres';
import { startRedis } from '../../local/redis';
import { parseCommand, runCommand, UsageError } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import { KeyHash, newApiKey } from '../src/vendor/api-key';
import { load, median, type Subject, start, stop } from './subject';

const help = `node --require tsx/cjs app-image/bench/vendor-leads.ts [--rounds N] [--seconds N]

Measures how many leads a second the compiled service (app-image/dist) stores, against the least that Express and pg
do for the same row: with and without an Idempotency-Key, with a real PostgreSQL and Redis, rate limits on, a scan
queued for each lead. Rounds are interleaved, the ratio is the median of the ratios within a round. Then it counts
the leads: as many as were answered with 200 have to be there, and as many jobs.

  --rounds N    counted rounds after one warm-up (default 5, 1 to 20)
  --seconds N   of each measurement (default 4, 1 to 60)

Exit codes: 0 measured, 1 a request failed or a lead is missing, 64 wrong usage.`;

const path = '/api/v1/vendor/leads';
const connections = 32;
const aim = 0.8;
const pepper = 'a-pepper-for-nothing-but-the-benchmark';

const lead = JSON.stringify({
  name: 'Asha Rao',
  email: 'asha-{number}@school.test',
  phone: '+919876543210',
  courseInterest: 'Data Science',
  campaign: 'monsoon',
  utm: { source: 'google', medium: 'cpc' },
  custom: { city: 'Pune', age: 21 },
});

/** @returns a key that the service takes */
async function addVendor(client: Client): Promise<string> {
  const { id, key } = newApiKey();
  const vendorId = randomUUID();
  await client.query('INSERT INTO vendors (id, name) VALUES ($1, $2)', [vendorId, 'bench']);
  await client.query('INSERT INTO vendor_api_keys (id, "vendorId", hash) VALUES ($1, $2, $3)', [
    id,
    vendorId,
    new KeyHash(pepper).of(key),
  ]);
  return key;
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new UsageError(`--${name}: "${text}" is no whole number from 1 to ${max}.`);
  return value;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
  });
  const rounds = wholeNumber('rounds', values.rounds, 20);
  const seconds = wholeNumber('seconds', values.seconds, 60);

  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const { name: database } = await postgres.createDatabase();
  const { host, port, superuser: user, password } = postgres;
  const client = new Client({ host, port, user, password, database });
  const running: Subject[] = [];
  try {
    const environment = {
      HOST: '127.0.0.1',
      PROCESS_ROLE: 'web',
      TRUST_PROXY_HOPS: '1',
      VENDOR_API_KEY_PEPPER: pepper,
      DB_HOST: host,
      DB_PORT: String(port),
      DB_NAME: database,
      DB_USERNAME: user,
      DB_PASSWORD: password,
      DB_CONNECTION_LIMIT: '10',
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
    };
    // It migrates: the bare one has no table before.
    const service = await start(join(__dirname, '..', 'dist', 'main.js'), environment);
    running.push(service);
    const bare = await start(join(__dirname, 'bare-leads.cjs'), environment);
    running.push(bare);
    await client.connect();

    const json = { 'content-type': 'application/json' };
    const headers = { ...json, 'x-api-key': await addVendor(client) };
    const cases = [
      { name: 'with a key', headers: { ...headers, 'idempotency-key': '{number}' } },
      { name: 'without', headers },
    ];
    const failed: string[] = [];
    const rows: (string | number)[][] = [];
    let stored = 0;
    for (const { name, headers } of cases) {
      const rates: { service: number; bare: number }[] = [];
      let p99 = Number.NaN;
      for (let round = 0; round <= rounds; round += 1) {
        const measured = { path, connections, seconds };
        const ours = await load(service, { ...measured, post: { headers, body: lead } });
        const theirs = await load(bare, { ...measured, post: { headers: json, body: lead } });
        for (const [outcome, count] of [...Object.entries(ours.outcomes), ...Object.entries(theirs.outcomes)])
          if (outcome !== '200') failed.push(`${name}: ${count} × ${outcome}`);
        const [count = 0, bareCount = 0] = [ours.outcomes[200], theirs.outcomes[200]];
        stored += count;
        if (round > 0) rates.push({ service: count / ours.seconds, bare: bareCount / theirs.seconds });
        p99 = ours.p99;
      }
      const [service_, bare_, ratio] = [
        median(rates.map((each) => each.service)),
        median(rates.map((each) => each.bare)),
        median(rates.map((each) => each.service / each.bare)),
      ];
      rows.push([name, Math.round(service_), Math.round(bare_), `${ratio.toFixed(2)}×`, `${aim}×`, p99.toFixed(1)]);
    }
    console.log(formatTable(['Idempotency-Key', 'leads/s', 'bare Express', 'ratio', 'aim', 'p99 ms'], rows));

    const { rows: found } = await client.query<{ leads: number; waiting: number }>(
      `SELECT (SELECT count(*)::int FROM raw_leads WHERE "vendorId" IS NOT NULL) AS leads,
        (SELECT count(*)::int FROM leads_to_enrol) AS waiting`,
    );
    const [{ leads, waiting } = { leads: 0, waiting: 0 }] = found;
    console.log(`\nanswered with 200  ${stored}\nstored             ${leads}\nwait for a scan    ${waiting}`);
    if (leads !== stored || waiting !== stored) failed.push('leads: not as many as were answered');
    for (const line of failed) console.error(`failed: ${line}`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await Promise.all(running.map(stop));
    await client.end().catch(() => {});
    await Promise.all([postgres.stop(), redis.stop()]);
  }
}

void runCommand(help, main);
