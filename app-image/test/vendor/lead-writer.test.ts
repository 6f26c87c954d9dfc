import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/database/database';
import { Unavailable } from '../../src/database/unavailable';
import { LeadWriter, type NewLead } from '../../src/vendor/lead-writer';
import { captureLog, environmentOf } from '../database/environment';
import { type DatabaseVariable, freshDatabase, type Store } from '../stores';

let store: Store<DatabaseVariable>;
let database: Database;
beforeAll(async () => {
  store = await freshDatabase();
  database = await openDatabase(environmentOf(store.environment), captureLog().log);
});
beforeEach(() => database.query('TRUNCATE raw_leads, leads_to_enrol, vendor_lead_requests'));
afterAll(async () => {
  await database?.close();
  await store?.close();
});

const vendorId = randomUUID();
const leadOf = (given: Partial<NewLead> = {}): NewLead => ({
  id: randomUUID(),
  vendorId,
  key: null,
  bodyHash: given.key ? '00ff' : null,
  name: 'Asha',
  email: null,
  phone: '+919876543210',
  courseInterest: null,
  source: 'garden',
  campaign: null,
  utm: null,
  custom: null,
  ...given,
});

/** Counts the statements that leads are stored with. */
function counting() {
  const seen = { statements: 0 };
  const read: Database['read'] = (...statement) => {
    seen.statements += 1;
    return database.read(...statement);
  };
  return { seen, writer: new LeadWriter({ read }) };
}
const countOf = async (table: string) => (await database.query(`SELECT FROM ${table}`)).length;

it('stores all leads of one moment with one statement, each whole', async () => {
  const { seen, writer } = counting();
  const leads = Array.from({ length: 30 }, (_, n) => leadOf({ custom: { n }, utm: { source: 'x' } }));
  expect(await Promise.all(leads.map((lead) => writer.store(lead)))).toEqual(Array(30).fill(true));
  expect(seen.statements).toBe(1);
  const rows = await database.query<{ id: string; custom: unknown }>('SELECT id, custom FROM raw_leads');
  expect(new Map(rows.map(({ id, custom }) => [id, custom]))).toEqual(
    new Map(leads.map(({ id, custom }) => [id, custom])),
  );
  expect(await countOf('leads_to_enrol')).toBe(30);
});

it('takes more than one statement holds', async () => {
  const { seen, writer } = counting();
  await Promise.all(Array.from({ length: 201 }, () => writer.store(leadOf())));
  expect(seen.statements).toBe(3);
  expect(await countOf('raw_leads')).toBe(201);
});

it('stores the first of a key, within one statement and over several', async () => {
  const { writer } = counting();
  const twins = [leadOf({ key: 'k' }), leadOf({ key: 'k' }), leadOf({ key: 'other' })];
  const first = await Promise.all(twins.map((lead) => writer.store(lead)));
  expect(first.filter(Boolean)).toHaveLength(2);
  expect(await writer.store(leadOf({ key: 'k' }))).toBe(false);
  expect([await countOf('raw_leads'), await countOf('leads_to_enrol')]).toEqual([2, 2]);
});

it('stores a lead once when its statement is sent twice', async () => {
  const [keyed, plain] = [leadOf({ key: 'k' }), leadOf()];
  const read: Database['read'] = async (...statement) => {
    await database.read(...statement);
    return database.read(...statement);
  };
  const twice = new LeadWriter({ read });
  await Promise.all([twice.store(keyed), twice.store(plain)]);
  expect([await countOf('raw_leads'), await countOf('leads_to_enrol')]).toEqual([2, 2]);
});

it('lets writers with the same keys in other orders not wait for each other', async () => {
  const keys = Array.from({ length: 40 }, (_, n) => `key-${n}`);
  const orders = [keys, [...keys].reverse(), [...keys].sort(), [...keys].sort().reverse()];
  for (let round = 0; round < 5; round += 1) {
    const stored = await Promise.all(
      orders.flatMap((order) => {
        const writer = new LeadWriter(database);
        return order.map((key) => writer.store(leadOf({ key: `${key}-${round}` })));
      }),
    );
    expect(stored.filter(Boolean)).toHaveLength(keys.length);
  }
});

it('lets no lead suffer for another that the table refuses', async () => {
  await database.query('ALTER TABLE raw_leads ADD CONSTRAINT of_the_platform CHECK (name <> $$refused$$)');
  const { writer } = counting();
  const leads = ['Asha', 'refused', 'Noor'].map((name) => leadOf({ name }));
  const settled = await Promise.allSettled(leads.map((lead) => writer.store(lead)));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await countOf('raw_leads')).toBe(2);
  await database.query('ALTER TABLE raw_leads DROP CONSTRAINT of_the_platform');
});

it('does not ask a database that is away for each of them', async () => {
  let statements = 0;
  const read = () => {
    statements += 1;
    return Promise.reject(new Unavailable('no database'));
  };
  const writer = new LeadWriter({ read });
  const settled = await Promise.allSettled([leadOf(), leadOf(), leadOf()].map((lead) => writer.store(lead)));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(statements).toBe(1);
});
