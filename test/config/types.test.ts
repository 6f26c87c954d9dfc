/**
 * What does not type-check. Each `@ts-expect-error` is an assertion of its own: `npx tsc -p .` fails on
 * one whose next line is fine. jest only strips the types, so the tests below hold the other half: when
 * the types are bypassed, validateConfiguration refuses the very same configurations.
 */
import type { DevelopmentOrigin, EnvironmentConfig, HttpsOrigin, ProductionConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { timings } from '../../lib/config/timings';
import { ConfigurationError, validateConfiguration } from '../../lib/config/validate';

const { development, production } = environments;

// @ts-expect-error production has Multi-AZ
const singleAz: ProductionConfig = { ...production, database: { ...production.database, multiAz: false } };

const unprotected: ProductionConfig = {
  ...production,
  // @ts-expect-error production's database is protected from deletion
  database: { ...production.database, deletionProtection: false },
};

const shortBackups: ProductionConfig = {
  ...production,
  // @ts-expect-error production's backups go back 35 days
  database: { ...production.database, backupRetentionDays: 7 },
};

// @ts-expect-error production runs pinned images
const movingImage: ProductionConfig = { ...production, imageTags: 'any' };

// @ts-expect-error production is called from https origins only
const plainOrigin: ProductionConfig = { ...production, origins: ['http://localhost:3000'] };

const withoutAlarms: ProductionConfig = {
  ...production,
  // @ts-expect-error production's releases are watched by alarms
  deployment: { strategy: 'blue-green', bakeMinutes: 30, alarms: false },
};

// @ts-expect-error production has no gap in a release
const rolling: ProductionConfig = { ...production, deployment: { strategy: 'rolling' } };

// @ts-expect-error production's data outlives its stacks
const removed: ProductionConfig = { ...production, removal: 'snapshot' };

// @ts-expect-error production's Redis has a replica
const oneNode: ProductionConfig = { ...production, cache: { ...production.cache, replicas: 0 } };

// @ts-expect-error production's load balancer is protected from deletion
const openBalancer: ProductionConfig = { ...production, protectLoadBalancer: false };

// @ts-expect-error production has three zones
const twoZones: ProductionConfig = { ...production, availabilityZones: ['ap-south-1a', 'ap-south-1b'] };

const { recoveryRegion: __, ...withoutRecovery } = production;
// @ts-expect-error production's data outlives its region
const oneRegion: ProductionConfig = withoutRecovery;

// @ts-expect-error production has a NAT gateway in each zone
void ({ ...production, natGateways: 1 } satisfies ProductionConfig);

// @ts-expect-error `test` is never deployed
void ({ ...production, name: 'test' } satisfies EnvironmentConfig);

// @ts-expect-error an https origin is https
const http: HttpsOrigin = 'http://example.com';
const https: HttpsOrigin = 'https://example.com';

// @ts-expect-error development may be called from a laptop, not from any http address
const elsewhere: DevelopmentOrigin = 'http://example.com';
const laptop: DevelopmentOrigin = 'http://localhost:3000';

// @ts-expect-error the containers read no such variable
const misspelt: ProductionConfig = { ...production, settings: { ...production.settings, LOG_LEVLE: 'info' } };

// @ts-expect-error a secret is none of the settings
const secret: ProductionConfig = { ...production, settings: { ...production.settings, JWT_SECRET: 'x'.repeat(32) } };

// @ts-expect-error what the infrastructure knows is none of the settings
const wired: ProductionConfig = { ...production, settings: { ...production.settings, DB_HOST: 'db.mrmentor.in' } };

// @ts-expect-error one of the contract's words
const unknownWord: ProductionConfig = { ...production, settings: { ...production.settings, LOG_LEVEL: 'loud' } };

// @ts-expect-error a number
const noNumber: ProductionConfig = { ...production, settings: { ...production.settings, TOKEN_VALUE: 'dear' } };

const { FRONTEND_URL: _, ...withoutFrontend } = production.settings;
// @ts-expect-error the containers do not start without the frontend's address
const incomplete: ProductionConfig = { ...production, settings: withoutFrontend };

const failuresOf = (config: EnvironmentConfig): readonly string[] => {
  try {
    validateConfiguration([config], timings);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.failures;
    throw error;
  }
  return [];
};

/** The literals above, as somebody gets them who casts the compiler's complaint away. */
it.each<[string, EnvironmentConfig]>([
  ['production.database.multiAz: false ', singleAz],
  ['production.database.deletionProtection: false ', unprotected],
  ['production.database.backupRetentionDays: 7;', shortBackups],
  ['production.imageTags: "any" ', movingImage],
  ['production.origins: "http://localhost:3000" ', plainOrigin],
  ['production.origins: "http://example.com" ', { ...production, origins: [http] }],
  ['production.deployment.alarms: false ', withoutAlarms],
  ['production.deployment.strategy: "rolling" ', rolling],
  ['production.removal: "snapshot" ', removed],
  ['production.cache.replicas: 0 ', oneNode],
  ['production.protectLoadBalancer: false ', openBalancer],
  ['production.availabilityZones: 2;', twoZones],
  ['production.recoveryRegion: not stated', oneRegion],
  ['production.settings.LOG_LEVLE: not in the contract', misspelt],
  ['production.settings.JWT_SECRET: a key of the secret', secret],
  ['production.settings.DB_HOST: the infrastructure sets it', wired],
  ['production.settings.LOG_LEVEL: "loud" must be one of', unknownWord],
  ['production.settings.TOKEN_VALUE: "dear" must be a number', noNumber],
  ['production.settings.FRONTEND_URL: missing', incomplete],
  ['development.origins: "http://example.com" ', { ...development, origins: [elsewhere] }],
])('is refused at synth as well: %s', (beginning, config) => {
  expect(failuresOf(config).map((failure) => failure.slice(0, beginning.length))).toContain(beginning);
});

it('takes what type-checks', () => {
  for (const config of Object.values(environments)) expect(failuresOf(config)).toEqual([]);
  expect(failuresOf({ ...production, origins: [https] })).toEqual([]);
  expect(failuresOf({ ...development, origins: [laptop] })).toEqual([]);
});
