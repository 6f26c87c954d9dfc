import { contract } from '../../src/config/contract';
import { examineEnvironment, InvalidEnvironment, loadEnvironment } from '../../src/config/load';
import type { Variable } from '../../src/config/variable';
import { deployedEnvironment } from './deployed-environment';

const variables = Object.entries<Variable>(contract);

function messageOf(source: Record<string, string | undefined>): string {
  try {
    loadEnvironment(source);
  } catch (error) {
    if (error instanceof InvalidEnvironment) return error.message;
    throw error;
  }
  throw new Error('The environment was taken for a valid one.');
}

it('starts on a laptop with nothing stated', () => {
  const { environment, features, warnings, deployed } = loadEnvironment({});
  expect(environment).toMatchObject({ APP_ENV: 'development', PORT: 8000, DB_HOST: 'localhost', JWT_EXPIRES_IN: 900 });
  expect([deployed, warnings]).toEqual([false, []]);
  expect(new Set(Object.values(features).map(({ state }) => state))).toEqual(new Set(['off']));
});

it('starts where all that is required is stated, in any deployed environment', () => {
  for (const APP_ENV of ['development', 'staging', 'demo', 'production']) {
    const { environment, deployed } = loadEnvironment(deployedEnvironment({ APP_ENV }));
    expect([environment.APP_ENV, environment.SECRETS_JSON, deployed]).toEqual([APP_ENV, undefined, true]);
  }
});

it('names every variable that fails, one line each, and what to do', () => {
  const source = deployedEnvironment({
    PORT: '70000',
    BACKEND_PUBLIC_URL: 'http://localhost:8000',
    DB_HOST: undefined,
    DB_PASSWORD: 'shubham',
    CORS_ALLOWED_ORIGINS: '*',
    EXOTEL_SID: 'mas1',
  });
  expect(messageOf({ ...source, ADMIN_USER_IDS: ',' }).split('\n')).toEqual([
    'Invalid environment, not starting:',
    '  - PORT: must be a whole number from 1 to 65535',
    '  - BACKEND_PUBLIC_URL: points to this machine; state the address in the deployed environment',
    '  - CORS_ALLOWED_ORIGINS: allows every origin; name the origins, or any web page may call the API',
    '  - DB_HOST: missing; the infrastructure sets it: deploy the CDK app again',
    expect.stringMatching(/^ {2}- DB_PASSWORD: must not be set where it is deployed: .+; remove it$/),
    '  - ADMIN_USER_IDS: is an empty list; name at least one',
    ...['EXOTEL_API_KEY', 'EXOTEL_API_TOKEN', 'EXOTEL_CALLER_ID', 'EXOTEL_WEBHOOK_TOKEN'].map(
      (name) =>
        `  - ${name}: missing, but EXOTEL_SID is set: integration 'Exotel' is half-configured; set it or remove EXOTEL_SID`,
    ),
  ]);
});

it('names every required variable when a container has nothing but its environment', () => {
  const required = variables.filter(([, { required, deprecated }]) => required === 'deployed' && !deprecated);
  const { problems } = examineEnvironment({ APP_ENV: 'production' });
  expect([...problems.keys()].sort()).toEqual(
    required
      .map(([name]) => name)
      .filter((name) => name !== 'APP_ENV')
      .sort(),
  );
});

it.each([
  [
    { SHUTDOWN_DRAIN_SECONDS: '50' },
    'SHUTDOWN_DRAIN_SECONDS: must stay below SHUTDOWN_DEADLINE_SECONDS, or the deadline would cut the drain; lower the first or raise the second',
  ],
  [
    { KEEP_ALIVE_TIMEOUT_SECONDS: '70' },
    'KEEP_ALIVE_TIMEOUT_SECONDS: must stay below HEADERS_TIMEOUT_SECONDS, or a kept-alive connection would be dropped while its next request arrives; lower the first or raise the second',
  ],
  [
    { SOCKET_PING_TIMEOUT_SECONDS: '40' },
    'SOCKET_PING_INTERVAL_SECONDS: plus SOCKET_PING_TIMEOUT_SECONDS must stay below KEEP_ALIVE_TIMEOUT_SECONDS, or a quiet connection would be closed between two pings; lower the first or raise the second',
  ],
  [
    { OTEL_EXPORTER: 'honeycomb' },
    'HONEYCOMB_API_KEY: missing, but OTEL_EXPORTER asks for it; set it or choose another one there',
  ],
])('holds together what hangs together, on a laptop too: %j', (source, problem) => {
  expect(messageOf(source)).toBe(`Invalid environment, not starting:\n  - ${problem}`);
});

it.each(['otlp', 'jaeger'])(
  'wants a place to send traces to where deployed, and not this machine: %s',
  (OTEL_EXPORTER) => {
    const name = OTEL_EXPORTER === 'otlp' ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'JAEGER_ENDPOINT';
    expect(messageOf(deployedEnvironment({ OTEL_EXPORTER }))).toContain(`  - ${name}: missing, but OTEL_EXPORTER asks`);
    expect(messageOf(deployedEnvironment({ OTEL_EXPORTER, [name]: 'http://localhost:4318/v1/traces' }))).toContain(
      `  - ${name}: points to this machine`,
    );
    expect(loadEnvironment({ OTEL_EXPORTER }).features.telemetry.state).toBe('on');
  },
);

it('accuses no neighbour of a malformed value', () => {
  expect(messageOf({ HEADERS_TIMEOUT_SECONDS: '0x46' }).split('\n')).toHaveLength(2);
});

describe('no value is ever in a message', () => {
  const marked = (index: number) => `never-to-be-seen-${index}`;
  const everywhere = Object.fromEntries(variables.map(([name], index) => [name, marked(index)]));

  it.each(['development', 'production'])('of any variable of the process: %s', (APP_ENV) => {
    for (const [index, [name]] of variables.entries()) {
      if (name === 'APP_ENV') continue;
      const { problems, warnings } = examineEnvironment({ APP_ENV, [name]: marked(index) });
      expect(JSON.stringify([...problems, ...warnings])).not.toContain('never-to-be-seen');
    }
  });

  it.each(['development', 'production'])('of any key of the secret, known or not: %s', (APP_ENV) => {
    const documents = [everywhere, { UNKNOWN: marked(0) }, { [marked(1)]: 'x' }, { JWT_SECRET: { a: marked(2) } }];
    for (const document of documents) {
      const { problems, warnings } = examineEnvironment({ APP_ENV, SECRETS_JSON: JSON.stringify(document) });
      expect(problems.size + warnings.length).toBeGreaterThan(0);
      expect(JSON.stringify([...problems, ...warnings])).not.toContain('never-to-be-seen');
    }
  });

  it('of all of them at once, and each malformed one is named', () => {
    const message = messageOf({ ...everywhere, APP_ENV: 'production' });
    expect(message).not.toContain('never-to-be-seen');
    const strict = variables.filter(
      ([, { type, deprecated }]) => !deprecated && !['text', 'list', 'switch', 'host'].includes(type),
    );
    const named = Array.from(message.matchAll(/^ {2}- (\w+): /gm), ([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(strict.map(([name]) => name).filter((name) => name !== 'APP_ENV')));
  });
});

describe('the secret of a deployed environment', () => {
  const withSecret = (keys: Readonly<Record<string, string>>) => {
    const { SECRETS_JSON, ...rest } = deployedEnvironment();
    const { problems, warnings } = examineEnvironment({
      ...rest,
      SECRETS_JSON: JSON.stringify({ ...JSON.parse(SECRETS_JSON ?? '{}'), ...keys }),
    });
    return { problems: [...problems.keys()], warnings };
  };

  it('may hold what only a later revision knows, whatever its value', () => {
    expect(withSecret({ SOME_NEWER_KEY: 'http://localhost:9 changeme', ANOTHER: 'someone@example.com' })).toEqual({
      problems: [],
      warnings: [expect.stringContaining('SOME_NEWER_KEY'), expect.stringContaining('ANOTHER')],
    });
  });

  it('needs the ids of Meta for Meta only', () => {
    const token = { WHATSAPP_ACCESS_TOKEN: 'k7Jq9fZ2mR4xW8vB1nC6tY3pL5sD0hG' };
    expect(withSecret({ ...token, WHATSAPP_PROVIDER: 'aisensy' }).problems).toEqual([]);
    expect(withSecret(token).problems).toEqual([
      'WHATSAPP_PHONE_NUMBER_ID',
      'WHATSAPP_BUSINESS_ACCOUNT_ID',
      'WHATSAPP_WEBHOOK_VERIFY_TOKEN',
      'WHATSAPP_APP_SECRET',
    ]);
  });

  it('may hold the key of voice interviews without the agent that calls people', () =>
    expect(withSecret({ ELEVENLABS_API_KEY: 'k7Jq9fZ2mR4xW8vB1nC6tY3pL5sD0hG' }).problems).toEqual([]));

  it('may not send the calls to AWS elsewhere', () =>
    expect(withSecret({ AWS_ENDPOINT_URL: 'http://emulator.internal:5000' }).problems).toEqual(['AWS_ENDPOINT_URL']));

  it('should name a first administrator who may administer', () => {
    expect(withSecret({ ADMIN_EMAIL: 'first@myanalyticsschool.com' })).toEqual({
      problems: [],
      warnings: [expect.stringContaining('ADMIN_USER_IDS: does not name ADMIN_EMAIL')],
    });
  });
});
