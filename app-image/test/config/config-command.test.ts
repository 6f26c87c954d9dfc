import { runConfigCommand, type Surroundings } from '../../src/config/config-command';
import { examineEnvironment } from '../../src/config/load';
import type { Row } from '../../src/config/settings';

const seen = 'never-to-be-seen';
const token = 'mas101_leegality_sandbox_auth_token';

interface Table {
  readonly rows?: Readonly<Record<string, Row>>;
  readonly connect?: Surroundings['connect'];
}

async function run(args: string[], source: Record<string, string> = {}, table: Table = {}) {
  const out: string[] = [];
  const err: string[] = [];
  let open = 0;
  const connected = async () => {
    open += 1;
    return {
      rows: { active: async (key: string) => table.rows?.[key] ?? null },
      close: async () => {
        open -= 1;
      },
    };
  };
  const code = await runConfigCommand(args, {
    examined: examineEnvironment(source),
    connect: table.connect ?? connected,
    print: (text) => out.push(text),
    complain: (text) => err.push(text),
  });
  expect(open).toBe(0);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

it('explains where a value comes from, with the step that wins', async () => {
  const { code, out } = await run(['explain', 'JWT_EXPIRES_IN'], { JWT_EXPIRES_IN: '1h' });
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'JWT_EXPIRES_IN (Identity and admins)',
    expect.stringMatching(/\w/),
    '',
    'In effect: 1h, from environment',
    '   kill switch     has none',
    '   system_configs  has none',
    '→  environment     set',
    '   default         set',
  ]);
});

it.each([
  [['explain', 'PORT'], {}, 'In effect: 8000, from default'],
  [['explain', 'EXOTEL_SID'], {}, 'In effect: unset'],
  [['explain', 'EXOTEL_SID'], { SECRETS_JSON: '{"EXOTEL_SID":"mas1"}' }, 'In effect: mas1, from the JSON secret'],
  [['explain', 'STARTER_BUNDLE_MOCK'], { ENABLE_STARTER_BUNDLE: '0' }, 'In effect: off, by its kill switch'],
  [['explain', 'global_auto_screen_on_apply'], {}, 'In effect: false, from default'],
])('%j of %j', async (args, source, effect) => {
  const { code, out } = await run(args, source as Record<string, string>);
  expect(code).toBe(0);
  expect(out).toContain(`\n${effect}\n`);
});

describe('no secret is shown', () => {
  const rows = {
    [token]: { value: seen, encrypted: true },
    global_auto_screen_on_apply: { value: seen, encrypted: true },
  };

  it.each([
    ['JWT_SECRET', { JWT_SECRET: `${seen}-0123456789012345678901234567` }, {}],
    ['JWT_SECRET', { JWT_SECRET: seen }, {}],
    ['JWT_SECRET', { SECRETS_JSON: JSON.stringify({ JWT_SECRET: `${seen}-0123456789012345678901234567` }) }, {}],
    ['LEEGALITY_SANDBOX_AUTH_TOKEN', {}, rows],
    ['global_auto_screen_on_apply', {}, rows],
    ['LEEGALITY_SANDBOX_BASE_URL', {}, { mas101_leegality_sandbox_base_url: { value: seen, encrypted: false } }],
    ['SECRETS_JSON', { SECRETS_JSON: `{"${seen}":"${seen}"}` }, {}],
    ['FRONTEND_URL', { FRONTEND_URL: `https://user:${seen}@www.mrmentor.in` }, {}],
  ])('%s, stated as %j', async (name, source, stored) => {
    for (const args of [['explain', name], ['explain', name, '--json'], ['list'], ['list', '--json']]) {
      const { code, out, err } = await run(args, source as Record<string, string>, { rows: stored });
      expect(code).toBe(0);
      expect(out + err).not.toContain(seen);
    }
  });

  it('only that it is set', async () => {
    const { out } = await run(['explain', 'LEEGALITY_SANDBOX_AUTH_TOKEN'], {}, { rows });
    expect(out).toContain('In effect: set (secret), from system_configs');
    expect(out).toContain(`${token}: set, encrypted`);
    const { out: json } = await run(['explain', 'LEEGALITY_SANDBOX_AUTH_TOKEN', '--json'], {}, { rows });
    expect(JSON.parse(json)).toMatchObject({ secret: true, set: true, from: 'system_configs' });
    expect(JSON.parse(json)).not.toHaveProperty('value');
  });
});

it('answers without the database', async () => {
  const expected = { code: 0, err: '' };
  const refused = { connect: () => Promise.reject(new Error(`${seen}: connection refused`)) };
  const answer = await run(
    ['explain', 'LEEGALITY_SANDBOX_BASE_URL'],
    { LEEGALITY_SANDBOX_BASE_URL: 'https://a.in' },
    refused,
  );
  expect(answer).toMatchObject(expected);
  expect(answer.out).toContain('system_configs  unknown: database unreachable');
  expect(answer.out).toContain('In effect: https://a.in, from environment, unless an active row overrides it');
  expect(answer.out).not.toContain(seen);

  const unavailable = { connect: async () => ({ unavailable: 'the environment is invalid, see list' }) };
  const { out } = await run(['explain', 'LEEGALITY_SANDBOX_BASE_URL'], {}, unavailable);
  expect(out).toContain('system_configs  unknown: the environment is invalid, see list');
});

it('does not connect for a setting that has no row', async () => {
  const connect = () => Promise.reject(new Error('connected'));
  expect((await run(['explain', 'PORT'], {}, { connect })).out).toContain('system_configs  has none');
});

it('explains what is invalid, deprecated, or breaks when rotated', async () => {
  const invalid = await run(['explain', 'PORT'], { PORT: '70000' });
  expect([invalid.code, invalid.out.split('\n').at(-1)]).toEqual([
    0,
    'Invalid: must be a whole number from 1 to 65535',
  ]);
  expect((await run(['explain', 'GLOBAL_INVOICE_MAS_PREFIX'])).out).toContain('\nDeprecated, has no effect: ');
  expect((await run(['explain', 'PLATFORM_ENCRYPTION_KEY'])).out).toContain('\nRotation breaks: ');
});

it('lists every group with what is set, and what is invalid', async () => {
  const { code, out } = await run(['list'], {
    PORT: '70000',
    LOG_LEVEL: 'debug',
    SECRETS_JSON: '{"EXOTEL_SID":"mas1"}',
  });
  expect(code).toBe(0);
  expect(out).toMatch(/^Server\n/);
  expect(out).toMatch(/^ {2}PORT +set; invalid: must be a whole number from 1 to 65535$/m);
  expect(out).toMatch(/^ {2}LOG_LEVEL +set$/m);
  expect(out).toMatch(/^ {2}EXOTEL_SID +set, by the JSON secret$/m);
  expect(out).toMatch(/^ {2}DB_HOST +default$/m);
  expect(out).toMatch(/^ {2}EXOTEL_API_KEY +unset$/m);
});

it.each([
  [['explain', 'JWT_SECERT'], 'There is no setting "JWT_SECERT"; did you mean JWT_SECRET?'],
  [['explain', 'jwt_secret'], 'There is no setting "jwt_secret"; did you mean JWT_SECRET?'],
  [['explain', 'Q'], 'There is no setting "Q"; list prints them all.'],
  [['explain', 'toString'], 'There is no setting "toString"; list prints them all.'],
  [['explain'], 'Say explain and the name of one setting, or list.'],
  [['explain', 'PORT', 'HOST'], 'Say explain and the name of one setting, or list.'],
  [['list', 'PORT'], 'Say explain and the name of one setting, or list.'],
  [[], 'Say explain and the name of one setting, or list.'],
  [['list', '--yaml'], "Unknown option '--yaml'"],
])('is called wrongly: %j', async (args, message) => {
  const { code, out, err } = await run(args);
  expect([code, out]).toEqual([64, '']);
  expect(err).toContain(message);
  expect(err).toMatch(/\nSee --help\.$/);
});

it('has a help', async () => {
  for (const args of [['--help'], ['explain', '-h']]) {
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(out).toContain('Exit codes: 0 answered, 64 called wrongly.');
  }
});
