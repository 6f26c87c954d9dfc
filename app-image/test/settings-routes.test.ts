import { contract } from '../src/config/contract';
import { loadEnvironment } from '../src/config/load';
import type { Role } from '../src/database/entities';
import { Tokens } from '../src/identity/tokens';
import { type StartedServer, startServer, stopServers, stores } from './server-process';
import { connectPostgres } from './store-clients';

const hidden = 'never-to-be-seen-0000';
const baseUrlRow = 'mas101_leegality_sandbox_base_url';
const switches = { ENABLE_STARTER_BUNDLE: 'false', ENABLE_GRANT_AUDIT: '0', ENABLE_TOKEN_REQUEST_FLOW: 'off' };
const variables = {
  PROCESS_ROLE: 'web',
  STARTER_BUNDLE_RESUME: '3',
  LEEGALITY_SANDBOX_BASE_URL: 'https://environment.leegality.in',
  LEEGALITY_SANDBOX_AUTH_TOKEN: `${hidden}-token`,
  JWT_SECRET: `${hidden}-signs-the-tokens-of-this-test`,
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector:${hidden}@127.0.0.1:4318`,
};

/** One with switches that are off, and one with the same variables whose switches nobody touched. */
let off: StartedServer;
let on: StartedServer;
let admin: string;
beforeAll(async () => {
  // One after the other: the first migrates, and makes the administrator.
  off = await startServer({ ...variables, ...switches });
  on = await startServer(variables);
  admin = await tokenOf('admin@example.com');
}, 30_000);
afterAll(stopServers);

/** Without a sign-in, of which few are allowed. @param role whom to add; nobody where it is left out */
async function tokenOf(email: string, role?: Role): Promise<string> {
  const postgres = await connectPostgres(await stores());
  try {
    const add = `INSERT INTO users (email, "passwordHash", role) VALUES ($1, 'none', $2)`;
    if (role) await postgres.query(add, [email, role]);
    const { rows } = await postgres.query('SELECT id, role FROM users WHERE email = $1', [email]);
    return await new Tokens(loadEnvironment({ APP_ENV: 'test', ...variables }).environment).issue(rows[0]);
  } finally {
    await postgres.end();
  }
}

interface Call {
  readonly token?: string;
  readonly method?: string;
  readonly body?: unknown;
}

async function call({ url }: StartedServer, path: string, { token, method, body }: Call = {}) {
  const response = await fetch(`${url}/api/admin${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

async function settingOf(server: StartedServer, name: string) {
  const { status, body } = await call(server, `/settings/${name}`, { token: admin });
  expect([status, body.success]).toEqual([200, true]);
  return body.data;
}

/** @returns how to change it */
async function store(row: Readonly<Record<string, unknown>>) {
  const { status, body } = await call(on, '/system-config', { token: admin, method: 'POST', body: row });
  expect([200, 201]).toContain(status);
  return (change: Readonly<Record<string, unknown>>) =>
    call(on, `/system-config/${body.data.id}`, { token: admin, method: 'PUT', body: change });
}

it('says what is in effect, and what was asked for it', async () => {
  expect(await settingOf(on, 'STARTER_BUNDLE_RESUME')).toEqual({
    name: 'STARTER_BUNDLE_RESUME',
    value: '3',
    from: 'environment',
    steps: [
      { source: 'kill switch', state: 'ENABLE_STARTER_BUNDLE: on' },
      { source: 'system_configs', state: 'has none' },
      { source: 'environment', state: 'set' },
      { source: 'default', state: 'has none' },
    ],
  });
  expect(await settingOf(on, 'JWT_EXPIRES_IN')).toMatchObject({ value: '15m', from: 'default' });
  expect(await settingOf(on, 'STARTER_BUNDLE_MOCK')).toMatchObject({ value: null, from: 'nowhere' });
});

it('shows nothing behind a kill switch that the environment turned off', async () => {
  const { value, from, steps } = await settingOf(off, 'STARTER_BUNDLE_RESUME');
  expect([value, from]).toEqual([null, 'kill switch']);
  expect(steps[0]).toEqual({ source: 'kill switch', state: 'ENABLE_STARTER_BUNDLE: off' });
});

it('says of the five kill switches whether they are on', async () => {
  const untouched = await call(on, '/feature-flags', { token: admin });
  expect(untouched).toMatchObject({ status: 200, body: { success: true } });
  const allOn = {
    tokenRequestFlow: true,
    resumeReviewSpend: true,
    starterBundle: true,
    grantAudit: true,
    applicationMeetings: true,
  };
  expect(untouched.body.data).toEqual(allOn);
  const touched = await call(off, '/feature-flags', { token: admin });
  expect(touched.body.data).toEqual({ ...allOn, starterBundle: false, grantAudit: false });
});

it('follows a row at once: stored, changed, turned off, in every process', async () => {
  const name = 'global_auto_screen_on_apply';
  const everywhere = () => Promise.all([on, off].map((server) => settingOf(server, name)));
  const both = (expected: unknown) => [expect.objectContaining(expected), expect.objectContaining(expected)];

  expect(await everywhere()).toEqual(both({ value: 'false', from: 'default' }));
  const change = await store({ key: name, value: 'true' });
  expect(await everywhere()).toEqual(both({ value: 'true', from: 'system_configs' }));
  await change({ value: 'changed' });
  expect(await everywhere()).toEqual(both({ value: 'changed', from: 'system_configs' }));
  await change({ isActive: false });
  expect(await everywhere()).toEqual(both({ value: 'false', from: 'default' }));
});

it('lets an encrypted row override the environment without showing it, and falls back when it is turned off', async () => {
  const name = 'LEEGALITY_SANDBOX_BASE_URL';
  const stated = { value: variables.LEEGALITY_SANDBOX_BASE_URL, from: 'environment' };
  expect(await settingOf(on, name)).toMatchObject(stated);
  const change = await store({ key: baseUrlRow, value: `https://${hidden}.leegality.in`, encrypted: true });

  const { text, body } = await call(on, `/settings/${name}`, { token: admin });
  expect(body.data).toMatchObject({ value: null, from: 'system_configs' });
  expect(body.data.steps[1]).toEqual({ source: 'system_configs', state: `${baseUrlRow}: set, encrypted` });
  expect(text).not.toContain(hidden);
  expect(text).not.toContain('v1:');

  await change({ isActive: false });
  expect(await settingOf(on, name)).toMatchObject(stated);
});

it('encrypts a row of a run-time setting just as well', async () => {
  const name = 'MRLEARN_NEW_STUDENT_SYNC_INTERVAL_HOURS';
  await store({ key: name, value: hidden, encrypted: true });
  expect(await settingOf(on, name)).toMatchObject({ value: null, from: 'system_configs' });
});

it.each(['LEEGALITY_SANDBOX_AUTH_TOKEN', 'JWT_SECRET', 'PLATFORM_ENCRYPTION_KEY', 'DB_PASSWORD'])(
  'says where the secret %s comes from, and not what it is',
  async (name) => {
    const from = name === 'PLATFORM_ENCRYPTION_KEY' ? 'default' : 'environment';
    expect(await settingOf(on, name)).toMatchObject({ value: null, from });
  },
);

it('shows no secret under any name', async () => {
  const secrets = Object.entries(contract).flatMap(([name, variable]) => ('secret' in variable ? [name] : []));
  for (const name of [...secrets, 'OTEL_EXPORTER_OTLP_ENDPOINT', baseUrlRow]) {
    const { status, text } = await call(on, `/settings/${name}`, { token: admin });
    expect([200, 404]).toContain(status);
    expect(text).not.toContain(hidden);
    if (secrets.includes(name)) expect(JSON.parse(text).data.value).toBeNull();
  }
  expect(on.server.stdout).not.toContain(hidden);
});

it.each([
  ['LEEGALITY_SANDBOX_BASE_URI', '; did you mean LEEGALITY_SANDBOX_BASE_URL?'],
  ['port', '; did you mean PORT?'],
  ['global_auto_screen_on_aply', '; did you mean global_auto_screen_on_apply?'],
  ['nothing-like-any-of-them', ''],
  ['__proto__', ''],
  ['toString', ''],
])('answers 404 for the unknown name %s, and offers the nearest', async (name, offer) => {
  expect(await call(on, `/settings/${name}`, { token: admin })).toMatchObject({
    status: 404,
    body: { success: false, code: 'NOT_FOUND', message: `There is no setting of this name${offer}` },
  });
});

it('answers 404 for a name of any length', async () => {
  expect(await call(on, `/settings/${'x'.repeat(10_000)}`, { token: admin })).toMatchObject({ status: 404 });
});

describe.each(['/settings/PORT', '/settings/no-such', '/feature-flags'])('%s', (path) => {
  it('is for whom ADMIN_USER_IDS names', async () => {
    expect(await call(on, path)).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    // As a role is not enough, an administrator who is not on the list is refused as well.
    for (const role of ['USER', 'ADMIN'] as const) {
      const token = await tokenOf(`${role}${path.replaceAll('/', '-')}@school.test`.toLowerCase(), role);
      expect(await call(on, path, { token })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
  });
});

it('goes on serving when a row cannot be decrypted, and the log names it', async () => {
  await store({ key: baseUrlRow, value: hidden, encrypted: true, isActive: true });
  const postgres = await connectPostgres(await stores());
  await postgres.query(`UPDATE system_configs SET value = 'v1:broken' WHERE key = $1`, [baseUrlRow]);
  await postgres.end();
  const path = '/settings/LEEGALITY_SANDBOX_BASE_URL';
  expect(await call(on, path, { token: admin })).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
  await on.server.logged('request failed');
  expect(on.server.stdout).toContain(`${baseUrlRow} cannot be decrypted`);
  expect(await settingOf(on, 'PORT')).toMatchObject({ from: 'environment' });
});
