import { type Contract, examine } from '../../src/config/examine';
import type { Format, Refusal, Variable } from '../../src/config/variable';

type Definition = Partial<Variable> & Format;

const appEnvironment: Variable = {
  description: 'A test',
  source: 'infrastructure',
  type: 'choice',
  values: ['development', 'test', 'staging', 'demo', 'production'],
  localDefault: 'development',
};
const task = { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/1' };

/** The problem with one variable's value, by itself. */
function judge(definition: Definition, value: string, source: Record<string, string> = { APP_ENV: 'production' }) {
  const variable = { description: 'A test', source: 'environment', ...definition } as Variable;
  const contract: Contract = { variables: { APP_ENV: appEnvironment, SUBJECT: variable }, features: {} };
  return examine(contract, { ...source, SUBJECT: value }).problems.get('SUBJECT');
}

const secret: Definition = { type: 'text', secret: true };
const local = 'points to this machine; state the address in the deployed environment';
const placeholder = 'is a placeholder; state the real value';
const placeholderHost = 'names a placeholder host; state the real one';
const credential = 'is a default credential; state one of your own';

it.each<[Definition, string[]]>([
  [
    { type: 'host' },
    [
      'localhost',
      'LocalHost',
      'api.localhost',
      'localhost.',
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '::',
      '::ffff:127.0.0.1',
      '0.0.0.0',
      'host.docker.internal',
    ],
  ],
  [
    { type: 'url' },
    [
      'http://localhost:8001',
      'https://LOCALHOST/a',
      'http://127.1:80',
      'http://2130706433',
      'http://[::1]:3000/',
      'http://user:pw@localhost/',
      'http://host.docker.internal:4000',
      'http://0.0.0.0:1',
    ],
  ],
  [{ type: 'origins' }, ['["https://a.in","http://localhost:3000"]']],
  [
    { type: 'text' },
    [
      'localhost',
      'localhost:6379',
      '127.0.0.1:5432',
      'redis://localhost:6379/0',
      'postgres://a:b@127.0.0.1:5432/mas',
      'send to ops@localhost',
    ],
  ],
  [{ type: 'list' }, ['10.0.0.1,127.0.0.1', 'https://a.in, http://localhost:1']],
  [{ type: 'json' }, ['{"callback":"http://localhost:8000/hook"}']],
])('refuses addresses of its own machine where deployed: %j', (definition, values) => {
  expect(values.map((value) => judge(definition, value))).toEqual(values.map(() => local));
  expect(values.map((value) => judge(definition, value, {}))).toEqual(values.map(() => undefined));
});

it('lets the server listen on all addresses, and on no address of its own machine', () => {
  const host: Variable = { description: 'A test', source: 'infrastructure', type: 'host' };
  const problem = (HOST: string) =>
    examine(
      { variables: { APP_ENV: appEnvironment, HOST: host }, features: {} },
      { APP_ENV: 'demo', HOST },
    ).problems.get('HOST');
  expect(['0.0.0.0', '::', '127.0.0.1', 'localhost'].map(problem)).toEqual([undefined, undefined, local, local]);
});

it('lets browsers on laptops call the deployed development environment, and no other', () => {
  const development = { APP_ENV: 'development', ...task };
  expect(judge({ type: 'origins' }, '["http://localhost:3000"]', development)).toBeUndefined();
  expect(judge({ type: 'url' }, 'http://localhost:3000', development)).toBe(local);
  expect(judge({ type: 'origins' }, '["http://localhost:3000"]', { APP_ENV: 'staging' })).toBe(local);
});

it('refuses, for a secret, what begins with a default word or holds that of a template', () => {
  for (const text of ['Admin@123456', 'password12345', 'Secret!!2026'])
    expect(judge(secret, text)).toBe('is a default credential; state one of your own');
  for (const text of [
    'supersecretjwtkeyinproduction123',
    'jwt-ChangeMe-before-production-0001',
    'my-default-secret-of-32-characters',
  ])
    expect(judge(secret, text)).toBe('is a placeholder; state the real value');
});

it.each<[Definition, string[]]>([
  [
    secret,
    [
      'changeme',
      'CHANGE-ME',
      'change_me_please',
      'changeme123',
      'replace-me',
      'replace_with_real_key',
      'your-secret-here',
      'YOUR_API_KEY',
      '<secret>',
      `\${JWT_SECRET}`,
      '{{token}}',
      'xxx',
      'XXXX-XXXX',
      'todo',
      'TBD',
      'placeholder',
      'jwt-placeholder',
      'placeholder_1',
      'dummy-key',
      'replace',
      '********',
    ],
  ],
  [{ type: 'list' }, ['u-1,<user id>']],
  [{ type: 'host' }, ['placeholder', 'your-database']],
])('refuses placeholders: %j', (definition, values) => {
  expect(values.map((value) => judge(definition, value))).toEqual(values.map(() => placeholder));
  expect(values.map((value) => judge(definition, value, {}))).toEqual(values.map(() => undefined));
});

it.each<[Definition, string[]]>([
  [{ type: 'email' }, ['admin@example.com', 'noreply@yourapp.com', 'a@mail.example.org', 'a@b.example']],
  [
    { type: 'url' },
    ['https://example.com', 'https://api.example.net/v1', 'https://your-domain.com', 'https://a.invalid'],
  ],
  [{ type: 'text' }, ['see https://www.example.com/x', 'Admin <admin@example.com>']],
  [{ type: 'list' }, ['ops@myanalyticsschool.com, admin@example.com']],
  [{ type: 'json' }, ['{"webhook":"https://hooks.example.com"}']],
])('refuses hosts of documentation: %j', (definition, values) => {
  expect(values.map((value) => judge(definition, value))).toEqual(values.map(() => placeholderHost));
});

it('refuses default credentials', () => {
  const values = [
    'shubham',
    'postgres',
    'Admin',
    'admin123',
    'password',
    'password1',
    'secret',
    'root',
    'TEST',
    '1234',
    '123456',
    '1234567890123456',
    'growqr-admin-dev',
    'dev-a2a-key',
  ];
  expect(values.map((value) => judge(secret, value))).toEqual(values.map(() => credential));
  expect(judge({ type: 'list' }, 'u-1,admin')).toBe(credential);
});

it('refuses the default of a laptop, and what repeats itself, for a secret', () => {
  const onLaptop = 'is the default of a laptop; make a new one';
  expect(judge({ ...secret, localDefault: 'local-only-0000' }, 'local-only-0000')).toBe(onLaptop);
  expect(judge({ type: 'text', localDefault: 'mas' }, 'mas')).toBeUndefined();
  const repeated = 'repeats itself; make a random one';
  for (const text of ['aaaaaaaa', 'abcabcabcabcabcabcabcabcabcabcab', '12345678'.repeat(4)])
    expect(judge(secret, text)).toBe(repeated);
  expect(judge({ type: 'aes-256-key', secret: true }, '0'.repeat(64))).toBe(repeated);
  expect(judge({ type: 'aes-256-key', secret: true }, Buffer.alloc(32).toString('base64'))).toBe(repeated);
});

it.each<[Definition, string[]]>([
  [
    secret,
    [
      'k7Jq-test-9fZadminR2xxx',
      'Xxx9TodoPasswordQ',
      'sk_live_51Habc',
      'testament',
      'rootstock-7',
      'todos',
      'aab',
      'your',
      'AbCd<efG>',
      'a1b2c3-localhost-d4',
    ],
  ],
  [
    { type: 'aes-256-key', secret: true },
    [
      '9f3c5a7e1b2d4c6f8a0e9d7b5c3a1f2e4d6c8b0a7f5e3d1c9b8a6f4e2d0c1b3a',
      Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64'),
    ],
  ],
  [
    { type: 'text' },
    [
      'production',
      'MAS101',
      '18',
      '127.5',
      'Payment is due at once|Replace nothing',
      'mr-mentor-backend',
      'meta_cloud',
      'v17.0',
      'ap-south-1',
    ],
  ],
  [{ type: 'choice', values: ['production', 'test'] }, ['production', 'test']],
  [{ type: 'integer', min: 0, max: 99_999 }, ['1234', '12345']],
  [{ type: 'host' }, ['postgres', 'db.c1.ap-south-1.rds.amazonaws.com', '10.0.3.4', 'mylocalhost.in', 'test']],
  [
    { type: 'url' },
    [
      'http://mas-llm-gateway:4000',
      'https://api.mrmentor.in',
      'https://myexample.com',
      'https://counterexample.org',
      'https://127.in',
    ],
  ],
  [{ type: 'email' }, ['admin@myanalyticsschool.com', 'test@mrmentor.in']],
  [{ type: 'list' }, ['3f2b8c1e-1111-4222-8333-abcdefabcdef,ops@mrmentor.in']],
  [{ type: 'json' }, ['{"name":"{{name}}","a_placeholder_b":"admin"}']],
])('has no objection where there is nothing wrong: %j', (definition, values) => {
  expect(values.map((value) => judge(definition, value))).toEqual(values.map(() => undefined));
});

it('refuses empty lists and every origin where deployed', () => {
  expect(judge({ type: 'list' }, ' , ')).toBe('is an empty list; name at least one');
  expect(judge({ type: 'origins' }, '[]')).toBe('is an empty list; name at least one');
  const wildcard = 'allows every origin; name the origins, or any web page may call the API';
  expect(judge({ type: 'origins' }, '*')).toBe(wildcard);
  expect(judge({ type: 'origins' }, '*', { APP_ENV: 'development', ...task })).toBe(wildcard);
  expect(judge({ type: 'origins' }, '*', {})).toBeUndefined();
  expect(judge({ type: 'list' }, ',', { APP_ENV: 'test' })).toBeUndefined();
});

it('refuses what a laptop alone has', () => {
  expect(judge({ ...secret, source: 'local' }, 'kX9vQ2mL')).toBe('exists on a laptop only; remove it');
  expect(judge({ ...secret, source: 'local' }, 'kX9vQ2mL', {})).toBeUndefined();
});

describe('what the contract refuses', () => {
  const everywhere = ['development', 'test', 'staging', 'demo', 'production'];
  const refusedIn = (refused: Refusal, value: string, extra = {}) =>
    everywhere.filter((APP_ENV) => judge({ type: 'text', refused }, value, { APP_ENV, ...extra }) !== undefined);

  it('is refused in the environments it names, for the value it names', () => {
    const because = 'of a test';
    expect(refusedIn({ in: 'deployed', because }, 'on')).toEqual(['staging', 'demo', 'production']);
    expect(refusedIn({ in: 'deployed', because }, 'on', task)).toEqual([
      'development',
      'staging',
      'demo',
      'production',
    ]);
    expect(refusedIn({ in: 'production', value: 'on', because }, 'on')).toEqual(['production']);
    expect(refusedIn({ in: 'all but development', value: 'on', because }, 'on')).toEqual(everywhere.slice(1));
    expect(refusedIn({ in: 'production', value: 'on', because }, 'off')).toEqual([]);
  });

  it('says why and what to do', () => {
    const any: Refusal = { in: 'deployed', because: 'the task role is the credential' };
    expect(judge({ ...secret, refused: any }, 'AKIA')).toBe(
      'must not be set where it is deployed: the task role is the credential; remove it',
    );
    const one: Refusal = { in: 'production', value: 'true', because: 'demo data must not reach real users' };
    expect(judge({ type: 'boolean', refused: one }, 'true')).toBe(
      'has a value that is refused in production: demo data must not reach real users; remove it',
    );
  });
});
