import type { Variable } from '../../app-image/src/config/variable';
import { checkWiring, type Wiring } from '../../lib/config/wiring';

const description = 'x';
const needed = { description, source: 'infrastructure', required: 'deployed' } as const;
const variables: Readonly<Record<string, Variable>> = {
  DB_HOST: { ...needed, type: 'host' },
  DB_PORT: { ...needed, type: 'integer', min: 1, max: 65_535 },
  REDIS_PASSWORD: { ...needed, type: 'text', secret: true },
  PROCESS_ROLE: { description, source: 'infrastructure', type: 'choice', values: ['web', 'worker'] },
  LOG_LEVEL: { description, source: 'environment', type: 'choice', values: ['info', 'debug'] },
  DEMO_DATA_ENABLED: {
    description,
    source: 'environment',
    type: 'boolean',
    refused: { in: 'production', value: 'true', because: 'demo data must not reach real users' },
  },
  JWT_SECRET: { description, source: 'secret', type: 'text', secret: true },
  ADMIN_EMAIL: { description, source: 'secret', type: 'email' },
  DB_USERNAME: { description, source: 'local', type: 'text' },
  METADATA_URI: { description, source: 'platform', type: 'url' },
};

const good: Readonly<Record<string, unknown>> = { DB_HOST: { Ref: 'Host' }, DB_PORT: '5433', LOG_LEVEL: 'info' };
const entries = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));
const check = (
  change: Readonly<Record<string, unknown>>,
  secrets: readonly string[] = ['REDIS_PASSWORD'],
  environment: 'staging' | 'production' = 'staging',
) => {
  const wiring: Wiring = {
    environment: entries({ ...good, ...change }),
    secrets: secrets.map((name) => ({ name })),
    listens: false,
  };
  return checkWiring(environment, wiring, variables);
};

it('takes what the contract names, with and without the optional ones', () => {
  expect(check({})).toEqual([]);
  expect(check({ PROCESS_ROLE: 'web', DEMO_DATA_ENABLED: 'true' })).toEqual([]);
});

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  [
    'a misspelt name',
    { DB_HOTS: 'x' },
    'DB_HOTS: not in the contract, so the container does not read it; did you mean DB_HOST?',
  ],
  [
    'a name that is like no other',
    { QUANTUM: 'x' },
    'QUANTUM: not in the contract, so the container does not read it; remove it, or add the variable to app-image/src/config/contract.ts.',
  ],
  [
    'a key of the secret',
    { ADMIN_EMAIL: 'a@mrmentor.in' },
    'ADMIN_EMAIL: the contract has it in the JSON secret, which reaches the container whole as SECRETS_JSON; remove it here.',
  ],
  [
    "a laptop's variable",
    { DB_USERNAME: 'mas' },
    'DB_USERNAME: exists on laptops only, and the container refuses it; remove it here.',
  ],
  [
    "the platform's variable",
    { METADATA_URI: 'http://169.254.170.2' },
    'METADATA_URI: the contract leaves it to ECS, the image or Node; remove it here.',
  ],
  ['a malformed literal', { DB_PORT: '54e2' }, 'DB_PORT: "54e2" must be a whole number from 1 to 65535.'],
  ['an empty literal', { DB_PORT: '' }, 'DB_PORT: "" must be a whole number from 1 to 65535.'],
  [
    "a laptop's address",
    { DB_HOST: 'localhost' },
    'DB_HOST: "localhost" points to this machine; state the address in the deployed environment.',
  ],
])('refuses %s', (_, change, sentence) => expect(check(change)).toEqual([sentence]));

it('refuses a value where the contract refuses it, and only there', () => {
  const demo = { DEMO_DATA_ENABLED: 'true' };
  expect(check(demo, undefined, 'staging')).toEqual([]);
  expect(check(demo, undefined, 'production')).toEqual([
    'DEMO_DATA_ENABLED: "true" has a value that is refused in production: demo data must not reach real users; remove it.',
  ]);
});

it.each(['JWT_SECRET', 'REDIS_PASSWORD'])('refuses %s among the plain variables, and does not repeat it', (name) => {
  const sentences = check({ [name]: 'hunter2' }, name === 'REDIS_PASSWORD' ? [] : undefined);
  expect(sentences).toEqual([
    `${name}: a secret, and whoever may read a task definition reads it; pass it as an ECS secret or in the JSON secret.`,
  ]);
});

it.each([
  ['DB_HOTS', 'DB_HOTS: not in the contract, so the container does not read it; did you mean DB_HOST?'],
  [
    'JWT_SECRET',
    'JWT_SECRET: the contract has it in the JSON secret, which reaches the container whole as SECRETS_JSON; remove it here.',
  ],
  [
    'DEMO_DATA_ENABLED',
    'DEMO_DATA_ENABLED: an ECS secret, but the contract has it in the settings of lib/config/environments.ts; state it there.',
  ],
  ['DB_USERNAME', 'DB_USERNAME: exists on laptops only, and the container refuses it; remove it here.'],
  [
    'PROCESS_ROLE',
    'PROCESS_ROLE: an ECS secret, but the contract has it in the open, where the synth can judge it; state it in lib/constructs/container-environment.ts.',
  ],
])('refuses %s as an ECS secret', (name, sentence) => {
  expect(check({}, ['REDIS_PASSWORD', name])).toEqual([sentence]);
});

it('wants a service to know its role, and a job none', () => {
  const wiring = { environment: entries(good), secrets: [{ name: 'REDIS_PASSWORD' }] };
  expect(checkWiring('staging', { ...wiring, listens: false }, variables)).toEqual([]);
  expect(checkWiring('staging', { ...wiring, listens: true }, variables)).toEqual([
    'PROCESS_ROLE: a service has to be told its role; pass processRole to defineTask.',
  ]);
});

it('misses what the infrastructure has to set, and says where', () => {
  expect(checkWiring('staging', { environment: [], secrets: [], listens: false }, variables)).toEqual([
    ...['DB_HOST', 'DB_PORT'].map(
      (name) =>
        `${name}: the contract says that the infrastructure sets it, and the container does not get it; add it to lib/constructs/container-environment.ts, or to lib/constructs/application.ts if it depends on the task.`,
    ),
    'REDIS_PASSWORD: the contract says that the infrastructure sets it, and the container does not get it; add it to the secrets in lib/constructs/application.ts.',
  ]);
});

it('sees a name twice, be it plain and plain or plain and secret', () => {
  const environment = [...entries(good), { name: 'DB_PORT', value: '5433' }];
  const secrets = [{ name: 'REDIS_PASSWORD' }, { name: 'LOG_LEVEL' }];
  expect(checkWiring('staging', { environment, secrets, listens: false }, variables)).toEqual([
    'DB_PORT: wired twice, and ECS takes a name once; remove one of them.',
    'LOG_LEVEL: wired twice, and ECS takes a name once; remove one of them.',
    'LOG_LEVEL: an ECS secret, but the contract has it in the settings of lib/config/environments.ts; state it there.',
  ]);
});
