import { type Contract, examine } from '../../src/config/examine';
import type { Variable } from '../../src/config/variable';

const environment = { description: 'A test', source: 'environment' } as const;
const secret = { description: 'A test', source: 'secret', secret: true, type: 'text' } as const;
const infrastructure = { description: 'A test', source: 'infrastructure' } as const;

const variables = {
  APP_ENV: {
    ...infrastructure,
    type: 'choice',
    values: ['development', 'test', 'staging', 'demo', 'production'],
    localDefault: 'development',
  },
  PORT: { ...infrastructure, type: 'integer', min: 1, max: 65_535, default: '8000' },
  DB_HOST: { ...infrastructure, type: 'host', required: 'deployed', localDefault: 'localhost' },
  SECRETS_JSON: { ...infrastructure, type: 'json', secret: true },
  JWT_SECRET: { ...secret, minLength: 8, required: 'deployed', localDefault: 'local-only' },
  TIMEOUT: { ...environment, type: 'duration', required: 'always' },
  ENABLE_CALLS: { ...environment, type: 'switch' },
  DB_PASSWORD: { ...secret, source: 'local' },
  CONTAINER: { ...environment, source: 'platform', type: 'text' },
  OLD_PREFIX: { ...environment, type: 'integer', min: 0, max: 1, default: '1', deprecated: 'set NEW_PREFIX' },
  NEW_PREFIX: { ...environment, type: 'text' },
  LEVEL: { ...environment, type: 'text', default: 'info', localDefault: 'debug' },
  CALLS_ID: { ...secret, feature: 'calls', required: 'feature' },
  CALLS_KEY: { ...secret, feature: 'calls', required: 'feature' },
  CALLS_FROM: { ...secret, feature: 'calls', required: 'feature' },
  CALLS_REGION: { ...environment, type: 'text', feature: 'calls', default: 'in' },
  SIGN_URL: { ...environment, type: 'url', feature: 'signing', required: 'feature', row: 'sign_url' },
  SIGN_TOKEN: { ...secret, feature: 'signing', required: 'feature', row: 'sign_token' },
  MEET_KEY: { ...secret, feature: 'meetings', required: 'feature', killSwitch: 'ENABLE_CALLS' },
  MEET_URL: {
    ...environment,
    type: 'url',
    feature: 'meetings',
    required: 'feature',
    localDefault: 'http://localhost:1',
  },
} as const satisfies Readonly<Record<string, Variable>>;
const contract: Contract = {
  variables,
  features: {
    calls: { title: 'Calls', whenOff: 'Nobody calls' },
    signing: { title: 'Signing', whenOff: 'Nobody signs' },
    meetings: { title: 'Meetings', whenOff: 'Nobody meets' },
  },
};

const local = (source: Record<string, string | undefined> = {}) => examine(contract, { TIMEOUT: '1m', ...source });
const sound = { APP_ENV: 'production', TIMEOUT: '1m', DB_HOST: 'db.internal', JWT_SECRET: 'kX9vQ2mLr7' };
const deployed = (source: Record<string, string | undefined> = {}) => examine(contract, { ...sound, ...source });
const inSecret = (document: unknown) => ({ SECRETS_JSON: JSON.stringify(document) });

describe('where a value comes from', () => {
  it('takes the process first, then the secret, then the default, and a blank for unset', () => {
    const source = {
      PORT: ' ',
      NEW_PREFIX: 'mine',
      ...inSecret({ NEW_PREFIX: 'other', CALLS_ID: 'id', JWT_SECRET: '' }),
    };
    const { stated, values } = local(source);
    expect(stated.get('NEW_PREFIX')).toEqual({ text: 'mine', origin: 'process' });
    expect(stated.get('CALLS_ID')).toEqual({ text: 'id', origin: 'secret' });
    expect(stated.get('PORT')).toEqual({ text: '8000', origin: 'default' });
    expect(stated.get('JWT_SECRET')).toEqual({ text: 'local-only', origin: 'default' });
    expect(stated.has('CALLS_KEY')).toBe(false);
    expect(values).toMatchObject({ PORT: 8000, TIMEOUT: 60, NEW_PREFIX: 'mine', CALLS_ID: 'id' });
  });

  it('lets an empty variable of the process hide nothing', () => {
    expect(local({ NEW_PREFIX: '', ...inSecret({ NEW_PREFIX: 'other' }) }).values.NEW_PREFIX).toBe('other');
  });

  it('has no laptop default where deployed', () => {
    const { problems } = examine(contract, { APP_ENV: 'staging', TIMEOUT: '1m' });
    expect(Object.fromEntries(problems)).toEqual({
      DB_HOST: 'missing; the infrastructure sets it: deploy the CDK app again',
      JWT_SECRET: "missing; add it to this environment's secret",
    });
  });

  it('prefers the default of a laptop there, and only there', () => {
    expect([local().values.LEVEL, deployed().values.LEVEL]).toEqual(['debug', 'info']);
  });

  it('requires everywhere what is always required', () => {
    expect(Object.fromEntries(examine(contract, {}).problems)).toEqual({ TIMEOUT: 'missing; set it in .env' });
  });

  it('takes an untouched kill switch for on', () => {
    expect(local().values.ENABLE_CALLS).toBe(true);
    expect(local({ ENABLE_CALLS: '' }).values.ENABLE_CALLS).toBe(true);
    expect(local({ ENABLE_CALLS: '0' }).values.ENABLE_CALLS).toBe(false);
    expect(local(inSecret({ ENABLE_CALLS: false })).values.ENABLE_CALLS).toBe(false);
  });

  it('ignores a deprecated variable, even a malformed one, and says so', () => {
    const { problems, values, warnings } = local({ OLD_PREFIX: 'never-to-be-seen' });
    expect([problems.size, values.OLD_PREFIX]).toEqual([0, 1]);
    expect(warnings).toEqual(['OLD_PREFIX: is deprecated and has no effect; set NEW_PREFIX']);
    expect(local(inSecret({ OLD_PREFIX: '0' })).warnings).toEqual(warnings);
  });
});

describe('where it runs', () => {
  const isDeployed = (source: Record<string, string>) => local(source).deployed;
  const task = { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/1' };

  it('is deployed in staging, demo and production, and in a task of ECS', () => {
    expect(['staging', 'demo', 'production'].map((APP_ENV) => isDeployed({ APP_ENV }))).toEqual([true, true, true]);
    expect(isDeployed(task)).toBe(true);
    expect(isDeployed({ ...task, APP_ENV: 'development' })).toBe(true);
  });

  it('is local otherwise, and always in a test run', () => {
    expect([isDeployed({}), isDeployed({ APP_ENV: 'development' })]).toEqual([false, false]);
    expect(isDeployed({ ...task, APP_ENV: 'test' })).toBe(false);
  });
});

describe('the JSON secret', () => {
  const judged = (SECRETS_JSON: string) => {
    const { problems, warnings } = local({ SECRETS_JSON });
    return { problems: Object.fromEntries(problems), warnings };
  };
  const remedy = 'the secret must be one JSON object of names and texts';

  it.each([
    ['{"JWT_SECRET":"never-to-be-seen"', `is no valid JSON; ${remedy}`],
    ['never-to-be-seen', `is no valid JSON; ${remedy}`],
    ['["never-to-be-seen"]', `is no JSON object; ${remedy}`],
    ['"never-to-be-seen"', `is no JSON object; ${remedy}`],
    ['null', `is no JSON object; ${remedy}`],
  ])('refuses %s', (json, problem) => {
    expect(judged(json)).toEqual({ problems: { SECRETS_JSON: problem }, warnings: [] });
  });

  it('takes numbers and booleans for texts and null for unset, and refuses the rest', () => {
    const { values, problems } = local(inSecret({ NEW_PREFIX: 42, TIMEOUT: null, CALLS_ID: { a: 1 }, CALLS_KEY: [] }));
    expect(values).toMatchObject({ NEW_PREFIX: '42', TIMEOUT: 60 });
    const problem = 'must be a text in the secret, not an object or a list; write JSON as one text';
    expect(Object.fromEntries(problems)).toEqual({ CALLS_ID: problem, CALLS_KEY: problem });
  });

  it('holds nothing that comes from elsewhere', () => {
    const document = { DB_HOST: 'a', PORT: '1', CONTAINER: 'b', DB_PASSWORD: 'c', SECRETS_JSON: '{}' };
    const { problems, values } = local(inSecret(document));
    expect(Object.fromEntries(problems)).toEqual({
      DB_HOST: 'is set by the infrastructure; remove it from the secret',
      PORT: 'is set by the infrastructure; remove it from the secret',
      SECRETS_JSON: 'is set by the infrastructure; remove it from the secret',
      CONTAINER: 'is set by the platform; remove it from the secret',
      DB_PASSWORD: 'exists on a laptop only; remove it from the secret',
    });
    expect(values).toMatchObject({ DB_HOST: 'localhost', PORT: 8000 });
  });

  it('warns of keys that nobody reads, with the name that was meant', () => {
    const document = { JWT_SECERT: 'x', SOMETHING_ELSE: 'y', 'hunter2 pasted': 'z', __proto__: 'p' };
    expect(local(inSecret(document))).toMatchObject({
      warnings: [
        'SECRETS_JSON: JWT_SECERT is unknown; did you mean JWT_SECRET?',
        'SECRETS_JSON: SOMETHING_ELSE is unknown; remove it, or add it to the contract',
        'SECRETS_JSON: a key that is no variable name is unknown; remove it, or add it to the contract',
      ],
    });
    expect(local(inSecret(document)).problems.size).toBe(0);
    expect(judged('{"__proto__":"x","constructor":"y"}').warnings).toHaveLength(2);
  });

  it('is not among the values once it is spread', () => {
    expect(local(inSecret({ CALLS_ID: 'id' })).values).not.toHaveProperty('SECRETS_JSON');
  });
});

describe('integrations', () => {
  const all = { CALLS_ID: 'id-4f', CALLS_KEY: 'key-9a', CALLS_FROM: '+911' };

  it('are off, on, or half-configured, whoever states the values', () => {
    expect(local().features.calls).toEqual({ state: 'off', missing: Object.keys(all), stated: [] });
    expect(local({ CALLS_REGION: 'sg' }).features.calls?.state).toBe('off');
    expect(local(inSecret(all)).features.calls).toEqual({ state: 'on', missing: [], stated: Object.keys(all) });
    const half = local({ CALLS_KEY: 'key-9a' });
    expect(half.features.calls).toEqual({ state: 'half', missing: ['CALLS_ID', 'CALLS_FROM'], stated: ['CALLS_KEY'] });
    expect(half.problems.size).toBe(0);
  });

  it('are not half-configured by a default', () => {
    expect(local().features.meetings?.state).toBe('off');
    expect(local({ MEET_KEY: 'key' }).features.meetings?.state).toBe('on');
  });

  it('fail where deployed and half-configured, one line for each missing variable', () => {
    expect(Object.fromEntries(deployed({ CALLS_KEY: 'key-9a' }).problems)).toEqual({
      CALLS_ID: "missing, but CALLS_KEY is set: integration 'Calls' is half-configured; set it or remove CALLS_KEY",
      CALLS_FROM: "missing, but CALLS_KEY is set: integration 'Calls' is half-configured; set it or remove CALLS_KEY",
    });
    expect(deployed({ ...all, CALLS_ID: '' }).problems.get('CALLS_ID')).toBe(
      "missing, but CALLS_KEY, CALLS_FROM are set: integration 'Calls' is half-configured; set it or remove them",
    );
    expect(deployed(all).problems.size).toBe(0);
  });

  it('leave out what a row of system_configs may hold', () => {
    const { features, problems } = deployed({ SIGN_URL: 'https://sign.in' });
    expect([features.signing?.state, problems.size]).toEqual(['half', 0]);
  });

  it('are killed by their switch, and then not judged', () => {
    const { features, problems } = deployed({ ENABLE_CALLS: 'false', MEET_KEY: 'key' });
    expect([features.meetings?.state, problems.size]).toEqual(['killed', 0]);
  });
});
