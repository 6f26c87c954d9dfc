import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { parseCommand, runCommand } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import { KeyHash, newApiKey } from '../src/vendor/api-key';
import {
  bare,
  failuresIn,
  load,
  median,
  rate,
  service,
  start,
  wholeNumber,
  withDatabase,
  withStores,
} from './subjects';

const help = `npm run bench:vendor-leads -- [--rounds N] [--seconds N]

Measures how many leads a second the compiled service (app-image/dist) stores, against the least that Express and pg
do for the same row: with and without an Idempotency-Key, with a real PostgreSQL and Redis, rate limits on, a scan
queued for each lead. Rounds are interleaved, the ratio is the median of the ratios within a round. Then it counts
the leads: as many as were answered with 200 have to be there, and as many jobs.

  --rounds N    counted rounds after one warm-up (default 5, 1 to 20)
  --seconds N   of each measurement (default 4, 1 to 60)

Exit codes: 0 measured, 1 a request failed or a lead is missing, 64 wrong usage.`;

const path = '/api/v1/vendor/leads';
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

async function countLeads(client: Client): Promise<{ readonly leads: number; readonly waiting: number }> {
  const { rows } = await client.query(
    `SELECT (SELECT count(*)::int FROM raw_leads WHERE "vendorId" IS NOT NULL) AS leads,
      (SELECT count(*)::int FROM leads_to_enrol) AS waiting`,
  );
  return rows[0];
}

async function main(args: string[]): Promise<number> {
  const { values } = parseCommand({
    args,
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
  });
  const rounds = wholeNumber('rounds', values.rounds, 20);
  const seconds = wholeNumber('seconds', values.seconds, 60);

  return withStores(async (stores) => {
    const environment = {
      ...stores,
      PROCESS_ROLE: 'web',
      TRUST_PROXY_HOPS: '1',
      VENDOR_API_KEY_PEPPER: pepper,
    };
    // It migrates: the bare one has no table before.
    const ours = await start(service, environment);
    const theirs = await start(bare('bare-leads'), environment);
    const key = await withDatabase(environment, addVendor);

    const json = { 'content-type': 'application/json' };
    const headers = { ...json, 'x-api-key': key };
    const cases = [
      { name: 'with a key', headers: { ...headers, 'idempotency-key': '{number}' } },
      { name: 'without', headers },
    ];
    const failed: string[] = [];
    const rows: (string | number)[][] = [];
    let answered = 0;
    for (const { name, headers } of cases) {
      const rates: { service: number; bare: number }[] = [];
      let p99 = Number.NaN;
      for (let round = 0; round <= rounds; round += 1) {
        const mine = await load(ours, { path, seconds, post: { headers, body: lead } });
        const other = await load(theirs, { path, seconds, post: { headers: json, body: lead } });
        failed.push(...failuresIn(name, mine, other));
        answered += mine.outcomes[200] ?? 0;
        if (round > 0) rates.push({ service: rate(mine), bare: rate(other) });
        p99 = mine.p99;
      }
      rows.push([
        name,
        Math.round(median(rates.map((each) => each.service))),
        Math.round(median(rates.map((each) => each.bare))),
        `${median(rates.map((each) => each.service / each.bare)).toFixed(2)}×`,
        `${aim}×`,
        p99.toFixed(1),
      ]);
    }
    console.log(formatTable(['Idempotency-Key', 'leads/s', 'bare Express', 'ratio', 'aim', 'p99 ms'], rows));

    const { leads, waiting } = await withDatabase(environment, countLeads);
    console.log(`\nanswered with 200  ${answered}\nstored             ${leads}\nwait for a scan    ${waiting}`);
    if (leads !== answered || waiting !== answered) failed.push('leads: not as many as were answered');
    for (const line of failed) console.error(`failed: ${line}`);
    return failed.length === 0 ? 0 : 1;
  });
}

void runCommand(help, main);
