import { loadEnvironment } from '../../src/config/load';
import { type Row, type SettingName, Settings } from '../../src/config/settings';

const row = 'mas101_leegality_sandbox_base_url';
const sandbox = 'https://sandbox.leegality.in';

/** The active rows of a table that holds these, and what was asked for. */
function table(rows: Readonly<Record<string, Row>> = {}) {
  const asked: string[] = [];
  const active = async (key: string) => {
    asked.push(key);
    return rows[key] ?? null;
  };
  return { asked, active };
}

const resolve = (name: SettingName, source: Record<string, string>, rows = table()) =>
  new Settings(loadEnvironment(source), rows).resolve(name);

it('takes an active row before the environment, and the environment before the default', async () => {
  const stored = table({ [row]: { value: 'https://stored.leegality.in', encrypted: true } });
  const source = { LEEGALITY_SANDBOX_BASE_URL: sandbox };
  expect(await resolve('LEEGALITY_SANDBOX_BASE_URL', source, stored)).toMatchObject({
    value: 'https://stored.leegality.in',
    from: 'system_configs',
  });
  expect(stored.asked).toEqual([row]);
  expect(await resolve('LEEGALITY_SANDBOX_BASE_URL', source)).toMatchObject({ value: sandbox, from: 'environment' });
  expect(await resolve('LEEGALITY_SANDBOX_BASE_URL', {})).toMatchObject({ value: undefined, from: 'nowhere' });
});

it('tells the secret from the process, and the process wins', async () => {
  const SECRETS_JSON = JSON.stringify({ LEEGALITY_SANDBOX_BASE_URL: sandbox });
  expect(await resolve('LEEGALITY_SANDBOX_BASE_URL', { SECRETS_JSON })).toMatchObject({
    value: sandbox,
    from: 'secret',
  });
  const both = { SECRETS_JSON, LEEGALITY_SANDBOX_BASE_URL: 'https://mine.leegality.in' };
  expect(await resolve('LEEGALITY_SANDBOX_BASE_URL', both)).toMatchObject({
    value: 'https://mine.leegality.in',
    from: 'environment',
  });
});

it('gives the text as it is written, and the default where nobody states one', async () => {
  expect(await resolve('JWT_EXPIRES_IN', {})).toMatchObject({ value: '15m', from: 'default' });
  expect(await resolve('JWT_EXPIRES_IN', { JWT_EXPIRES_IN: '1h' })).toMatchObject({ value: '1h', from: 'environment' });
});

it('takes an untouched kill switch for on', async () => {
  expect(await resolve('ENABLE_GRANT_AUDIT', {})).toMatchObject({ value: 'true', from: 'default' });
  expect(await resolve('ENABLE_GRANT_AUDIT', { ENABLE_GRANT_AUDIT: '0' })).toMatchObject({
    value: '0',
    from: 'environment',
  });
});

it('asks for no row where a setting has none', async () => {
  const rows = table();
  const { steps } = await resolve('PORT', {}, rows);
  expect(rows.asked).toEqual([]);
  expect(steps).toEqual([
    { source: 'kill switch', state: 'has none' },
    { source: 'system_configs', state: 'has none' },
    { source: 'environment', state: 'unset' },
    { source: 'default', state: 'set, for a laptop only' },
  ]);
});

it('ends at a kill switch that is off, whatever is set behind it', async () => {
  const source = { STARTER_BUNDLE_RESUME: '3' };
  expect(await resolve('STARTER_BUNDLE_RESUME', source)).toMatchObject({ value: '3', from: 'environment' });
  for (const off of ['false', '0']) {
    const { value, from, steps } = await resolve('STARTER_BUNDLE_RESUME', { ...source, ENABLE_STARTER_BUNDLE: off });
    expect([value, from, steps[0]?.state]).toEqual([undefined, 'kill switch', 'ENABLE_STARTER_BUNDLE: off']);
  }
  const on = await resolve('STARTER_BUNDLE_RESUME', { ...source, ENABLE_STARTER_BUNDLE: 'off' });
  expect([on.value, on.steps[0]?.state]).toEqual(['3', 'ENABLE_STARTER_BUNDLE: on']);
});

it('knows settings that have a row and no variable', async () => {
  const name = 'global_auto_screen_on_apply';
  expect(await resolve(name, {})).toMatchObject({ value: 'false', from: 'default' });
  const stored = table({ [name]: { value: 'true', encrypted: false } });
  expect(await resolve(name, { [name]: 'ignored' }, stored)).toEqual({
    name,
    value: 'true',
    from: 'system_configs',
    steps: [
      { source: 'kill switch', state: 'has none' },
      { source: 'system_configs', state: `${name}: set` },
      { source: 'environment', state: 'has no variable' },
      { source: 'default', state: 'set' },
    ],
  });
});

it('says that a row which should be encrypted is not', async () => {
  const { steps } = await resolve(
    'LEEGALITY_SANDBOX_BASE_URL',
    {},
    table({ [row]: { value: sandbox, encrypted: false } }),
  );
  expect(steps[1]?.state).toBe(`${row}: set, not encrypted; store it again, encrypted`);
});

it('has no setting of an unknown name, nor of one that every object has', async () => {
  for (const name of ['NO_SUCH_SETTING', 'toString', '__proto__'])
    await expect(resolve(name as SettingName, {})).rejects.toThrow(`There is no setting ${name}; add it`);
});

it('passes on that the table cannot be read', async () => {
  const broken = { asked: [], active: () => Promise.reject(new Error('connection refused')) };
  await expect(resolve('LEEGALITY_SANDBOX_BASE_URL', {}, broken)).rejects.toThrow('connection refused');
});
