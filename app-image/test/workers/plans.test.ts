import { Client } from 'pg';
import { expire } from '../../src/workers/cleanup';
import { figures } from '../../src/workers/figures';
import { oldRows, pruning, signIns } from '../../src/workers/old-rows';
import { startWork, type Work } from './work';

/** They count whole tables, and no index would help. */
const ofWholeTables = ['activeUsers', 'mrlearnLearners'];

const scheduled: readonly (readonly [string, string])[] = [
  ...figures
    .filter(({ name }) => !ofWholeTables.includes(name))
    .map(({ name, statement }) => [name, statement] as const),
  ...[...oldRows, signIns].map((rule) => [`pruning of ${rule.table}`, pruning(rule).replace('$1', '30')] as const),
  ['expired slots', expire],
];

let work: Work;
let client: Client;
beforeAll(async () => {
  work = await startWork();
  const {
    DB_HOST: host,
    DB_PORT: port,
    DB_NAME: database,
    DB_USERNAME: user,
    DB_PASSWORD: password,
  } = work.environment;
  client = new Client({ host, port, database, user, password });
  await client.connect();
  // Small tables are read whole, index or not.
  await client.query('SET enable_seqscan = off');
});
afterAll(async () => {
  await client?.end();
  await work?.close();
});

it.each(scheduled)('finds its rows by an index, however many there are: %s', async (_name, statement) => {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement}`);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('Index Cond');
  expect(plan).not.toContain('Seq Scan');
});
