import { checkCapacity, jobSize } from './capacity';
import { type AlarmDestination, type Domain, type EnvironmentConfig, severities } from './environment';
import { isPinned, parseImageTag } from './image-tag';
import { databaseMemoryMiB, hostShapes } from './instance-types';
import { bucketName, bucketPurposes, edgeRegion, replicaBucketName, replicatedPurposes } from './names';
import { checkSettings } from './settings';
import { checkTimings, type Timings } from './timings';

/** What is wrong with the configuration, one sentence each; the message is all of them. */
export class ConfigurationError extends Error {
  constructor(readonly failures: readonly string[]) {
    super(failures.join('\n'));
    this.name = 'ConfigurationError';
  }
}

/** Hosts of one machine or one network: no browser elsewhere has them. */
const localHost =
  /^(localhost|.+\.(localhost|local|internal)|\[.*\]|0\.0\.0\.0|(127|10)(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2})$/;
const regionName = /^[a-z]{2}(-[a-z]+)+-\d$/;
const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

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
  if (!local && !hostName.test(url.hostname))
    return [`${field}: "${origin}" is no host that a browser calls from; ${remedy}`];
  if (env.name !== 'development') {
    if (local) return [`${field}: "${origin}" is a local address; only development may be called from one. Remove it.`];
    if (url.protocol !== 'https:')
      return [`${field}: "${origin}" is not encrypted; allowed: https://… in every environment but development.`];
  } else if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    return [`${field}: "${origin}" is not encrypted; allowed: https://…, or http://localhost:<port> in development.`];
  }
  return [];
}

/** @param region where the certificate is used */
function checkDomain(field: string, env: EnvironmentConfig, domain: Domain, region: string): string[] {
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
    const ours = `arn:aws:acm:${region}:${env.account}:certificate/`;
    if (!domain.certificateArn.startsWith(ours) || !/\/[\w-]+$/.test(domain.certificateArn))
      failures.push(
        `${field}.certificateArn: "${domain.certificateArn}" is no certificate of this account in ${region}; state one that begins with ${ours}.`,
      );
  } else if (!('delegated' in domain && domain.delegated)) {
    failures.push(
      `${field}: "${domain.name}" has neither hosted zone nor certificate; state hostedZone (record and certificate are made), delegated: true (the zone too) or certificateArn (of ${env.region}, or us-east-1 for the assets).`,
    );
  }
  return failures;
}

const twice = (values: readonly string[]): string[] => values.filter((value, index) => values.indexOf(value) !== index);

/** What must hold, and the sentence for the person who finds that it does not. */
type Demand = readonly [holds: boolean, otherwise: string];

const place = (env: EnvironmentConfig): Demand[] => [
  [
    /^[a-z][a-z0-9-]{0,29}$/.test(env.name),
    `${env.name}.name: "${env.name}" is no name for stacks and buckets; state lower-case letters, digits and hyphens.`,
  ],
  [
    typeof env.account === 'string' && /^\d{12}$/.test(env.account),
    `${env.name}.account: "${env.account}" is no AWS account id; state 12 digits in lib/config/accounts.ts or pass -c account=123456789012.`,
  ],
  [regionName.test(env.region), `${env.name}.region: "${env.region}" is no AWS region; state one such as ap-south-1.`],
  ...env.availabilityZones.map(
    (zone): Demand => [
      zone.slice(0, -1) === env.region,
      `${env.name}.availabilityZones: "${zone}" is not in ${env.region}; state zones of that region.`,
    ],
  ),
  ...twice(env.availabilityZones).map(
    (zone): Demand => [false, `${env.name}.availabilityZones: "${zone}" is stated twice; state each zone once.`],
  ),
  [
    env.availabilityZones.length >= 2,
    `${env.name}.availabilityZones: ${env.availabilityZones.length} zone(s); a load balancer needs at least 2.`,
  ],
  [
    env.natGateways === 1 || env.natGateways === env.availabilityZones.length,
    `${env.name}.natGateways: ${env.natGateways} is neither 1 nor one for each of the ${env.availabilityZones.length} availability zones; state one of these.`,
  ],
  [
    /^10\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\.0\.0\/16$/.test(env.vpcCidr),
    `${env.name}.vpcCidr: "${env.vpcCidr}" is no /16 of 10.0.0.0/8; state one such as 10.40.0.0/16.`,
  ],
];

const slackChannelIds = ({ alarms }: EnvironmentConfig): string[] => [
  ...new Set(severities.flatMap((severity) => alarms[severity].slack?.channelId ?? [])),
];

/** A copy in the region that is lost, is lost as well. */
const recovery = (env: EnvironmentConfig): Demand[] => {
  const { name, region, recoveryRegion } = env;
  if (recoveryRegion === undefined) return [];
  return [
    [
      regionName.test(recoveryRegion),
      `${name}.recoveryRegion: "${recoveryRegion}" is no AWS region; state one such as ap-south-2.`,
    ],
    [
      recoveryRegion !== region,
      `${name}.recoveryRegion: "${recoveryRegion}" is ${name}.region, and would be lost with it; state another one.`,
    ],
    [
      recoveryRegion !== edgeRegion,
      `${name}.recoveryRegion: "${recoveryRegion}" is the region of CloudFront's stacks, far from the users; state another one.`,
    ],
    ...replicatedPurposes.map((purpose): Demand => {
      const bucket = replicaBucketName(env, purpose);
      return [
        bucket.length <= 63,
        `${name}.name: bucket name "${bucket}" has ${bucket.length} characters; S3 allows 63. Shorten the environment's name or the purpose in lib/config/names.ts.`,
      ];
    }),
  ];
};

const hostNames = ({ apiDomains, assetsDomain }: EnvironmentConfig): string[] =>
  [...apiDomains, assetsDomain].map(({ name }) => name);

function alarmDestination(field: string, { email, slack }: AlarmDestination): Demand[] {
  return [
    [
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email),
      `${field}.email: "${email}" is no e-mail address; state the one that alarms go to.`,
    ],
    [
      slack === undefined || /^T[A-Z0-9]{5,}$/.test(slack.workspaceId),
      `${field}.slack.workspaceId: "${slack?.workspaceId}" is no Slack workspace; state the id that begins with T, from the console of Amazon Q Developer in chat applications.`,
    ],
    [
      slack === undefined || /^[CG][A-Z0-9]{5,}$/.test(slack.channelId),
      `${field}.slack.channelId: "${slack?.channelId}" is no Slack channel; state the id that begins with C or G, from the channel's details.`,
    ],
  ];
}

const addresses = (env: EnvironmentConfig): Demand[] => [
  ...twice(hostNames(env)).map(
    (name): Demand => [false, `${env.name}.apiDomains, assetsDomain: "${name}" is stated twice; state each name once.`],
  ),
  ...twice(env.origins).map(
    (origin): Demand => [false, `${env.name}.origins: "${origin}" is stated twice; state each origin once.`],
  ),
  [env.apiDomains.length > 0, `${env.name}.apiDomains: empty; state at least one domain, the first is canonical.`],
  [env.origins.length > 0, `${env.name}.origins: empty, no browser could call the API; state at least one origin.`],
  ...severities.flatMap((severity) => alarmDestination(`${env.name}.alarms.${severity}`, env.alarms[severity])),
  [
    /^(-[a-z0-9]{1,8})?$/.test(env.bucketSuffix ?? ''),
    `${env.name}.bucketSuffix: "${env.bucketSuffix}"; state a hyphen and up to 8 lower-case letters or digits, e.g. -2.`,
  ],
  ...bucketPurposes.map((purpose): Demand => {
    const name = bucketName(env, purpose);
    return [
      name.length <= 63,
      `${env.name}.name: bucket name "${name}" has ${name.length} characters; S3 allows 63. Shorten the environment's name or the purpose in lib/config/names.ts.`,
    ];
  }),
];

const between = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max;

const known = (field: string, value: string, table: object): Demand => [
  value in table,
  `${field}: "${value}" is not known here; allowed: ${Object.keys(table).join(', ')}. Others go into lib/config/instance-types.ts.`,
];

/** Less memory than a Node process starts with, or less CPU than ECS gives a share of, is a slip of the pen. */
const taskSizes = ({ name, web, worker }: EnvironmentConfig): Demand[] =>
  Object.entries({ web, worker }).flatMap(([service, { cpu, memoryMiB, databaseConnections }]): Demand[] => [
    [between(cpu, 128, 16_384), `${name}.${service}.cpu: ${cpu}; state CPU units, 128 to 16384 (1024 is one vCPU).`],
    [
      between(memoryMiB, jobSize.memoryMiB, 122_880),
      `${name}.${service}.memoryMiB: ${memoryMiB}; state MiB, ${jobSize.memoryMiB} to 122880.`,
    ],
    [
      between(databaseConnections, 1, 100),
      `${name}.${service}.databaseConnections: ${databaseConnections}; state 1 to 100 connections for each process.`,
    ],
  ]);

const sizes = ({ name, database, cache, hosts, monthlyBudgetUsd }: EnvironmentConfig): Demand[] => [
  known(`${name}.hosts.instanceType`, hosts.instanceType, hostShapes),
  known(`${name}.database.instanceClass`, database.instanceClass, databaseMemoryMiB),
  [
    between(database.backupRetentionDays, 1, 35),
    `${name}.database.backupRetentionDays: ${database.backupRetentionDays} days; RDS allows 1 to 35.`,
  ],
  [
    database.storageGiB >= 20 && database.maxStorageGiB >= database.storageGiB * 1.1,
    `${name}.database.storageGiB, maxStorageGiB: ${database.storageGiB} to ${database.maxStorageGiB}; gp3 starts at 20 GiB and autoscaling wants at least 10 % above the initial size.`,
  ],
  [between(cache.replicas, 0, 5), `${name}.cache.replicas: ${cache.replicas}; ElastiCache allows 0 to 5.`],
  [
    between(cache.snapshotRetentionDays, 1, 35),
    `${name}.cache.snapshotRetentionDays: ${cache.snapshotRetentionDays} days; ElastiCache allows 1 to 35.`,
  ],
  [monthlyBudgetUsd > 0, `${name}.monthlyBudgetUsd: ${monthlyBudgetUsd}; state US dollars a month, more than 0.`],
];

const image = ({ name, imageTag, imageTags }: EnvironmentConfig): Demand[] => {
  if (imageTag === undefined) return [];
  const asked = parseImageTag(imageTag);
  if (asked === undefined)
    return [
      [
        false,
        `imageTag: "${imageTag}" is neither an ECR tag nor a digest; pass e.g. -c imageTag=main-1a2b3c4, or with the repository it is in: REPOSITORY@sha256:….`,
      ],
    ];
  return [
    [
      imageTags === 'any' || isPinned(asked),
      `imageTag: "${imageTag}" can move to another image, ${name} takes pinned images only; pass a commit's tag (main-1a2b3c4), a version (1.4.0) or a digest (sha256:…).`,
    ],
  ];
};

/** What types hold as well, for configurations that got past them. */
const released = ({ name, deployment, imageTags, removal }: EnvironmentConfig): Demand[] => [
  [
    deployment.strategy === 'rolling' || between(deployment.bakeMinutes, 1, 1440),
    `${name}.deployment.bakeMinutes: ${'bakeMinutes' in deployment && deployment.bakeMinutes}; ECS allows 1 to 1440 whole minutes.`,
  ],
  ...(name === 'development'
    ? []
    : ([
        [
          deployment.strategy === 'blue-green',
          `${name}.deployment.strategy: "${deployment.strategy}" allows a gap; only development may roll. State blue-green.`,
        ],
        [imageTags === 'pinned', `${name}.imageTags: "${imageTags}" lets a tag move under a release; state pinned.`],
        [removal === 'retain', `${name}.removal: "${removal}" would delete data with its stack; state retain.`],
      ] as const)),
];

const production = ({ database, cache, deployment, ...env }: EnvironmentConfig): Demand[] => [
  [
    database.multiAz,
    'production.database.multiAz: false means minutes without a database when a zone fails; state true.',
  ],
  [
    database.deletionProtection,
    'production.database.deletionProtection: false lets one command delete the database; state true.',
  ],
  [
    database.backupRetentionDays === 35,
    `production.database.backupRetentionDays: ${database.backupRetentionDays}; state 35.`,
  ],
  [cache.replicas >= 1, 'production.cache.replicas: 0 means no Redis when its node fails; state at least 1.'],
  [
    env.recoveryRegion !== undefined,
    'production.recoveryRegion: not stated, so nothing would outlive the region; state one such as ap-south-2.',
  ],
  [
    env.availabilityZones.length >= 3,
    `production.availabilityZones: ${env.availabilityZones.length}; state 3, so that losing one leaves two.`,
  ],
  [
    env.natGateways !== 1,
    `production.natGateways: 1; state ${env.availabilityZones.length}, or the failure of one zone takes every way out.`,
  ],
  [
    env.protectLoadBalancer,
    'production.protectLoadBalancer: false lets one command delete the load balancer; state true.',
  ],
  [
    deployment.strategy === 'rolling' || deployment.alarms,
    'production.deployment.alarms: false leaves a bad release in place; state true.',
  ],
];

const unmet = (demands: readonly Demand[]): string[] =>
  demands.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]));

const checkEnvironment = (env: EnvironmentConfig): string[] => [
  ...unmet([...place(env), ...recovery(env), ...addresses(env)]),
  ...env.apiDomains.flatMap((domain, index) =>
    checkDomain(`${env.name}.apiDomains[${index}]`, env, domain, env.region),
  ),
  ...checkDomain(`${env.name}.assetsDomain`, env, env.assetsDomain, 'us-east-1'),
  ...env.origins.flatMap((origin) => checkOrigin(env, origin)),
  ...checkSettings(env),
  ...unmet([
    ...sizes(env),
    ...taskSizes(env),
    ...image(env),
    ...released(env),
    ...(env.name === 'production' ? production(env) : []),
  ]),
  // Reckons with the types and sizes above, so only where they are known.
  ...(unmet([...sizes(env), ...taskSizes(env)]).length === 0 ? checkCapacity(env) : []),
];

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
    for (const other of environments.slice(0, index).filter(({ name }) => name !== env.name)) {
      if (other.vpcCidr === env.vpcCidr)
        failures.push(
          `${env.name}.vpcCidr: ${env.vpcCidr} is ${other.name}'s; state a free /16, so that the networks can be peered.`,
        );
      for (const channel of slackChannelIds(env).filter((each) => slackChannelIds(other).includes(each)))
        if (other.account === env.account)
          failures.push(
            `${env.name}.alarms: the Slack channel ${channel} is ${other.name}'s; AWS binds a channel to one configuration of an account. State another one.`,
          );
      for (const name of hostNames(env).filter((each) => hostNames(other).includes(each)))
        failures.push(
          `${env.name}.apiDomains, assetsDomain: "${name}" is ${other.name}'s; a name leads to one of them.`,
        );
    }
  if (failures.length > 0) throw new ConfigurationError([...new Set(failures)]);
}
