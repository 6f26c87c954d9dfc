import { type Environment, features } from './config/contract';
import type { LoadedEnvironment } from './config/load';
import type { Logger } from './log';
import type { QueueReport } from './queues/queue-report';
import { type BucketOutcome, type Buckets, checkBuckets, openBuckets } from './start-up/buckets';
import { type Outcome, outcomeOf } from './start-up/outcome';
import { smtpGreeting } from './start-up/smtp-greeting';

const limitMs = 3_000;

type FeatureName = keyof typeof features;

export interface Integration {
  readonly name: FeatureName;
  readonly title: string;
  readonly state: LoadedEnvironment['features'][FeatureName]['state'];
  /** The variables that are, of a half-configured one. */
  readonly missing?: readonly string[];
}

export interface StartUpReport {
  readonly revision: Environment['APP_REVISION'];
  readonly environment: Environment['APP_ENV'];
  readonly role: Environment['PROCESS_ROLE'];
  readonly integrations: readonly Integration[];
  readonly dependencies: {
    readonly postgres: Outcome;
    readonly redis: Outcome;
    readonly s3: readonly BucketOutcome[];
    readonly smtp: Outcome | { readonly skipped: string };
  };
  /** Keys that are unknown or deprecated. */
  readonly warnings: readonly string[];
  readonly queues: QueueReport;
}

export interface StartUpSources {
  readonly loaded: LoadedEnvironment;
  readonly database: { query(sql: string): Promise<unknown> };
  readonly redis: { ping(): Promise<void> };
  readonly queues: QueueReport;
  readonly log: Logger;
  /** @default - S3, by the AWS SDK */
  readonly buckets?: (environment: Environment) => Buckets;
}

/**
 * What this process found when it started: which integrations are on, off or half-configured, and which dependencies
 * answer. Logged as one line. To be called once the server listens and not waited for; it never rejects.
 */
export async function startUpReport(sources: StartUpSources): Promise<StartUpReport> {
  const { loaded, database, redis, queues, log, buckets = openBuckets } = sources;
  const { environment } = loaded;
  const [postgres, redisOutcome, s3, smtp] = await Promise.all([
    outcomeOf(() => database.query('SELECT 1'), limitMs),
    outcomeOf(() => redis.ping(), limitMs),
    checkBuckets(environment, buckets),
    checkSmtp(loaded),
  ]);
  const report: StartUpReport = {
    revision: environment.APP_REVISION,
    environment: environment.APP_ENV,
    role: environment.PROCESS_ROLE,
    integrations: integrationsOf(loaded),
    dependencies: { postgres, redis: redisOutcome, s3, smtp },
    warnings: loaded.warnings,
    queues,
  };
  log[isWell(report) ? 'info' : 'warn']({ report }, 'start-up report');
  return report;
}

function integrationsOf(loaded: LoadedEnvironment): Integration[] {
  return (Object.keys(features) as FeatureName[]).map((name) => {
    const { state, missing } = loaded.features[name];
    return { name, title: features[name].title, state, ...(state === 'half' ? { missing } : {}) };
  });
}

async function checkSmtp({ environment, features: { email } }: LoadedEnvironment) {
  if (email.state !== 'on') return { skipped: email.state === 'half' ? 'e-mail is half-configured' : 'e-mail is off' };
  const { EMAIL_HOST: host, EMAIL_PORT: port, EMAIL_TIMEOUT_MS: timeoutMs } = environment;
  return await outcomeOf((signal) => smtpGreeting(host, port, signal), timeoutMs);
}

function isWell({ integrations, dependencies: { postgres, redis, s3, smtp }, warnings }: StartUpReport): boolean {
  const answers = [postgres, redis, ...s3, ...('skipped' in smtp ? [] : [smtp])];
  return warnings.length === 0 && answers.every(({ ok }) => ok) && integrations.every(({ state }) => state !== 'half');
}
