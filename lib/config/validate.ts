import { checkCapacity } from './capacity';
import type { Domain, EnvironmentConfig } from './environment';
import { bucketName, bucketPurposes } from './names';
import { checkTimings, type Timings } from './timings';

/** What is wrong with the configuration, one sentence each; the message is all of them. */
export class ConfigurationError extends Error {
  constructor(readonly failures: readonly string[]) {
    super(failures.join('\n'));
    this.name = 'ConfigurationError';
  }
}

const localHost = /^(localhost|127\.|0\.0\.0\.0|\[?::1|10\.|192\.168\.|.*\.local$)/;
const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;
/** A branch and the commit it was built from, a commit, a version, or a digest: names that don't move. */
const pinnedTag = /^(([\w.-]+-)?[0-9a-f]{7,40}|v?\d+\.\d+\.\d+|sha256:[0-9a-f]{64})$/;
const ecrTag = /^(\w[\w.-]{0,127}|sha256:[0-9a-f]{64})$/;

function checkOrigin(env: EnvironmentConfig, origin: string): string[] {
  const field = `${env.name}.origins`;
  const remedy = 'state scheme, host and port only, e.g. https://www.example.com.';
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    return [`${field}: "${origin}" is no URL; ${remedy}`];
  }
  if (url.origin !== origin) return [`${field}: "${origin}" is no origin; ${remedy}`];
  const local = localHost.test(url.hostname);
  if (env.name !== 'development') {
    if (local) return [`${field}: "${origin}" is a local address; only development may be called from one. Remove it.`];
    if (url.protocol !== 'https:')
      return [`${field}: "${origin}" is not encrypted; allowed: https://… in every environment but development.`];
  } else if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    return [`${field}: "${origin}" is not encrypted; allowed: https://…, or http://localhost:<port> in development.`];
  }
  return [];
}

function checkDomain(field: string, env: EnvironmentConfig, domain: Domain): string[] {
  const failures: string[] = [];
  if (!hostName.test(domain.name))
    failures.push(`${field}.name: "${domain.name}" is no host name; state one in lower case, e.g. api.example.com.`);
  if ('hostedZone' in domain && domain.hostedZone) {
    const { id, name } = domain.hostedZone;
    if (!/^Z[A-Z0-9]{7,31}$/.test(id ?? ''))
      failures.push(
        `${field}.hostedZone.id: "${id}" is no Route 53 hosted zone id; state it in lib/config/accounts.ts, e.g. Z0123456789ABCDEFGHIJ.`,
      );
    if (domain.name !== name && !domain.name.endsWith(`.${name}`))
      failures.push(
        `${field}.name: "${domain.name}" is not in the hosted zone "${name}"; name the zone that holds it.`,
      );
  } else if ('certificateArn' in domain && domain.certificateArn) {
    if (!/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/.test(domain.certificateArn))
      failures.push(
        `${field}.certificateArn: "${domain.certificateArn}" is no ACM certificate ARN; copy it from ACM in the region that uses it.`,
      );
  } else if (!('delegated' in domain && domain.delegated)) {
    failures.push(
      `${field}: "${domain.name}" has neither hosted zone nor certificate; state hostedZone (record and certificate are made), delegated: true (the zone too) or certificateArn (of ${env.region}, or us-east-1 for the assets).`,
    );
  }
  return failures;
}

function checkEnvironment(env: EnvironmentConfig): string[] {
  const failures: string[] = [];
  const at = (field: string) => `${env.name}.${field}`;
  const require = (holds: boolean, message: string) => {
    if (!holds) failures.push(message);
  };

  require(/^\d{12}$/.test(
    env.account,
  ), `${at('account')}: "${env.account}" is no AWS account id; state 12 digits in lib/config/accounts.ts or pass -c account=123456789012.`);
  require(/^[a-z]{2}(-[a-z]+)+-\d$/.test(
    env.region,
  ), `${at('region')}: "${env.region}" is no AWS region; state one such as ap-south-1.`);
  for (const zone of env.availabilityZones)
    require(zone.slice(0, -1) ===
      env.region, `${at('availabilityZones')}: "${zone}" is not in ${env.region}; state zones of that region.`);
  require(env.availabilityZones.length >=
    2, `${at('availabilityZones')}: ${env.availabilityZones.length} zone(s); a load balancer needs at least 2.`);
  require(env.natGateways === 1 ||
    env.natGateways ===
      env.availabilityZones
        .length, `${at('natGateways')}: ${env.natGateways} is neither 1 nor one for each of the ${env.availabilityZones.length} availability zones; state one of these.`);
  require(/^10\.\d{1,3}\.0\.0\/16$/.test(
    env.vpcCidr,
  ), `${at('vpcCidr')}: "${env.vpcCidr}" is no /16 of 10.0.0.0/8; state one such as 10.40.0.0/16.`);

  require(env.apiDomains.length > 0, `${at('apiDomains')}: empty; state at least one domain, the first is canonical.`);
  env.apiDomains.forEach((domain, index) => {
    failures.push(...checkDomain(at(`apiDomains[${index}]`), env, domain));
  });
  failures.push(...checkDomain(at('assetsDomain'), env, env.assetsDomain));

  require(env.origins.length > 0, `${at('origins')}: empty, no browser could call the API; state at least one origin.`);
  for (const origin of env.origins) failures.push(...checkOrigin(env, origin));

  for (const purpose of bucketPurposes) {
    const name = bucketName(env, purpose);
    require(name.length <=
      63, `${at('name')}: bucket name "${name}" has ${name.length} characters; S3 allows 63. Shorten the environment's name or the purpose in lib/config/names.ts.`);
  }

  const { database, cache, deployment } = env;
  require(Number.isInteger(database.backupRetentionDays) &&
    database.backupRetentionDays >= 1 &&
    database.backupRetentionDays <=
      35, `${at('database.backupRetentionDays')}: ${database.backupRetentionDays} days; RDS allows 1 to 35.`);
  require(database.storageGiB >= 20 &&
    database.maxStorageGiB >=
      database.storageGiB *
        1.1, `${at('database')}.storageGiB, maxStorageGiB: ${database.storageGiB} to ${database.maxStorageGiB}; gp3 starts at 20 GiB and autoscaling wants at least 10 % above the initial size.`);
  require(Number.isInteger(cache.replicas) &&
    cache.replicas >= 0 &&
    cache.replicas <= 5, `${at('cache.replicas')}: ${cache.replicas}; ElastiCache allows 0 to 5.`);
  if (deployment.strategy === 'blue-green')
    require(Number.isInteger(deployment.bakeMinutes) &&
      deployment.bakeMinutes >= 1 &&
      deployment.bakeMinutes <=
        1440, `${at('deployment.bakeMinutes')}: ${deployment.bakeMinutes}; ECS allows 1 to 1440 whole minutes.`);

  if (env.imageTag !== undefined) {
    require(ecrTag.test(
      env.imageTag,
    ), `imageTag: "${env.imageTag}" is neither an ECR tag nor a digest; pass e.g. -c imageTag=main-1a2b3c4.`);
    if (env.imageTags === 'pinned' && ecrTag.test(env.imageTag))
      require(pinnedTag.test(
        env.imageTag,
      ), `imageTag: "${env.imageTag}" can move to another image, ${env.name} takes pinned images only; pass a commit's tag (main-1a2b3c4), a version (1.4.0) or a digest (sha256:…).`);
  }

  if (env.name !== 'development') {
    require(deployment.strategy ===
      'blue-green', `${at('deployment.strategy')}: "${deployment.strategy}" allows a gap; only development may roll. State blue-green.`);
    require(env.imageTags ===
      'pinned', `${at('imageTags')}: "${env.imageTags}" lets a tag move under a release; state pinned.`);
    require(env.removal ===
      'retain', `${at('removal')}: "${env.removal}" would delete data with its stack; state retain.`);
  }
  if (env.name === 'production') {
    require(database.multiAz, 'production.database.multiAz: false means minutes without a database when a zone fails; state true.');
    require(database.deletionProtection, 'production.database.deletionProtection: false lets one command delete the database; state true.');
    require(database.backupRetentionDays ===
      35, `production.database.backupRetentionDays: ${database.backupRetentionDays}; state 35.`);
    require(cache.replicas >= 1, 'production.cache.replicas: 0 means no Redis when its node fails; state at least 1.');
    require(env.availabilityZones.length >=
      3, `production.availabilityZones: ${env.availabilityZones.length}; state 3, so that losing one leaves two.`);
    require(env.protectLoadBalancer, 'production.protectLoadBalancer: false lets one command delete the load balancer; state true.');
    require(deployment.strategy === 'blue-green' &&
      deployment.alarms, 'production.deployment.alarms: false leaves a bad release in place; state true.');
  }
  return [...failures, ...checkCapacity(env)];
}

/**
 * Checks everything before anything is made.
 *
 * @throws ConfigurationError with every failure, not only the first.
 */
export function validateConfiguration(environments: readonly EnvironmentConfig[], timings: Timings): void {
  const failures = [...checkTimings(timings), ...environments.flatMap(checkEnvironment)];
  const seen = new Map<string, EnvironmentConfig>();
  for (const env of environments) {
    const key = `${env.account}/${env.name}`;
    if (seen.has(key))
      failures.push(
        `${env.name}.name: two environments are called "${env.name}" in account ${env.account}; their stacks would overwrite each other. Rename one.`,
      );
    seen.set(key, env);
  }
  for (const [index, env] of environments.entries())
    for (const other of environments.slice(0, index))
      if (other.vpcCidr === env.vpcCidr)
        failures.push(
          `${env.name}.vpcCidr: ${env.vpcCidr} is ${other.name}'s; state a free /16, so that the networks can be peered.`,
        );
  if (failures.length > 0) throw new ConfigurationError([...new Set(failures)]);
}
