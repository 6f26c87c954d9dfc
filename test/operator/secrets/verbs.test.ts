import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { EnvironmentName } from '../../../lib/config/environment';
import { secretName } from '../../../lib/config/names';
import { type Moto, startMoto } from '../../../local/moto';
import { type AwsTarget, clientConfiguration, requireAccount } from '../../../operator/aws-account';
import { terminal } from '../../../operator/consent';
import { copy, type SecretsOptions, type Session, verbs } from '../../../operator/secrets/verbs';
import { motoTests } from '../../moto';
import { AwsFront, type Mishap } from '../aws-front';

const moto = motoTests('The secrets commands were not tried.');
const account = '123456789012';
const none: SecretsOptions = {
  ...{ replace: false, 'i-will-reencrypt': false, redeploy: false, 'dry-run': false, yes: true, json: false },
};

let aws: Moto;
let front: AwsFront;
/** Past the front: what it sees is the command's. */
let direct: SecretsManagerClient;
const said: string[] = [];
const clients: SecretsManagerClient[] = [];

beforeAll(async () => {
  if (!moto.found) return;
  aws = await startMoto();
  front = await AwsFront.start(aws.url);
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: front.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' },
  });
  direct = new SecretsManagerClient({ region: 'ap-south-1', endpoint: aws.url });
});
afterAll(async () => {
  direct?.destroy();
  front?.stop();
  await aws?.stop();
});

beforeEach(async () => {
  said.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...line) => void said.push(line.join(' ')));
  if (!moto.found) return;
  front.reset();
  await fetch(`${aws.url}/moto-api/reset`, { method: 'POST' });
  for (const environment of ['development', 'staging', 'demo', 'production'] as const)
    await direct.send(new CreateSecretCommand({ Name: secretName(environment), SecretString: '{}' }));
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const client of clients.splice(0)) client.destroy();
});

function session(environment: EnvironmentName, options: Partial<SecretsOptions> = {}): Session {
  const target: AwsTarget = { environment, account };
  const manager = new SecretsManagerClient({ ...clientConfiguration(target), retryStrategy: undefined });
  clients.push(manager);
  return { target, manager, rightAccount: () => requireAccount(target), options: { ...none, ...options } };
}

const run = (verb: string, environment: EnvironmentName, keys: readonly string[] = [], options = {}) =>
  verbs[verb]?.(session(environment, options), keys);

async function stored(environment: EnvironmentName): Promise<Record<string, string>> {
  const wanted = { SecretId: secretName(environment), VersionStage: 'AWSCURRENT' };
  const { SecretString = '' } = await direct.send(new GetSecretValueCommand(wanted));
  return JSON.parse(SecretString);
}

const store = (environment: EnvironmentName, document: object) =>
  direct.send(new PutSecretValueCommand({ SecretId: secretName(environment), SecretString: JSON.stringify(document) }));

/** Labels, by the keys of their version. */
async function labels(environment: EnvironmentName): Promise<Record<string, string[]>> {
  const { VersionIdsToStages = {} } = await direct.send(
    new DescribeSecretCommand({ SecretId: secretName(environment) }),
  );
  return Object.fromEntries(Object.entries(VersionIdsToStages).map(([id, stages]) => [id, [...stages].sort()]));
}

const text = () => said.join('\n');
const secretFile = { EMAIL_USER: 'school@myanalyticsschool.com', EMAIL_PASS: 'app password of the school' };

/** As if it were piped in. */
async function withInput<T>(input: string, work: () => Promise<T>): Promise<T> {
  const before = terminal.input;
  Object.assign(terminal, { input: Object.assign(Readable.from([Buffer.from(input)]), { isTTY: false }) });
  try {
    return await work();
  } finally {
    Object.assign(terminal, { input: before });
  }
}

const set = (environment: EnvironmentName, key: string, value: string, options = {}) =>
  withInput(value, async () => run('set', environment, [key], options));

moto.it(`fills an empty secret until the check passes${moto.why}`, async () => {
  expect(await run('check', 'staging')).toBe(1);
  expect(text()).toContain('JWT_SECRET');
  said.length = 0;

  expect(await run('generate', 'staging')).toBe(0);
  expect(text()).toContain('ADMIN_EMAIL: nobody can make it up; state it: secrets set staging ADMIN_EMAIL');
  expect(Object.keys(await stored('staging')).sort()).toEqual([
    'ADMIN_PASSWORD',
    'JWT_SECRET',
    'PLATFORM_ENCRYPTION_KEY',
  ]);
  said.length = 0;

  expect(await set('staging', 'ADMIN_EMAIL', 'admin@myanalyticsschool.com\n')).toBe(0);
  expect(text()).toContain('The secret is complete.');
  expect(text()).toContain('repeat this with --redeploy');
  expect(await run('check', 'staging')).toBe(0);
});

moto.it(`never shows a value, whatever is done${moto.why}`, async () => {
  await run('generate', 'production');
  await withInput(JSON.stringify(secretFile), async () => run('push', 'production', [], { file: '-' }));
  await run('check', 'production', [], { json: true });
  await run('diff', 'production', [], { with: 'staging' });
  await run('unset', 'production', ['EMAIL_USER', 'EMAIL_PASS'], { 'dry-run': true });
  const values = Object.values(await stored('production'));
  expect(values).toHaveLength(5);
  for (const value of values) expect(text()).not.toContain(value);
});

moto.it(`keeps what is there when keys are made${moto.why}`, async () => {
  await run('generate', 'demo');
  const first = await stored('demo');
  said.length = 0;
  expect(await run('generate', 'demo', ['JWT_SECRET', 'VENDOR_API_KEY_PEPPER'])).toBe(0);
  expect(text()).toContain('JWT_SECRET: is there, and stays as it is.');
  const { VENDOR_API_KEY_PEPPER: pepper, ...others } = await stored('demo');
  expect(others).toEqual(first);
  expect(pepper).toMatch(/^[0-9a-f]{64}$/);
  await expect(run('generate', 'demo', ['EMAIL_PASS'])).rejects.toThrow('EMAIL_PASS: somebody issues it');
});

moto.it(`does not replace a key that stored data depends on, unless that is said${moto.why}`, async () => {
  await run('generate', 'demo');
  const first = await stored('demo');
  const other = Buffer.alloc(32, 'another key of thirty-two bytes!').toString('base64');
  expect(await set('demo', 'PLATFORM_ENCRYPTION_KEY', other)).toBe(1);
  expect(text()).toContain('PLATFORM_ENCRYPTION_KEY: what is stored depends on it.');
  expect(await run('unset', 'demo', ['PLATFORM_ENCRYPTION_KEY'])).toBe(1);
  expect(await stored('demo')).toEqual(first);
  expect(await set('demo', 'PLATFORM_ENCRYPTION_KEY', other, { 'i-will-reencrypt': true })).toBe(0);
  expect(text()).toContain('PLATFORM_ENCRYPTION_KEY breaks: Encrypted rows');
  expect(await stored('demo')).toEqual({ ...first, PLATFORM_ENCRYPTION_KEY: other });
});

moto.it.each([
  ['RAZORPAY_KEY_SECRT', 'of-razorpay-5f2c8', 'did you mean RAZORPAY_KEY_SECRET?'],
  ['JWT_SECRET', 'short', 'must have at least 32 characters'],
  ['EMAIL_PASS', 'changeme', 'is a placeholder'],
  ['DB_HOST', 'db.example.org', 'is set by the infrastructure'],
])(`refuses to store %s${moto.why}`, async (key, value, why) => {
  expect(await set('production', key, value)).toBe(1);
  expect(text()).toContain('Refused, and nothing was changed');
  expect(text()).toContain(why);
  expect(await stored('production')).toEqual({});
  expect(front.actions).not.toContain('PutSecretValue');
});

moto.it(`finds a key that two environments share, and does not copy one${moto.why}`, async () => {
  await run('generate', 'staging');
  const { JWT_SECRET = '' } = await stored('staging');
  await store('demo', { JWT_SECRET, ...secretFile });
  expect(await run('check', 'staging')).toBe(1);
  expect(text()).toContain('is the same in demo; each environment has its own');
  await expect(copy(session('staging'), 'demo', ['JWT_SECRET'])).rejects.toThrow('must not be the same in two');
  expect(await copy(session('staging'), 'demo', [])).toBe(0);
  expect(await stored('staging')).toMatchObject({ ...secretFile, JWT_SECRET });
  expect(Object.keys(await stored('staging'))).toHaveLength(5);
});

moto.it(`pushes over what is there, and replaces it only when asked to${moto.why}`, async () => {
  await store('demo', { ADMIN_EMAIL: 'admin@myanalyticsschool.com', ...secretFile });
  const push = (document: object, options = {}) =>
    withInput(JSON.stringify(document), async () => run('push', 'demo', [], { file: '-', ...options }));
  expect(await push({ EMAIL_PASS: 'another app password', EMAIL_USER: '' })).toBe(0);
  expect(text()).toContain('  ~ EMAIL_PASS\n  - EMAIL_USER');
  expect(await stored('demo')).toEqual({
    ADMIN_EMAIL: 'admin@myanalyticsschool.com',
    EMAIL_PASS: 'another app password',
  });
  expect(await push(secretFile, { replace: true })).toBe(0);
  expect(await stored('demo')).toEqual(secretFile);
  front.reset();
  expect(await push(secretFile)).toBe(0);
  expect(text()).toContain('nothing to change');
  expect(front.actions).not.toContain('PutSecretValue');
});

moto.it(`keeps the version before under AWSPREVIOUS, and leaves no label of its own${moto.why}`, async () => {
  const before = await labels('demo');
  await run('generate', 'demo');
  const after = await labels('demo');
  expect(Object.values(after).sort()).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
  expect(after[Object.keys(before)[0] ?? '']).toEqual(['AWSPREVIOUS']);
});

moto.it(`makes the very calls that a dry run prints, and a dry run makes none of them${moto.why}`, async () => {
  const mutating = () => front.actions.filter((action) => !/^(Get|List|Describe)/.test(action));
  expect(await run('generate', 'demo', [], { 'dry-run': true })).toBe(0);
  const printed = said
    .filter((line) => line.startsWith('secretsmanager:'))
    .map((line) => /^\S+:(\S+) /.exec(line)?.[1]);
  expect(mutating()).toEqual([]);
  expect(await stored('demo')).toEqual({});
  await run('generate', 'demo');
  expect(mutating()).toEqual(printed);
  expect(printed).toHaveLength(3);
});

moto.it(`loses nothing when two change it at once${moto.why}`, async () => {
  // Between this one's reading and its writing.
  front.before = async (action) => {
    if (action !== 'PutSecretValue') return;
    front.before = () => {};
    await store('demo', secretFile);
  };
  await expect(run('generate', 'demo')).rejects.toThrow('Somebody has changed mr-mentor-backend/demo meanwhile');
  expect(await stored('demo')).toEqual(secretFile);
  expect(await run('generate', 'demo')).toBe(0);
  expect(Object.keys(await stored('demo')).sort()).toEqual(
    ['ADMIN_PASSWORD', 'EMAIL_PASS', 'EMAIL_USER', 'JWT_SECRET', 'PLATFORM_ENCRYPTION_KEY'].sort(),
  );
});

moto.it(`says which key makes it too large, and stores nothing${moto.why}`, async () => {
  await expect(set('demo', 'EMAIL_PASS', randomBytes(33_000).toString('hex'))).rejects.toThrow(
    'The longest key is EMAIL_PASS',
  );
  expect(await stored('demo')).toEqual({});
});

const mishaps: readonly Mishap[] = [
  ...(['AccessDeniedException', 'ExpiredTokenException', 'ThrottlingException', 'cut', 'unheard'] as const),
];
describe.each(mishaps)('with %s', (mishap) => {
  moto.it.each([
    ['GetSecretValue', 1],
    ['PutSecretValue', 1],
    ['UpdateSecretVersionStage', 1],
    ['UpdateSecretVersionStage', 2],
  ] as const)(
    `of %s, call %i, the secret is as before or complete, and a second run mends it${moto.why}`,
    async (action, call) => {
      await store('demo', secretFile);
      const generate = async () => run('generate', 'demo');
      let calls = 0;
      front.before = (seen) => {
        if (seen !== action) return;
        calls += 1;
        if (calls === call) front.fail(action, mishap);
      };
      const failed = await generate().then(
        () => undefined,
        (error: Error) => error,
      );
      const after = await stored('demo');
      const isComplete = Object.keys(after).length === 5;
      if (!isComplete) {
        expect(after).toEqual(secretFile);
        expect(failed).toBeInstanceOf(Error);
      }

      front.reset();
      expect(await run('generate', 'demo')).toBe(0);
      expect(await stored('demo')).toMatchObject(isComplete ? after : secretFile);
      expect(Object.keys(await stored('demo'))).toHaveLength(5);
    },
  );
});

it.each<[string, () => Promise<number> | undefined]>([
  ['copy: staging is both', () => copy(session('staging'), 'staging', [])],
  ['push: state --file', () => run('push', 'production')],
  ['--file: /no/such/file cannot be read (ENOENT).', () => run('check', 'demo', [], { file: '/no/such/file' })],
  ['diff: state either --file or --with.', () => run('diff', 'demo')],
  ['set: state the key.', () => run('set', 'demo')],
  ['set: a key and nothing else.', () => run('set', 'demo', ['EMAIL_PASS', 'a-value'])],
  ['set: a key and nothing else.', () => run('set', 'demo', ['EMAIL_PASS=a-value'])],
  ['unset: state the keys.', () => run('unset', 'demo')],
  ['"EMAIL_PASS": unexpected', () => run('check', 'demo', ['EMAIL_PASS'])],
])('is called wrongly: %s', async (message, call) => {
  const error = await Promise.resolve(call()).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ message: expect.stringContaining(message) });
  expect(String(error)).not.toContain('a-value');
  if (moto.found) expect(front.actions).toEqual([]);
});

moto.it(`refuses the credentials of another account before it reads anything${moto.why}`, async () => {
  const target: AwsTarget = { environment: 'production', account: '210987654321' };
  const elsewhere = { ...session('production'), target, rightAccount: () => requireAccount(target) };
  await expect(verbs.check?.(elsewhere, [])).rejects.toThrow('and production is in 210987654321');
  expect(front.actions).toEqual(['GetCallerIdentity']);
});
