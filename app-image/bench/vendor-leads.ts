import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { parseCommand, runCommand } from '../../scripts/command-line';
import { formatTable } from '../../scripts/table';
import { KeyHash, newApiKey } from '../src/vendor/api-key';
import { cpuTimeMs } from './cpu-time';
import type { LoadResult, Post } from './load';
import {
  bare,
  failuresIn,
  load,
  median,
  rate,
  type Subject,
  service,
  start,
  wholeNumber,
  withDatabase,
  withStores,
} from './subjects';

const help = `npm run bench:vendor-leads -- [--rounds N] [--seconds N]

Measures how many leads a second the compiled service (app-image/dist) stores, against the least that Express and pg
do for the same row: with and without an Idempotency-Key, with a real PostgreSQL and Redis, rate limits on, scans
asked for. Rounds are interleaved, the ratio is the median of the ratios within a round. Beside it stands the CPU that
a lead costs in all: server, PostgreSQL and Redis, which a busy machine changes less. Then it counts the leads: as
many as were answered with 200 have to be stored, and to wait for a scan.

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

/** Of one server in one round. */
interface Measured {
  readonly result: LoadResult;
  /** Microseconds of CPU, over all processes that take part. */
  readonly cpuOfLead: number;
}

async function measure(subject: Subject, seconds: number, headers: Post['headers']): Promise<Measured> {
  const before = cpuTimeMs();
  const result = await load(subject, { path, seconds, post: { headers, body: lead } });
  return { result, cpuOfLead: ((cpuTimeMs() - before) * 1000) / (result.outcomes[200] ?? 0) };
}

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
    const variables = { PROCESS_ROLE: 'web', TRUST_PROXY_HOPS: '1', VENDOR_API_KEY_PEPPER: pepper };
    // It migrates: the other one has no table before.
    const ours = await start(service, { ...stores, ...variables });
    const theirs = await start(bare('bare-leads'), stores);
    const key = await withDatabase(stores, addVendor);

    const json = { 'content-type': 'application/json' };
    const headers = { ...json, 'x-api-key': key };
    const cases = [
      { name: 'with a key', headers: { ...headers, 'idempotency-key': '{number}' } },
      { name: 'without', headers },
    ];
    const failed: string[] = [];
    const rows: (string | number)[][] = [];
    let stored = 0;
    for (const { name, headers } of cases) {
      const measured: { readonly mine: Measured; readonly other: Measured }[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const mine = await measure(ours, seconds, headers);
        const other = await measure(theirs, seconds, json);
        failed.push(...failuresIn(name, mine.result, other.result));
        stored += mine.result.outcomes[200] ?? 0;
        // The first one warms up.
        if (round > 0) measured.push({ mine, other });
      }
      const of = (value: (round: (typeof measured)[number]) => number) => median(measured.map(value));
      rows.push([
        name,
        Math.round(of(({ mine }) => rate(mine.result))),
        Math.round(of(({ other }) => rate(other.result))),
        `${of(({ mine, other }) => rate(mine.result) / rate(other.result)).toFixed(2)}×`,
        `${aim}×`,
        of(({ mine }) => mine.result.p99).toFixed(1),
        Math.round(of(({ mine }) => mine.cpuOfLead)),
        Math.round(of(({ other }) => other.cpuOfLead)),
      ]);
    }
    const head = ['leads/s', 'bare Express', 'ratio', 'aim', 'p99 ms', 'µs CPU a lead', 'bare'];
    console.log(formatTable(['Idempotency-Key', ...head], rows));

    const { leads, waiting } = await withDatabase(stores, countLeads);
    console.log(`\nanswered with 200  ${stored}\nstored             ${leads}\nwait for a scan    ${waiting}`);
    if (leads !== stored || waiting !== stored) failed.push('leads: not as many as were answered');
    for (const line of failed) console.error(`failed: ${line}`);
    return failed.length === 0 ? 0 : 1;
  });
}

void runCommand(help, main);
