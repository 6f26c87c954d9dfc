import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import { queuePrefix } from '../../src/queues/job-queues';
import { queues } from '../../src/queues/queue';
import { stopServers, stores } from '../server-process';
import { connectPostgres, connectRedis } from '../store-clients';
import { startVendorApi, type VendorApi } from './vendor-api';

let api: VendorApi;
let vendor: { readonly id: string; readonly name: string; readonly key: string };
let postgres: Client;
let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  api = await startVendorApi();
  const environment = await stores();
  [postgres, redis] = [await connectPostgres(environment), connectRedis(environment)];
  queue = new Queue(queues.workflow.name, { connection: redis, prefix: queuePrefix });
  vendor = await api.newVendor('Lead Garden');
}, 30_000);
afterAll(async () => {
  await queue?.close();
  redis?.disconnect();
  await postgres?.end();
  await stopServers();
});

const asha = { name: 'Asha Rao', email: 'asha@school.test' };
const rowsOf = async (column: 'id' | 'name', value: string) =>
  (await postgres.query(`SELECT * FROM raw_leads WHERE ${column} = $1`, [value])).rows;
const waits = async (leadId: string) =>
  (await postgres.query('SELECT FROM leads_to_enrol WHERE "leadId" = $1', [leadId])).rowCount;
const scans = async (leadId: string) =>
  (await queue.getJobs())
    .filter(({ data }) => [data.leadId, ...(data.leadIds ?? [])].includes(leadId))
    .map(({ id, name }) => ({ id, name }));
/** The job is added beside the answer. */
async function untilScanned(leadId: string) {
  for (;;) {
    const found = await scans(leadId);
    if (found.length > 0) return found;
    await sleep(10);
  }
}

it('stores a lead with its source, and asks for a scan', async () => {
  const { status, body } = await api.postLead(vendor.key, {
    name: '  Asha Rao ',
    email: 'Asha.Rao@School.test',
    phone: '098765 43210',
    courseInterest: 'Data Science',
    campaign: 'monsoon',
    utm: { source: 'google', medium: 'cpc' },
    custom: { city: 'Pune', age: 21, 'notes.1': 'two\nlines', consent: true, score: null },
  });
  expect(status).toBe(200);
  expect(body).toEqual({ success: true, data: { leadId: expect.stringMatching(/^[\da-f-]{36}$/), duplicate: false } });
  const { leadId = '' } = body.data;
  expect(await rowsOf('id', leadId)).toEqual([
    {
      id: leadId,
      vendorId: vendor.id,
      name: 'Asha Rao',
      email: 'asha.rao@school.test',
      phone: '+919876543210',
      courseInterest: 'Data Science',
      source: 'Lead Garden',
      campaign: 'monsoon',
      utm: { source: 'google', medium: 'cpc' },
      custom: { city: 'Pune', age: 21, 'notes.1': 'two\nlines', consent: true, score: null },
      createdAt: expect.any(Date),
    },
  ]);
  expect(await waits(leadId)).toBe(1);
  expect(await untilScanned(leadId)).toEqual([{ id: `lead-${leadId}`, name: 'trigger-scan' }]);
});

it('takes the least there is, and the source that the vendor states', async () => {
  const { body } = await api.postLead(vendor.key, { name: 'Noor', phone: '+44 20 7946 0018', source: 'fair' });
  expect(await rowsOf('id', body.data.leadId ?? '')).toMatchObject([
    { name: 'Noor', phone: '+442079460018', email: null, source: 'fair', campaign: null, utm: null, custom: null },
  ]);
});

it('stores one lead for a key that comes again, and says so', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const lead = { ...asha, name: 'Asha Again', custom: { a: 1, b: 2 } };
  const first = await api.postLead(vendor.key, lead, headers);
  const { leadId = '' } = first.body.data;
  await untilScanned(leadId);
  // As Redis forgets it after a day.
  await (await queue.getJob(`lead-${leadId}`))?.remove();
  // The same in other words is the same.
  const again = { custom: { b: 2, a: 1 }, email: 'ASHA@school.test', name: 'Asha Again ' };
  const second = await api.postLead(vendor.key, again, headers);
  expect([first, second]).toMatchObject([
    { status: 200, body: { data: { leadId, duplicate: false } } },
    { status: 200, body: { data: { leadId, duplicate: true } } },
  ]);
  expect(await rowsOf('name', 'Asha Again')).toHaveLength(1);
  // A job that comes after both, so that another one would be there.
  const { body } = await api.postLead(vendor.key, asha);
  await untilScanned(body.data.leadId ?? '');
  expect(await scans(leadId)).toEqual([]);
});

it('refuses a key that comes with another body, and keeps what there is', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const { body: first } = await api.postLead(vendor.key, { ...asha, name: 'Kept' }, headers);
  const { status, body } = await api.postLead(vendor.key, { ...asha, name: 'Dropped' }, headers);
  expect([status, body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
  expect(await rowsOf('name', 'Dropped')).toEqual([]);
  expect(await rowsOf('name', 'Kept')).toMatchObject([{ id: first.data.leadId }]);
});

it('stores one lead of fifty that come at once', async () => {
  const headers = { 'idempotency-key': 'fifty-at-once' };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => api.postLead(vendor.key, { ...asha, name: 'At Once' }, headers)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => body.data.leadId)).size).toBe(1);
  expect(answers.filter(({ body }) => !body.data.duplicate)).toHaveLength(1);
  expect(await rowsOf('name', 'At Once')).toMatchObject([{ id: answers[0]?.body.data.leadId }]);
});

it("lets no vendor meet another's keys", async () => {
  const other = await api.newVendor('Another Garden');
  const headers = { 'idempotency-key': 'shared-by-chance' };
  const mine = await api.postLead(vendor.key, asha, headers);
  const theirs = await api.postLead(other.key, { name: 'Somebody Else', phone: '9876543210' }, headers);
  expect(theirs).toMatchObject({ status: 200, body: { data: { duplicate: false } } });
  expect(theirs.body.data.leadId).not.toBe(mine.body.data.leadId);
});

it('stores a lead for every request without a key', async () => {
  const lead = { ...asha, name: 'Twice Without' };
  const answers = [await api.postLead(vendor.key, lead), await api.postLead(vendor.key, lead)];
  expect(answers.map(({ body }) => body.data.duplicate)).toEqual([false, false]);
  expect(await rowsOf('name', 'Twice Without')).toHaveLength(2);
});

it.each([
  ['nothing', '', ['name']],
  ['a list', [], ['']],
  ['no address at all', { name: 'A' }, ['email']],
  ['no name', { email: 'a@school.test' }, ['name']],
  ['a blank name', { ...asha, name: ' \t ' }, ['name']],
  ['a name of two lines', { ...asha, name: 'A\r\nBcc: b@school.test' }, ['name']],
  ['a name that is too long', { ...asha, name: 'x'.repeat(201) }, ['name']],
  ['a zero byte', { ...asha, campaign: 'a\0b' }, ['campaign']],
  ['half a character', '{"name":"\\ud800","email":"a@school.test"}', ['name']],
  ['an address that is none', { ...asha, email: 'asha@' }, ['email']],
  ['a number that is none', { ...asha, phone: '12345' }, ['phone']],
  ['a field that nobody knows', { ...asha, colour: 'red' }, ['']],
  ['an odd utm', { ...asha, utm: { source: 1 } }, ['utm.source']],
  ['an object within custom', { ...asha, custom: { a: {} } }, ['custom.a']],
  ['half a character within custom', '{"name":"A","phone":"9876543210","custom":{"a":"\\udc00"}}', ['custom.a']],
  ['endless numbers', '{"name":"A","phone":"9876543210","custom":{"a":1e999}}', ['custom.a']],
  ['an odd name within custom', { ...asha, custom: { '1a': 1 } }, ['custom.1a']],
  [
    'too much custom',
    { ...asha, custom: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`f${n}`, n])) },
    ['custom'],
  ],
])('refuses %s, and names the field', async (_what, lead, fields) => {
  const { status, body } = await api.postLead(vendor.key, lead);
  expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(body.fields?.map(({ field }) => field)).toEqual(fields);
});

it.each(['', 'x'.repeat(201), 'with space', 'gr\u00fc\u00df'])('refuses the idempotency key "%s"', async (key) => {
  const { status, body } = await api.postLead(vendor.key, asha, { 'idempotency-key': key });
  expect([status, body.fields?.map(({ field }) => field)]).toEqual([400, ['Idempotency-Key']]);
});

it('gives one answer to every key that is not in force', async () => {
  const [, id = ''] = vendor.key.split('_');
  const revoked = await api.newVendor('Revoked Garden');
  expect((await api.postLead(revoked.key, asha)).status).toBe(200);
  expect((await api.admin(`/${revoked.id}/keys/${revoked.keyId}`, { method: 'DELETE' })).status).toBe(200);
  const unknown = `mvk_${'0'.repeat(16)}_${'A'.repeat(43)}`;
  const wrong = `mvk_${id}_${'A'.repeat(43)}`;
  const answers = await Promise.all(
    [unknown, wrong, revoked.key, `${vendor.key}A`, 'nonsense', '', vendor.key.toUpperCase()].map((key) =>
      api.postLead(key, asha),
    ),
  );
  answers.push(await api.call('/v1/vendor/leads', { body: asha }));
  const seen = answers.map(({ status, body: { requestId: _differs, ...body } }) => JSON.stringify({ status, body }));
  expect(new Set(seen).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 401, body: { success: false, code: 'VENDOR_UNAUTHORIZED' } });
});

it('writes no key and no lead into the log, and no secret into the database', async () => {
  // Its own characters include the separator.
  const secret = vendor.key.split('_').slice(2).join('_');
  expect(secret).toHaveLength(43);
  expect(api.server.stdout).not.toContain(secret);
  expect(api.server.stdout).not.toContain('asha');
  expect(api.server.logs.filter(({ msg }) => msg === 'request failed')).toEqual([]);
  const { rows } = await postgres.query('SELECT vendor_api_keys::text AS row FROM vendor_api_keys');
  expect(rows.length).toBeGreaterThan(2);
  for (const { row } of rows) expect(row).not.toContain(secret);
});
