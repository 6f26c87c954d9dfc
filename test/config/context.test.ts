import { composeApp } from '../../lib/compose-app';
import { environmentsFor, parseContext } from '../../lib/config/context';
import { environments } from '../../lib/config/environments';
import { ConfigurationError } from '../../lib/config/validate';
import { featureFlags } from '../synthesise';

const failuresOf = (raw: Record<string, unknown>): readonly string[] => {
  try {
    parseContext(raw);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.failures;
    throw error;
  }
  return [];
};

describe('what -c may say', () => {
  it('is nothing at all', () => {
    expect(parseContext({})).toEqual({
      environments: ['development', 'staging', 'demo', 'production'],
      account: undefined,
      imageTag: undefined,
      bakeMinutes: undefined,
      policyChecks: true,
    });
  });

  it('is everything at once, in the types that the CLI or a test passes', () => {
    const parsed = {
      environments: ['staging', 'production'],
      account: '123456789012',
      imageTag: 'main-1a2b3c4',
      bakeMinutes: 5,
      policyChecks: false,
    };
    expect(
      parseContext({
        environments: ' staging , production ',
        account: ' 123456789012',
        imageTag: 'main-1a2b3c4',
        bakeMinutes: '5',
        policyChecks: 'false',
      }),
    ).toEqual(parsed);
    expect(parseContext({ ...parsed, environments: 'staging,production' })).toEqual(parsed);
  });

  it('keeps the order of the literals, whatever the order of the argument', () => {
    expect(parseContext({ environments: 'production,development,production' }).environments).toEqual([
      'development',
      'production',
    ]);
  });

  it("is not the CDK's own: feature flags and cached look-ups pass by", () => {
    expect(failuresOf({ ...featureFlags, 'availability-zones:account=1:region=eu-west-1': ['a'] })).toEqual([]);
  });
});

it.each<[Record<string, unknown>, string]>([
  [
    { enviroments: 'staging' },
    '-c enviroments: unknown context key; allowed: environments, account, imageTag, bakeMinutes, policyChecks.',
  ],
  [
    { environments: 'prod' },
    '-c environments: unknown environment "prod"; allowed: development, staging, demo, production.',
  ],
  [{ environments: '' }, '-c environments: unknown environment ""; allowed: development, staging, demo, production.'],
  [
    { environments: 'test' },
    '-c environments: unknown environment "test"; allowed: development, staging, demo, production.',
  ],
  [
    { account: '12345678901' },
    '-c account: "12345678901" is no AWS account id; pass 12 digits, e.g. -c account=123456789012.',
  ],
  [{ account: '' }, '-c account: "" is no AWS account id; pass 12 digits, e.g. -c account=123456789012.'],
  [{ bakeMinutes: '5m' }, '-c bakeMinutes: "5m" is no number; pass whole minutes, 1 to 1440.'],
  [{ bakeMinutes: '-5' }, '-c bakeMinutes: "-5" is no number; pass whole minutes, 1 to 1440.'],
  [{ bakeMinutes: '1.5' }, '-c bakeMinutes: "1.5" is no number; pass whole minutes, 1 to 1440.'],
  [{ policyChecks: 'no' }, '-c policyChecks: "no" is neither true nor false.'],
])('refuses %p', (raw, sentence) => expect(failuresOf(raw)).toEqual([sentence]));

it('reports everything that is wrong together, one line each', () => {
  const raw = { enviroment: 'x', environments: 'prod,stagin', account: '1', bakeMinutes: 'x', policyChecks: 'x' };
  expect(failuresOf(raw)).toHaveLength(6);
  expect(() => parseContext(raw)).toThrow(/^-c enviroment: .*\n.*"prod".*\n.*"stagin".*\n-c account: .*\n.*\n.*$/);
});

describe('what it overrides', () => {
  const chosen = (raw: Record<string, unknown>) => environmentsFor(parseContext(raw));

  it('is nothing without arguments', () => expect(chosen({})).toEqual(Object.values(environments)));

  it('is the account of every environment', () => {
    expect(chosen({ account: '123456789012' }).map(({ account }) => account)).toEqual(Array(4).fill('123456789012'));
  });

  it('is the image', () => {
    expect(chosen({ imageTag: 'main-1a2b3c4', environments: 'staging' })).toEqual([
      { ...environments.staging, imageTag: 'main-1a2b3c4' },
    ]);
  });

  it('is the bake where there is one, and leaves the alarms alone', () => {
    expect(chosen({ bakeMinutes: '5' }).map(({ deployment }) => deployment)).toEqual([
      { strategy: 'rolling' },
      { strategy: 'blue-green', bakeMinutes: 5, alarms: true },
      { strategy: 'blue-green', bakeMinutes: 5, alarms: true },
      { strategy: 'blue-green', bakeMinutes: 5, alarms: true },
    ]);
  });
});

it('stops the app before anything is made', () => {
  const compose = (context: Record<string, unknown>) => () => composeApp({ app: { context } });
  expect(compose({ bakeMinutes: '0', environments: 'demo' })).toThrow(
    /^demo\.deployment\.bakeMinutes: 0; ECS allows 1 to 1440 whole minutes\.$/,
  );
  expect(compose({ imageTag: 'latest', environments: 'production' })).toThrow(
    /^imageTag: "latest" can move to another image, production takes pinned images only; /,
  );
  expect(compose({ unknown: '1' })).toThrow(ConfigurationError);
});
