import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';

const { development, staging, demo, production } = environments;

/** The types refuse most of what follows; validation is for values that come from elsewhere. */
export type Change = { readonly [K in keyof EnvironmentConfig]?: unknown };
/** An environment with one thing changed, and the one sentence that it has to yield. */
export type Case = readonly [what: string, env: EnvironmentConfig, change: Change, sentence: string];

const database = (env: EnvironmentConfig, change: Partial<EnvironmentConfig['database']>) => ({
  database: { ...env.database, ...change },
});
const bake = (bakeMinutes: number) => ({ deployment: { strategy: 'blue-green', bakeMinutes, alarms: true } });
const inZone = (name: string, id = 'Z0123456789ABCDEFGHIJ') => ({ name, hostedZone: { name: 'mrmentor.in', id } });
const settings = (env: EnvironmentConfig, change: Readonly<Record<string, string | undefined>>) => ({
  settings: { ...env.settings, ...change },
});
const originRemedy = 'state scheme, host and port only, e.g. https://www.example.com.';

export const malformed: readonly Case[] = [
  [
    'an account that is none',
    demo,
    { account: '12345' },
    'demo.account: "12345" is no AWS account id; state 12 digits in lib/config/accounts.ts or pass -c account=123456789012.',
  ],
  [
    'a region that is none',
    staging,
    { region: 'mumbai', availabilityZones: ['mumbaia', 'mumbaib'] },
    'staging.region: "mumbai" is no AWS region; state one such as ap-south-1.',
  ],
  [
    'a zone of another region',
    staging,
    { availabilityZones: ['ap-south-1a', 'ap-south-2b'] },
    'staging.availabilityZones: "ap-south-2b" is not in ap-south-1; state zones of that region.',
  ],
  [
    'one zone',
    staging,
    { availabilityZones: ['ap-south-1a'] },
    'staging.availabilityZones: 1 zone(s); a load balancer needs at least 2.',
  ],
  [
    'a recovery region that is none',
    production,
    { recoveryRegion: 'hyderabad' },
    'production.recoveryRegion: "hyderabad" is no AWS region; state one such as ap-south-2.',
  ],
  [
    'a recovery region that is lost with the region',
    production,
    { recoveryRegion: 'ap-south-1' },
    'production.recoveryRegion: "ap-south-1" is production.region, and would be lost with it; state another one.',
  ],
  [
    'a recovery region on the other side of the world',
    production,
    { recoveryRegion: 'us-east-1' },
    'production.recoveryRegion: "us-east-1" is the region of CloudFront\'s stacks, far from the users; state another one.',
  ],
  [
    'a suffix that no bucket can have',
    production,
    { bucketSuffix: '_Two' },
    'production.bucketSuffix: "_Two"; state a hyphen and up to 8 lower-case letters or digits, e.g. -2.',
  ],
  [
    'two NAT gateways in three zones',
    production,
    { natGateways: 2 },
    'production.natGateways: 2 is neither 1 nor one for each of the 3 availability zones; state one of these.',
  ],
  [
    'no NAT gateway',
    staging,
    { natGateways: 0 },
    'staging.natGateways: 0 is neither 1 nor one for each of the 2 availability zones; state one of these.',
  ],
  ...['10.40.0.0/20', '192.168.0.0/16', '10.40.1.0/16', ''].map(
    (vpcCidr): Case => [
      `the network "${vpcCidr}"`,
      staging,
      { vpcCidr },
      `staging.vpcCidr: "${vpcCidr}" is no /16 of 10.0.0.0/8; state one such as 10.40.0.0/16.`,
    ],
  ),

  [
    'no domain',
    staging,
    { apiDomains: [] },
    'staging.apiDomains: empty; state at least one domain, the first is canonical.',
  ],
  [
    'a domain with neither zone nor certificate',
    production,
    { apiDomains: [...production.apiDomains, { name: 'x.example.com' }] },
    'production.apiDomains[2]: "x.example.com" has neither hosted zone nor certificate; state hostedZone (record and certificate are made), delegated: true (the zone too) or certificateArn (of ap-south-1, or us-east-1 for the assets).',
  ],
  [
    'a domain outside its hosted zone',
    production,
    { assetsDomain: inZone('assets.notmrmentor.in') },
    'production.assetsDomain.name: "assets.notmrmentor.in" is not in the hosted zone "mrmentor.in"; name the zone that holds it.',
  ],
  [
    'a hosted zone by another name than its id',
    production,
    { assetsDomain: inZone('assets.mrmentor.in', 'mrmentor.in') },
    'production.assetsDomain.hostedZone.id: "mrmentor.in" is no Route 53 hosted zone id; state it in lib/config/accounts.ts, e.g. Z0123456789ABCDEFGHIJ.',
  ],
  [
    "a certificate of the API's region for the assets",
    demo,
    {
      assetsDomain: {
        name: 'a.example.com',
        certificateArn: 'arn:aws:acm:ap-south-1:000000000001:certificate/0a-1b',
      },
    },
    'demo.assetsDomain.certificateArn: "arn:aws:acm:ap-south-1:000000000001:certificate/0a-1b" is no certificate of this account in us-east-1; state one that begins with arn:aws:acm:us-east-1:000000000001:certificate/.',
  ],
  [
    'a domain stated twice',
    production,
    { assetsDomain: production.apiDomains[0] },
    'production.apiDomains, assetsDomain: "api.mrmentor.in" is stated twice; state each name once.',
  ],
  [
    'an origin stated twice',
    staging,
    { origins: [...staging.origins, 'https://staging.myanalyticsschool.com'] },
    'staging.origins: "https://staging.myanalyticsschool.com" is stated twice; state each origin once.',
  ],
  [
    'a zone stated twice',
    staging,
    { availabilityZones: ['ap-south-1a', 'ap-south-1a'] },
    'staging.availabilityZones: "ap-south-1a" is stated twice; state each zone once.',
  ],
  [
    'hosts of an unknown type',
    staging,
    { hosts: { ...staging.hosts, instanceType: 't9.large' } },
    'staging.hosts.instanceType: "t9.large" is not known here; allowed: t3.medium, t3.large, t3.xlarge, m6i.large, m6i.xlarge, m6i.2xlarge. Others go into lib/config/instance-types.ts.',
  ],
  [
    'a task with less than no CPU',
    staging,
    { web: { ...staging.web, cpu: -5 } },
    'staging.web.cpu: -5; state CPU units, 128 to 16384 (1024 is one vCPU).',
  ],
  [
    'a task without memory',
    staging,
    { worker: { ...staging.worker, memoryMiB: 3 } },
    'staging.worker.memoryMiB: 3; state MiB, 512 to 122880.',
  ],
  [
    'a process without a connection',
    staging,
    { web: { ...staging.web, databaseConnections: 0 } },
    'staging.web.databaseConnections: 0; state 1 to 100 connections for each process.',
  ],
  [
    'a certificate that is none of ACM',
    demo,
    { assetsDomain: { name: 'a.example.com', certificateArn: 'arn:aws:iam::123456789012:server-certificate/x' } },
    'demo.assetsDomain.certificateArn: "arn:aws:iam::123456789012:server-certificate/x" is no certificate of this account in us-east-1; state one that begins with arn:aws:acm:us-east-1:000000000001:certificate/.',
  ],
  ...['Api.example.com', 'https://api.example.com', 'api', 'api.example.com.'].map(
    (name): Case => [
      `the host name ${name}`,
      demo,
      { apiDomains: [{ name, delegated: true }] },
      `demo.apiDomains[0].name: "${name}" is no host name; state one in lower case, e.g. api.example.com.`,
    ],
  ),

  [
    'no origin',
    staging,
    { origins: [] },
    'staging.origins: empty, no browser could call the API; state at least one origin.',
  ],
  [
    'an origin that is no URL',
    staging,
    { origins: ['www.example.com'] },
    `staging.origins: "www.example.com" is no URL; ${originRemedy}`,
  ],
  ...['https://www.example.com/app', 'https://www.example.com/', 'https://WWW.example.com'].map(
    (origin): Case => [
      `the origin ${origin}`,
      staging,
      { origins: [origin] },
      `staging.origins: "${origin}" is no origin; ${originRemedy}`,
    ],
  ),
  [
    'plain http in production',
    production,
    { origins: ['http://www.example.com'] },
    'production.origins: "http://www.example.com" is not encrypted; allowed: https://… in every environment but development.',
  ],
  ...['http://localhost:3000', 'https://127.0.0.1', 'https://10.1.2.3', 'https://192.168.1.2', 'https://[::1]'].map(
    (origin): Case => [
      `${origin} outside development`,
      demo,
      { origins: [origin] },
      `demo.origins: "${origin}" is a local address; only development may be called from one. Remove it.`,
    ],
  ),
  [
    'plain http from elsewhere in development',
    development,
    { origins: ['http://www.example.com'] },
    'development.origins: "http://www.example.com" is not encrypted; allowed: https://…, or http://localhost:<port> in development.',
  ],

  ...[0, 36, 1.5].map(
    (days): Case => [
      `${days} days of backups`,
      staging,
      database(staging, { backupRetentionDays: days }),
      `staging.database.backupRetentionDays: ${days} days; RDS allows 1 to 35.`,
    ],
  ),
  ...(
    [
      [19, 100],
      [100, 109],
      [100, 50],
    ] as const
  ).map(
    ([storageGiB, maxStorageGiB]): Case => [
      `storage of ${storageGiB} to ${maxStorageGiB} GiB`,
      staging,
      database(staging, { storageGiB, maxStorageGiB }),
      `staging.database.storageGiB, maxStorageGiB: ${storageGiB} to ${maxStorageGiB}; gp3 starts at 20 GiB and autoscaling wants at least 10 % above the initial size.`,
    ],
  ),
  ...[-1, 6, 0.5].map(
    (replicas): Case => [
      `${replicas} replicas`,
      staging,
      { cache: { ...staging.cache, replicas } },
      `staging.cache.replicas: ${replicas}; ElastiCache allows 0 to 5.`,
    ],
  ),
  ...[0, 1441, 2.5].map(
    (minutes): Case => [
      `a bake of ${minutes} minutes`,
      staging,
      bake(minutes),
      `staging.deployment.bakeMinutes: ${minutes}; ECS allows 1 to 1440 whole minutes.`,
    ],
  ),
  [
    'a setting that is no number',
    staging,
    settings(staging, { MEETING_JOIN_BUFFER_MINUTES: '5m' }),
    'staging.settings.MEETING_JOIN_BUFFER_MINUTES: "5m" must be a whole number from 0 to 120.',
  ],
  [
    'an empty setting',
    staging,
    settings(staging, { FRONTEND_URL: '' }),
    'staging.settings.FRONTEND_URL: "" must be an absolute URL that begins with http:// or https://.',
  ],
  [
    'admins that are nobody',
    demo,
    settings(demo, { ADMIN_USER_IDS: ' , ' }),
    'demo.settings.ADMIN_USER_IDS: " , " is an empty list; name at least one.',
  ],
  [
    'no address of the frontend',
    staging,
    settings(staging, { FRONTEND_URL: undefined }),
    'staging.settings.FRONTEND_URL: missing, and the container does not start without it; state it.',
  ],
  [
    'a misspelt setting',
    staging,
    settings(staging, { LOG_LEVLE: 'info' }),
    'staging.settings.LOG_LEVLE: not in the contract, so the container does not read it; did you mean LOG_LEVEL?',
  ],
  [
    'a setting that means nothing',
    staging,
    settings(staging, { QUANTUM_FLUX: '1' }),
    'staging.settings.QUANTUM_FLUX: not in the contract, so the container does not read it; remove it, or add the variable to app-image/src/config/contract.ts.',
  ],
  [
    'a secret among the settings',
    staging,
    settings(staging, { JWT_SECRET: 'hunter2-hunter2-hunter2-hunter2-hunter2' }),
    'staging.settings.JWT_SECRET: a key of the secret mr-mentor-backend/staging; remove it here, and replace it there if it was a real one.',
  ],
  [
    'what the infrastructure knows among the settings',
    staging,
    settings(staging, { DB_HOST: 'db.myanalyticsschool.com' }),
    'staging.settings.DB_HOST: the infrastructure sets it, in lib/constructs/container-environment.ts; remove it here.',
  ],
  [
    'the token of Redis among the settings',
    staging,
    settings(staging, { REDIS_PASSWORD: 'hunter2' }),
    'staging.settings.REDIS_PASSWORD: the infrastructure sets it, in lib/constructs/container-environment.ts; remove it here.',
  ],
  [
    'a long-lived key among the settings',
    staging,
    settings(staging, { AWS_SECRET_ACCESS_KEY: 'hunter2' }),
    'staging.settings.AWS_SECRET_ACCESS_KEY: exists on laptops only; remove it.',
  ],
  [
    'what ECS sets among the settings',
    staging,
    settings(staging, { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4' }),
    'staging.settings.ECS_CONTAINER_METADATA_URI_V4: ECS, the image or Node sets it; remove it.',
  ],
  [
    'a setting without effect',
    staging,
    settings(staging, { GLOBAL_INVOICE_MAS_PREFIX: 'MAS' }),
    'staging.settings.GLOBAL_INVOICE_MAS_PREFIX: has no effect; set GLOBAL_INVOICE_MAS101_PREFIX: that one is read.',
  ],
];

export const images: readonly Case[] = [
  ...['latest', 'main', 'release', 'main-1a2b3c', 'v1', '1.4', 'main-1A2B3C4', 'other-repository:latest'].map(
    (imageTag): Case => [
      `the moving image ${imageTag}`,
      production,
      { imageTag },
      `imageTag: "${imageTag}" can move to another image, production takes pinned images only; pass a commit's tag (main-1a2b3c4), a version (1.4.0) or a digest (sha256:…).`,
    ],
  ),
  ...['', 'a b', '-x', 'main/1a2b3c4', 'sha256:abc', 'repository@main-1a2b3c4', 'a:b:c', ':main-1a2b3c4'].map(
    (imageTag): Case => [
      `the malformed image "${imageTag}"`,
      development,
      { imageTag },
      `imageTag: "${imageTag}" is neither an ECR tag nor a digest; pass e.g. -c imageTag=main-1a2b3c4, or with the repository it is in: REPOSITORY@sha256:….`,
    ],
  ),
  ...[staging, demo, production].map(
    (env): Case => [
      `unpinned images on ${env.name}`,
      env,
      { imageTags: 'any' },
      `${env.name}.imageTags: "any" lets a tag move under a release; state pinned.`,
    ],
  ),
];

export const careless: readonly Case[] = [
  ...[staging, demo].map(
    (env): Case => [
      `a rolling ${env.name}`,
      env,
      { deployment: { strategy: 'rolling' } },
      `${env.name}.deployment.strategy: "rolling" allows a gap; only development may roll. State blue-green.`,
    ],
  ),
  ...[staging, demo, production].map(
    (env): Case => [
      `${env.name} without retention`,
      env,
      { removal: 'snapshot' },
      `${env.name}.removal: "snapshot" would delete data with its stack; state retain.`,
    ],
  ),
  [
    'production in one zone',
    production,
    database(production, { multiAz: false }),
    'production.database.multiAz: false means minutes without a database when a zone fails; state true.',
  ],
  [
    "production's database unprotected",
    production,
    database(production, { deletionProtection: false }),
    'production.database.deletionProtection: false lets one command delete the database; state true.',
  ],
  [
    "production's backups short",
    production,
    database(production, { backupRetentionDays: 34 }),
    'production.database.backupRetentionDays: 34; state 35.',
  ],
  [
    "production's Redis alone",
    production,
    { cache: { ...production.cache, replicas: 0 } },
    'production.cache.replicas: 0 means no Redis when its node fails; state at least 1.',
  ],
  [
    'production without a recovery region',
    production,
    { recoveryRegion: undefined },
    'production.recoveryRegion: not stated, so nothing would outlive the region; state one such as ap-south-2.',
  ],
  [
    'production in two zones',
    production,
    { availabilityZones: ['ap-south-1a', 'ap-south-1b'], natGateways: 2 },
    'production.availabilityZones: 2; state 3, so that losing one leaves two.',
  ],
  [
    'production with one way out',
    production,
    { natGateways: 1 },
    'production.natGateways: 1; state 3, or the failure of one zone takes every way out.',
  ],
  [
    'snapshots kept for ever',
    staging,
    { cache: { ...staging.cache, snapshotRetentionDays: 36 } },
    'staging.cache.snapshotRetentionDays: 36 days; ElastiCache allows 1 to 35.',
  ],
  [
    'alarms to nobody',
    staging,
    { alarms: { ...staging.alarms, page: { email: 'on-call' } } },
    'staging.alarms.page.email: "on-call" is no e-mail address; state the one that alarms go to.',
  ],
  [
    'alarms to a Slack workspace by its name',
    demo,
    {
      alarms: { ...demo.alarms, ticket: { email: 'a@b.in', slack: { workspaceId: 'mas', channelId: 'C0123456789' } } },
    },
    'demo.alarms.ticket.slack.workspaceId: "mas" is no Slack workspace; state the id that begins with T, from the console of Amazon Q Developer in chat applications.',
  ],
  [
    'alarms to a Slack channel by its name',
    demo,
    {
      alarms: {
        ...demo.alarms,
        ticket: { email: 'a@b.in', slack: { workspaceId: 'T0123456789', channelId: '#alerts' } },
      },
    },
    'demo.alarms.ticket.slack.channelId: "#alerts" is no Slack channel; state the id that begins with C or G, from the channel\'s details.',
  ],
  [
    'no budget',
    staging,
    { monthlyBudgetUsd: 0 },
    'staging.monthlyBudgetUsd: 0; state US dollars a month, more than 0.',
  ],
  [
    "production's load balancer unprotected",
    production,
    { protectLoadBalancer: false },
    'production.protectLoadBalancer: false lets one command delete the load balancer; state true.',
  ],
  [
    'production without alarms',
    production,
    { deployment: { strategy: 'blue-green', bakeMinutes: 30, alarms: false } },
    'production.deployment.alarms: false leaves a bad release in place; state true.',
  ],
  [
    'demo data in production',
    production,
    settings(production, { DEMO_DATA_ENABLED: 'true' }),
    'production.settings.DEMO_DATA_ENABLED: "true" has a value that is refused in production: demo data must not reach real users; remove it.',
  ],
  ...[development, staging, demo, production].map(
    (env): Case => [
      `a laptop's address on ${env.name}`,
      env,
      settings(env, { MAS_WEBSITE_URL: 'http://localhost:3000' }),
      `${env.name}.settings.MAS_WEBSITE_URL: "http://localhost:3000" points to this machine; state the address in the deployed environment.`,
    ],
  ),
  ...[staging, demo, production].map(
    (env): Case => [
      `tables changed by entities on ${env.name}`,
      env,
      settings(env, { DB_SYNCHRONIZE: 'true' }),
      `${env.name}.settings.DB_SYNCHRONIZE: "true" has a value that is refused everywhere but in development: an edited entity would drop columns with their data; migrations change tables; remove it.`,
    ],
  ),
  [
    'hosts that do not hold a release',
    production,
    { hosts: { ...production.hosts, max: 3 } },
    'production.hosts.max: 3 hosts of m6i.xlarge do not hold the 17 tasks of a release (web blue 6, web green 6, worker 4, job 1); 6 are needed. Raise hosts.max, choose a type with more network interfaces, or lower maxTasks.',
  ],
];
