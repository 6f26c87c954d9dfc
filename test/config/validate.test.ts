import type { Domain, EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { timings } from '../../lib/config/timings';
import { ConfigurationError, validateConfiguration } from '../../lib/config/validate';
import { type Change, careless, images, malformed } from './invalid-configurations';

const { development, staging, demo, production } = environments;
const changed = (env: EnvironmentConfig, change: Change) => ({ ...env, ...change }) as EnvironmentConfig;

const failuresOf = (...configs: EnvironmentConfig[]): readonly string[] => {
  try {
    validateConfiguration(configs, timings);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.failures;
    throw error;
  }
  return [];
};

it('finds nothing wrong with the four environments', () => {
  expect(failuresOf(development, staging, demo, production)).toEqual([]);
});

describe('names the field, the value and the remedy, once', () => {
  it.each(malformed)('%s', (_, env, change, sentence) => expect(failuresOf(changed(env, change))).toEqual([sentence]));
  it.each(images)('%s', (_, env, change, sentence) => expect(failuresOf(changed(env, change))).toEqual([sentence]));
  it.each(careless)('%s', (_, env, change, sentence) => expect(failuresOf(changed(env, change))).toEqual([sentence]));

  it.each([...malformed, ...images, ...careless])('on one line: %s', (_, _env, _change, sentence) =>
    expect(sentence).not.toContain('\n'),
  );
});

it.each(['https://*', 'https://*.example.com', 'https://www.*'])('refuses a wildcard origin: %s', (origin) => {
  expect(failuresOf(changed(staging, { origins: [origin] }))).toEqual([
    expect.stringContaining(`staging.origins: "${origin}" is no`),
  ]);
});

it.each(['10.300.0.0/16', '10.256.0.0/16'])('refuses a network that no address has: %s', (vpcCidr) => {
  expect(failuresOf(changed(staging, { vpcCidr }))).toEqual([
    `staging.vpcCidr: "${vpcCidr}" is no /16 of 10.0.0.0/8; state one such as 10.40.0.0/16.`,
  ]);
});

describe('takes', () => {
  it.each([
    'main-1a2b3c4',
    'release-2026-1a2b3c4d5e',
    '1a2b3c4',
    '1.4.0',
    'v1.4.0',
    `sha256:${'0123456789abcdef'.repeat(4)}`,
  ])('the pinned image %s in production', (imageTag) => expect(failuresOf({ ...production, imageTag })).toEqual([]));

  it('a moving image in development', () => expect(failuresOf({ ...development, imageTag: 'latest' })).toEqual([]));

  it.each<Domain>([
    { name: 'api.example.com', delegated: true },
    { name: 'api.mrmentor.in', hostedZone: { name: 'mrmentor.in', id: 'Z0123456789ABCDEFGHIJ' } },
    { name: 'mrmentor.in', hostedZone: { name: 'mrmentor.in', id: 'Z0123456789ABCDEFGHIJ' } },
    { name: 'api.example.com', certificateArn: `arn:aws:acm:ap-south-1:${production.account}:certificate/0a-1b` },
  ])('the domain %p for the API', (domain) => {
    expect(failuresOf({ ...production, apiDomains: [domain] })).toEqual([]);
  });

  it('a certificate of us-east-1 for the assets', () => {
    const certificateArn = `arn:aws:acm:us-east-1:${production.account}:certificate/0a-1b`;
    expect(failuresOf({ ...production, assetsDomain: { name: 'a.example.com', certificateArn } })).toEqual([]);
  });

  it('a laptop in development', () => {
    const origins = ['http://localhost:3000', 'https://dev.example.com', 'https://localhost:8443'] as const;
    expect(failuresOf({ ...development, origins })).toEqual([]);
  });

  it.each([1, 1440])('a bake of %d minutes', (bakeMinutes) => {
    expect(failuresOf({ ...production, deployment: { ...production.deployment, bakeMinutes } })).toEqual([]);
  });

  it('the limits of RDS and ElastiCache', () => {
    const database = { ...staging.database, backupRetentionDays: 35, storageGiB: 100, maxStorageGiB: 111 };
    expect(failuresOf({ ...staging, database, cache: { ...staging.cache, replicas: 5 } })).toEqual([]);
  });
});

it('refuses an environment whose name is too long for a bucket', () => {
  const name = 'a-very-long-name-of-an-environment';
  const failures = failuresOf(changed(development, { name, origins: ['https://a.example.com'] })).filter((failure) =>
    failure.includes('bucket name'),
  );
  // mr-mentor- (10) + name (34) + - + purpose + - + account (12): a purpose may have 5 characters.
  expect(failures).toHaveLength(8);
  expect(failures).toContain(
    `${name}.name: bucket name "mr-mentor-${name}-courses-000000000001" has 65 characters; S3 allows 63. Shorten the environment's name or the purpose in lib/config/names.ts.`,
  );
});

describe('environments together', () => {
  it('are refused with one name in one account', () => {
    expect(failuresOf(staging, { ...staging, vpcCidr: '10.99.0.0/16' })).toEqual([
      'staging.name: two environments are called "staging" in account 000000000001; their stacks would overwrite each other. Rename one.',
    ]);
    expect(failuresOf(staging, { ...staging, vpcCidr: '10.99.0.0/16', account: '123456789012' })).toEqual([]);
  });

  it('are refused with one network', () => {
    expect(failuresOf(development, staging, { ...demo, vpcCidr: development.vpcCidr })).toEqual([
      "demo.vpcCidr: 10.40.0.0/16 is development's; state a free /16, so that the networks can be peered.",
    ]);
  });

  it('say once what is wrong with all of them', () => {
    const imageTag = 'not a tag';
    const failures = failuresOf({ ...staging, imageTag }, { ...production, imageTag });
    expect(failures).toEqual([
      'imageTag: "not a tag" is neither an ECR tag nor a digest; pass e.g. -c imageTag=main-1a2b3c4, or with the repository it is in: REPOSITORY@sha256:….',
    ]);
  });
});

describe('everything is collected before it throws', () => {
  const broken = [
    changed(staging, { account: '1', natGateways: 5, origins: ['x'], removal: 'snapshot' }),
    changed(production, { account: '2', protectLoadBalancer: false, vpcCidr: staging.vpcCidr }),
  ];
  const beginnings = [
    'timings.drain: -1 ',
    'staging.account: "1" ',
    'staging.natGateways: 5 ',
    'staging.origins: "x" ',
    'staging.removal: "snapshot" ',
    'production.account: "2" ',
    'production.protectLoadBalancer: false ',
    "production.vpcCidr: 10.41.0.0/16 is staging's;",
  ];
  const validate = () => validateConfiguration(broken, { ...timings, drain: -1 });

  it('and the message has a line for each', () => {
    const pattern = beginnings.map((beginning) => `${beginning}.*`).join('\\n');
    expect(validate).toThrow(new RegExp(`^${pattern}$`));
  });

  it('and the error has them one by one', () => {
    try {
      validate();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      const { failures } = error as ConfigurationError;
      expect(failures).toEqual(beginnings.map((beginning) => expect.stringContaining(beginning)));
    }
    expect.assertions(2);
  });
});
