import { randomUUID } from 'node:crypto';
import { created, type Platform, startPlatform, type View } from './platform';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform?.close());

const admin: Platform['admin'] = (...call) => platform.admin(...call);
const storedValue = async (key: string) => {
  const statement = 'SELECT value FROM system_configs WHERE key = $1';
  const [row] = await platform.stack.database.query<{ value: string }>(statement, [key]);
  return row?.value;
};

it.each([
  ['GET', ''],
  ['POST', ''],
  ['POST', '/refresh-mr-hire'],
  ['PUT', `/${randomUUID()}`],
  ['DELETE', `/${randomUUID()}`],
])('is closed to those who are no administrators: %s %s', async (method, path) => {
  const { stack } = platform;
  const [user, sales] = await Promise.all([stack.addUser('USER'), stack.addUser('SALES')]);
  const call = (token?: string) => stack.call(`/admin/system-config${path}`, { method, token });
  expect(await call()).toMatchObject({ status: 401 });
  for (const { token } of [user, sales]) expect(await call(token)).toMatchObject({ status: 403 });
});

it('creates a row, then changes it, and keeps what is not stated', async () => {
  const first = { key: 'upserted', value: 'one', label: 'A label', description: 'What it does', isActive: false };
  const { status, body } = await admin('', 'POST', first);
  expect(status).toBe(201);
  expect(body.data).toEqual({
    ...first,
    id: expect.any(String),
    isEncrypted: false,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  const again = await admin('', 'POST', { key: 'upserted', value: 'two', label: null });
  expect(again.status).toBe(200);
  expect(again.body.data).toMatchObject({ ...first, value: 'two', label: null, id: (body.data as View).id });
});

it('makes one row of many upserts at the same time', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => admin('', 'POST', { key: 'contended', value: String(index) })),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => ![201, 200, 409].includes(status))).toEqual([]);
});

it('lists all rows by key, without the encrypted values', async () => {
  await created(platform, { key: 'zz_secret', value: 'not to be seen', encrypted: true });
  await created(platform, { key: 'aa_first', value: 'plain' });
  const { status, body } = await admin('', 'GET');
  expect(status).toBe(200);
  const rows = body.data as View[];
  expect(rows.map(({ key }) => key)).toEqual(rows.map(({ key }) => key).sort());
  expect(rows).toContainEqual(expect.objectContaining({ key: 'zz_secret', value: null, isEncrypted: true }));
  expect(rows).toContainEqual(expect.objectContaining({ key: 'aa_first', value: 'plain', isEncrypted: false }));
  expect(JSON.stringify(body)).not.toContain('v1:');
});

it('stores an encrypted value as ciphertext, and gives it to the service in plain text', async () => {
  const { body } = await admin('', 'POST', { key: 'credential', value: 'first secret', encrypted: true });
  expect(body.data).toMatchObject({ value: null, isEncrypted: true });
  expect(await storedValue('credential')).toMatch(/^v1:/);
  expect(await platform.config.getValue('credential')).toBe('first secret');
  expect(await platform.config.active('credential')).toEqual({ value: 'first secret', encrypted: true });
});

it('keeps a row encrypted when its value changes, by upsert and by id', async () => {
  const { id } = await created(platform, { key: 'rotated', value: 'one', encrypted: true });
  const before = await storedValue('rotated');
  expect(await admin('', 'POST', { key: 'rotated', value: 'two' })).toMatchObject({
    status: 200,
    body: { data: { value: null, isEncrypted: true } },
  });
  expect(await storedValue('rotated')).toMatch(/^v1:/);
  expect(await storedValue('rotated')).not.toBe(before);
  expect(await platform.config.getValue('rotated')).toBe('two');
  expect(await admin(`/${id}`, 'PUT', { value: 'three' })).toMatchObject({
    status: 200,
    body: { data: { value: null } },
  });
  expect(await platform.config.getValue('rotated')).toBe('three');
});

it('never sends the plain text of an encrypted row to the database', async () => {
  await created(platform, { key: 'unsent', value: 'plain text one', encrypted: true });
  const sent = jest.spyOn(platform.stack.database, 'query');
  await admin('', 'POST', { key: 'unsent', value: 'plain text two' });
  expect(JSON.stringify(sent.mock.calls)).toContain('unsent');
  expect(JSON.stringify(sent.mock.calls)).not.toContain('plain text');
  jest.restoreAllMocks();
});

it('turns encryption on with the value that is there, and off with a new one only', async () => {
  const { id } = await created(platform, { key: 'switched', value: 'was plain' });
  expect(await admin(`/${id}`, 'PUT', { encrypted: true })).toMatchObject({ body: { data: { value: null } } });
  expect(await storedValue('switched')).toMatch(/^v1:/);
  expect(await platform.config.getValue('switched')).toBe('was plain');

  expect(await admin(`/${id}`, 'PUT', { encrypted: false })).toMatchObject({
    status: 400,
    body: { code: 'VALUE_NEEDED' },
  });
  expect(await admin(`/${id}`, 'PUT', { encrypted: false, value: 'harmless' })).toMatchObject({
    status: 200,
    body: { data: { value: 'harmless', isEncrypted: false } },
  });
});

it('encrypts anew under a new key, to which the ciphertext is bound', async () => {
  const { id } = await created(platform, { key: 'old_name', value: 'moves along', encrypted: true });
  expect(await admin(`/${id}`, 'PUT', { key: 'new_name' })).toMatchObject({ status: 200 });
  expect(await platform.config.getValue('new_name')).toBe('moves along');
  expect(await platform.config.getValue('old_name')).toBeNull();
});

it('says which row cannot be decrypted when a ciphertext was copied into another', async () => {
  await created(platform, { key: 'source', value: 'secret of the source', encrypted: true });
  await created(platform, { key: 'target', value: 'x', encrypted: true });
  await platform.stack.database.query(
    `UPDATE system_configs SET value = (SELECT value FROM system_configs WHERE key = 'source') WHERE key = 'target'`,
  );
  await expect(platform.config.getValue('target')).rejects.toThrow('system_configs row target cannot be decrypted');
});

it('disables a row without losing it, and deletes it for good', async () => {
  const { id } = await created(platform, { key: 'soft', value: 'kept' });
  expect(await admin(`/${id}`, 'PUT', { isActive: false })).toMatchObject({
    body: { data: { value: 'kept', isActive: false } },
  });
  expect(await platform.config.getByKey('soft')).toBeNull();
  expect(await platform.config.getValue('soft')).toBeNull();
  expect(await admin(`/${id}`, 'PUT', { isActive: true })).toMatchObject({ status: 200 });
  expect(await platform.config.getValue('soft')).toBe('kept');
  expect(await admin(`/${id}`, 'DELETE')).toMatchObject({ status: 200, body: { data: { key: 'soft' } } });
  expect(await storedValue('soft')).toBeUndefined();
  expect(await admin(`/${id}`, 'DELETE')).toMatchObject({ status: 404 });
  expect(await admin(`/${id}`, 'PUT', { value: 'x' })).toMatchObject({ status: 404 });
});

it('answers 409 for a key that another row has', async () => {
  await created(platform, { key: 'taken', value: 'x' });
  const { id } = await created(platform, { key: 'renamed', value: 'y' });
  expect(await admin(`/${id}`, 'PUT', { key: 'taken' })).toMatchObject({ status: 409, body: { code: 'KEY_TAKEN' } });
  expect(await storedValue('renamed')).toBe('y');
});

it('answers 409 rather than undo what somebody else changed meanwhile', async () => {
  const { id } = await created(platform, { key: 'raced', value: 'plain' });
  const { database } = platform.stack;
  const query = database.query;
  const meanwhile = jest.spyOn(database, 'query').mockImplementation(async (statement, parameters) => {
    if (statement.startsWith('UPDATE')) await query(`UPDATE system_configs SET value = 'theirs' WHERE id = $1`, [id]);
    return query(statement, parameters);
  });
  expect(await admin(`/${id}`, 'PUT', { value: 'ours' })).toMatchObject({
    status: 409,
    body: { code: 'CHANGED_MEANWHILE' },
  });
  meanwhile.mockRestore();
  expect(await storedValue('raced')).toBe('theirs');
});

it('refuses to store a credential that the contract names in plain text', async () => {
  const key = 'mas101_leegality_sandbox_auth_token';
  const plain = await admin('', 'POST', { key, value: 'token' });
  expect(plain).toMatchObject({ status: 400, body: { code: 'ENCRYPTION_NEEDED' } });
  expect(JSON.stringify(plain.body)).not.toContain('"token"');
  const { id } = await created(platform, { key, value: 'token', encrypted: true });
  const off = await admin(`/${id}`, 'PUT', { encrypted: false, value: 'token' });
  expect(off).toMatchObject({ status: 400, body: { code: 'ENCRYPTION_NEEDED' } });
});

it('refuses a list of call providers that is none', async () => {
  for (const value of ['exotel', '{}', '[1]', ''])
    expect(await admin('', 'POST', { key: 'enabled_call_providers', value })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_VALUE' },
    });
});

it('takes a value of 64 kB and no more', async () => {
  const largest = 'ü'.repeat(32 * 1024);
  expect(await admin('', 'POST', { key: 'large', value: largest, encrypted: true })).toMatchObject({ status: 201 });
  expect(await platform.config.getValue('large')).toBe(largest);
  expect(await admin('', 'POST', { key: 'larger', value: `${largest}x` })).toMatchObject({ status: 400 });
});

it.each<[string, unknown]>([
  ['no key', { value: 'x' }],
  ['no value', { key: 'x' }],
  ['a key with a space', { key: 'a b', value: 'x' }],
  ['a value with a zero byte', { key: 'x', value: 'a\0b' }],
  ['a label with a zero byte', { key: 'x', value: 'y', label: '\0' }],
  ['a value that is no text', { key: 'x', value: { a: 1 } }],
  ['a field that does not exist', { key: 'x', value: 'y', isEncrypted: true }],
  ['nothing', undefined],
])('answers 400 for %s', async (_title, body) => {
  expect(await admin('', 'POST', body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
});

it('answers 400 for an id that is none, and for a change of nothing', async () => {
  expect(await admin('/1', 'PUT', { value: 'x' })).toMatchObject({ status: 400 });
  expect(await admin('/1', 'DELETE')).toMatchObject({ status: 400 });
  expect(await admin(`/${randomUUID()}`, 'PUT', {})).toMatchObject({ status: 400 });
});

it('logs who changed which row, and no value', async () => {
  const { logs } = platform.stack;
  await created(platform, { key: 'logged', value: 'a value for nobody' });
  expect(logs.at(-1)).toMatchObject({ msg: 'system config created', key: 'logged', by: expect.any(String) });
  expect(JSON.stringify(logs)).not.toContain('a value for nobody');
});
