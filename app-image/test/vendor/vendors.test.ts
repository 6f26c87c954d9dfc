import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopServers } from '../server-process';
import { startVendorApi, type VendorApi } from './vendor-api';

let api: VendorApi;
beforeAll(async () => {
  api = await startVendorApi();
}, 30_000);
afterAll(stopServers);

interface View {
  readonly id: string;
  readonly name: string;
  readonly keys: readonly Readonly<Record<string, string | null>>[];
}
const listed = async (id: string) =>
  ((await api.admin('')).body.data as unknown as readonly View[]).find((vendor) => vendor.id === id);

it.each([
  ['GET', ''],
  ['POST', ''],
  ['POST', `/${randomUUID()}/keys`],
  ['DELETE', `/${randomUUID()}/keys/0123456789abcdef`],
])('is closed to those who did not sign in: %s %s', async (method, path) => {
  expect(await api.call(`/admin/vendors${path}`, { method })).toMatchObject({ status: 401 });
});

it('shows a key once, then what it is used for, and refuses it when it is revoked', async () => {
  const { id, keyId, key } = await api.newVendor('Once Shown & Co.');
  expect(key).toMatch(new RegExp(`^mvk_${keyId}_[\\w-]{43}$`));
  expect(await listed(id)).toEqual({
    id,
    name: 'Once Shown & Co.',
    createdAt: expect.any(String),
    keys: [{ id: keyId, createdAt: expect.any(String), lastUsedAt: null, revokedAt: null }],
  });
  const issued = await api.admin(`/${id}/keys`, { method: 'POST' });
  expect(issued.headers.get('cache-control')).toBe('no-store');

  const lead = { name: 'Asha', phone: '9876543210' };
  expect((await api.postLead(key, lead)).status).toBe(200);
  // The use is noted beside the answer.
  while ((await listed(id))?.keys[0]?.lastUsedAt === null) await sleep(20);
  expect((await api.admin(`/${id}/keys/${keyId}`, { method: 'DELETE' })).body.data).toEqual({ inForceForSeconds: 30 });
  expect((await api.postLead(key, lead)).status).toBe(401);
  expect((await api.postLead(String(issued.body.data.key), lead)).status).toBe(200);
  const [first, second] = (await listed(id))?.keys ?? [];
  expect([first?.revokedAt, second?.revokedAt]).toEqual([expect.any(String), null]);

  // Again changes nothing.
  expect((await api.admin(`/${id}/keys/${keyId}`, { method: 'DELETE' })).status).toBe(200);
  expect((await listed(id))?.keys[0]?.revokedAt).toBe(first?.revokedAt);
});

it('has one vendor of a name', async () => {
  await api.newVendor('Only One');
  expect(await api.admin('', { body: { name: ' Only One ' } })).toMatchObject({
    status: 409,
    body: { code: 'VENDOR_EXISTS' },
  });
});

it('says what it does not know, and what it does not take', async () => {
  const { id, keyId } = await api.newVendor('Known');
  const other = await api.newVendor('Other');
  const status = async (path: string, method: string) => (await api.admin(path, { method })).status;
  expect(await status(`/${randomUUID()}/keys`, 'POST')).toBe(404);
  expect(await status('/no-uuid/keys', 'POST')).toBe(400);
  expect(await status(`/${id}/keys/0123456789abcdef`, 'DELETE')).toBe(404);
  expect(await status(`/${id}/keys/nonsense`, 'DELETE')).toBe(400);
  expect(await status(`/${other.id}/keys/${keyId}`, 'DELETE')).toBe(404);
  for (const body of [{}, [], { name: '' }, { name: 'x'.repeat(101) }, { name: 'a\nb' }, { name: 'A', more: 1 }])
    expect((await api.admin('', { body })).status).toBe(400);
});
