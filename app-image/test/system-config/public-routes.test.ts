import { created, type Platform, startPlatform } from './platform';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform?.close());

const read = (key: string) => platform.stack.call(`/system-config/${key}`);

it('gives an active value to anyone, in one statement', async () => {
  await created(platform, { key: 'global_auto_screen_on_apply', value: 'true', label: 'Screen at once' });
  const { status, body } = await read('global_auto_screen_on_apply');
  expect(status).toBe(200);
  expect(body).toEqual({ success: true, data: { key: 'global_auto_screen_on_apply', value: 'true' } });

  const { database } = platform.stack;
  const statements = jest.spyOn(database, 'read');
  const others = jest.spyOn(database, 'query');
  await read('global_auto_screen_on_apply');
  expect(statements).toHaveBeenCalledTimes(1);
  expect(others).not.toHaveBeenCalled();
  jest.restoreAllMocks();
});

it('answers the same for a row that is absent, encrypted or not active', async () => {
  await created(platform, { key: 'encrypted', value: 'very secret', encrypted: true });
  await created(platform, { key: 'disabled', value: 'x', isActive: false });
  // Written before there was a column that says so.
  const legacy = 'mas101_leegality_sandbox_auth_token';
  await platform.stack.database.query('INSERT INTO system_configs (key, value) VALUES ($1, $2)', [legacy, 'x']);
  const answers = await Promise.all(['absent', 'encrypted', 'disabled', legacy].map(read));
  for (const { status, body } of answers) {
    expect(status).toBe(404);
    expect({ ...body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' });
  }
});

it.each([
  ['a zero byte', '%00'],
  ['a zero byte in the middle', 'a%00b'],
  ['10 kB', 'x'.repeat(10_000)],
  ['a space', 'a%20b'],
  ['a quote', "a'b"],
  ['a slash', 'a%2Fb'],
  ['no UTF-8', '%ff'],
  ['no encoding at all', '%zz'],
])('answers 400 for a key of %s', async (_title, key) => {
  const { status, body } = await read(key);
  expect(status).toBe(400);
  expect(body).toMatchObject({ success: false, code: expect.stringMatching(/^(VALIDATION_FAILED|BAD_REQUEST)$/) });
});

it('lists the call providers, which no key shadows', async () => {
  expect(await read('enabled-call-providers')).toMatchObject({ status: 200, body: { success: true, data: [] } });
  const { id } = await created(platform, { key: 'enabled_call_providers', value: '["exotel","twilio"]' });
  await created(platform, { key: 'enabled-call-providers', value: 'shadow' });
  expect(await read('enabled-call-providers')).toMatchObject({ body: { data: ['exotel', 'twilio'] } });
  await platform.admin(`/${id}`, 'PUT', { isActive: false });
  expect(await read('enabled-call-providers')).toMatchObject({ status: 200, body: { data: [] } });
});

it('does not guess when the list of providers was broken by hand', async () => {
  await platform.stack.database.query(`UPDATE system_configs SET value = 'exotel', "isActive" = true WHERE key = $1`, [
    'enabled_call_providers',
  ]);
  expect(await read('enabled-call-providers')).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
  const { logs } = platform.stack;
  expect(logs.at(-1)).toMatchObject({
    err: { message: expect.stringContaining('no JSON array of names: write it again') },
  });
});
