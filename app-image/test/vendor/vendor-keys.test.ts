import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/database/database';
import { VendorKeys, type VendorKeysProps } from '../../src/vendor/vendor-keys';
import { Vendors } from '../../src/vendor/vendors';
import { captureLog, environmentOf } from '../database/environment';
import { type DatabaseVariable, freshDatabase, type Store } from '../stores';
import { pepper } from './vendor-api';

let store: Store<DatabaseVariable>;
let database: Database;
beforeAll(async () => {
  store = await freshDatabase();
  database = await openDatabase(environmentOf(store.environment), captureLog().log);
});
afterAll(async () => {
  await database?.close();
  await store?.close();
});

/** As another process has them. */
const vendorKeys = (props: Partial<VendorKeysProps> = {}) =>
  new VendorKeys({ environment: { VENDOR_API_KEY_PEPPER: pepper }, database, log: captureLog().log, ...props });

async function newKey() {
  const vendor = await new Vendors(database).add(randomUUID());
  const issued = vendor && (await vendorKeys().issue(vendor.id));
  if (!vendor || !issued) throw new Error('No key was issued.');
  return { vendor: { id: vendor.id, name: vendor.name }, ...issued };
}

/** Counts, and fails on demand. */
function watched() {
  const seen = { reads: 0, queries: 0, fails: false };
  const read: Database['read'] = async (...statement) => {
    seen.reads += 1;
    if (seen.fails) throw new Error('no database');
    return database.read(...statement);
  };
  const query: Database['query'] = async (...statement) => {
    seen.queries += 1;
    return database.query(...statement);
  };
  return { seen, database: { read, query } };
}

it('asks the database once for many requests, and notes one use', async () => {
  const { vendor, key } = await newKey();
  const { seen, database } = watched();
  const keys = vendorKeys({ database });
  expect(await Promise.all(Array.from({ length: 20 }, () => keys.vendorOf(key)))).toEqual(Array(20).fill(vendor));
  expect(await keys.vendorOf(key)).toEqual(vendor);
  expect(seen).toMatchObject({ reads: 1, queries: 1 });
});

it('takes a key that another process revoked until it asks again', async () => {
  const { vendor, id, key } = await newKey();
  const [patient, impatient, other] = [vendorKeys(), vendorKeys({ keptMs: 0 }), vendorKeys()];
  for (const keys of [patient, impatient]) expect(await keys.vendorOf(key)).toEqual(vendor);
  expect(await other.revoke(vendor.id, id)).toBe(true);
  expect(await patient.vendorOf(key)).toEqual(vendor);
  for (const keys of [impatient, other]) await expect(keys.vendorOf(key)).rejects.toMatchObject({ status: 401 });
});

it('neither keeps a failure nor what does not exist', async () => {
  const { vendor, id, key } = await newKey();
  const { seen, database } = watched();
  const keys = vendorKeys({ database });
  seen.fails = true;
  await expect(keys.vendorOf(key)).rejects.toThrow('no database');
  seen.fails = false;
  expect(await keys.vendorOf(key)).toEqual(vendor);
  const unknown = `mvk_${'f'.repeat(16)}_${key.slice(-43)}`;
  for (const reads of [3, 4]) {
    await expect(keys.vendorOf(unknown)).rejects.toMatchObject({ code: 'VENDOR_UNAUTHORIZED' });
    expect(seen.reads).toBe(reads);
  }
  await expect(keys.vendorOf(`mvk_${id}_${'x'.repeat(43)}`)).rejects.toMatchObject({ code: 'VENDOR_UNAUTHORIZED' });
});

it('knows no key under another pepper, and none without one', async () => {
  const { vendor, key } = await newKey();
  const rotated = vendorKeys({ environment: { VENDOR_API_KEY_PEPPER: `${pepper}-rotated` } });
  await expect(rotated.vendorOf(key)).rejects.toMatchObject({ status: 401 });
  const off = vendorKeys({ environment: { VENDOR_API_KEY_PEPPER: undefined } });
  const notConfigured = { status: 503, code: 'VENDOR_API_NOT_CONFIGURED' };
  await expect(off.vendorOf(key)).rejects.toMatchObject(notConfigured);
  await expect(off.issue(vendor.id)).rejects.toMatchObject(notConfigured);
});

it('goes on when a use cannot be noted', async () => {
  const { vendor, key } = await newKey();
  const { log, messages } = captureLog();
  const read: Database['read'] = (...statement) => database.read(...statement);
  const query = () => Promise.reject(new Error('no database'));
  expect(await vendorKeys({ database: { read, query }, log }).vendorOf(key)).toEqual(vendor);
  expect(messages()).toEqual(['the database is away: the last use of vendor keys is not noted']);
});
