import { accounts, hostedZones, slackChannels } from './accounts';
import type { AlarmDestinations, Domain, Environments, InterfaceEndpointService, SlackChannel } from './environment';

/** Mumbai: the seeds' region, where the platform's users are. */
const region = 'ap-south-1';
/** Hyderabad: in India, too. An account has to enable it once; see docs/decisions/0017-recovery-region.md. */
const recoveryRegion = 'ap-south-2';
const twoZones = ['ap-south-1a', 'ap-south-1b'] as const;
const threeZones = ['ap-south-1a', 'ap-south-1b', 'ap-south-1c'] as const;

const domain = (name: string, zone: keyof typeof hostedZones): Domain => {
  const id = hostedZones[zone];
  return id === undefined ? { name, delegated: true } : { name, hostedZone: { name: zone, id } };
};

/** Nobody is woken for these. */
const forDevelopers = (slack: SlackChannel | undefined): AlarmDestinations => {
  const developers = { email: 'dev-alerts@myanalyticsschool.com', slack };
  return { page: developers, ticket: developers };
};

/** Image pulls, logs and secrets of every task start, kept off the NAT gateways. */
const startUpServices: readonly InterfaceEndpointService[] = [
  'ecr.api',
  'ecr.dkr',
  'logs',
  'secretsmanager',
  'ssm',
  'sts',
];

export const environments: Environments = {
  development: {
    name: 'development',
    account: accounts.nonProduction,
    region,
    availabilityZones: twoZones,
    apiDomains: [domain('dev-api.myanalyticsschool.com', 'myanalyticsschool.com')],
    assetsDomain: domain('dev-assets.myanalyticsschool.com', 'myanalyticsschool.com'),
    origins: ['https://dev.myanalyticsschool.com', 'http://localhost:3000', 'http://localhost:5173'],
    settings: {
      ADMIN_USER_IDS: 'admin@myanalyticsschool.com',
      ALLOW_EARLY_MEETING_JOIN: 'true',
      DEMO_DATA_ENABLED: 'true',
      EXOTEL_SUBDOMAIN: 'api.exotel.com',
      FRONTEND_URL: 'https://dev.myanalyticsschool.com',
      LOG_LEVEL: 'debug',
    },
    vpcCidr: '10.40.0.0/16',
    natGateways: 1,
    interfaceEndpoints: [],
    database: {
      instanceClass: 't4g.micro',
      multiAz: false,
      deletionProtection: false,
      backupRetentionDays: 7,
      storageGiB: 20,
      maxStorageGiB: 50,
    },
    cache: { nodeType: 't4g.micro', replicas: 0, snapshotRetentionDays: 15 },
    hosts: { instanceType: 't3.medium', min: 1, max: 3 },
    web: { cpu: 512, memoryMiB: 1024, databaseConnections: 10, minTasks: 1, maxTasks: 1 },
    worker: { cpu: 512, memoryMiB: 1024, databaseConnections: 5, minTasks: 1, maxTasks: 1 },
    deployment: { strategy: 'rolling' },
    imageTags: 'any',
    removal: 'snapshot',
    protectLoadBalancer: false,
    logRetentionDays: 30,
    alarms: forDevelopers(slackChannels.development),
    monthlyBudgetUsd: 300,
  },

  staging: {
    name: 'staging',
    account: accounts.nonProduction,
    region,
    availabilityZones: twoZones,
    apiDomains: [domain('staging-api.myanalyticsschool.com', 'myanalyticsschool.com')],
    assetsDomain: domain('staging-assets.myanalyticsschool.com', 'myanalyticsschool.com'),
    origins: ['https://staging.myanalyticsschool.com', 'https://staging-admin.myanalyticsschool.com'],
    settings: {
      ADMIN_USER_IDS: 'admin@myanalyticsschool.com',
      ALLOW_EARLY_MEETING_JOIN: 'false',
      DEMO_DATA_ENABLED: 'false',
      EXOTEL_SUBDOMAIN: 'api.exotel.com',
      FRONTEND_URL: 'https://staging.myanalyticsschool.com',
      LOG_LEVEL: 'info',
    },
    vpcCidr: '10.41.0.0/16',
    natGateways: 1,
    interfaceEndpoints: [],
    database: {
      instanceClass: 't4g.small',
      multiAz: false,
      deletionProtection: true,
      backupRetentionDays: 7,
      storageGiB: 20,
      maxStorageGiB: 100,
    },
    cache: { nodeType: 't4g.small', replicas: 0, snapshotRetentionDays: 15 },
    hosts: { instanceType: 't3.large', min: 2, max: 4 },
    web: { cpu: 512, memoryMiB: 1024, databaseConnections: 15, minTasks: 1, maxTasks: 2 },
    worker: { cpu: 512, memoryMiB: 1024, databaseConnections: 10, minTasks: 1, maxTasks: 1 },
    deployment: { strategy: 'blue-green', bakeMinutes: 10, alarms: true },
    imageTags: 'pinned',
    removal: 'retain',
    protectLoadBalancer: false,
    logRetentionDays: 90,
    alarms: forDevelopers(slackChannels.staging),
    monthlyBudgetUsd: 500,
  },

  demo: {
    name: 'demo',
    account: accounts.nonProduction,
    region,
    availabilityZones: twoZones,
    apiDomains: [domain('demo-api.myanalyticsschool.com', 'myanalyticsschool.com')],
    assetsDomain: domain('demo-assets.myanalyticsschool.com', 'myanalyticsschool.com'),
    origins: ['https://demo.myanalyticsschool.com', 'https://demo-admin.myanalyticsschool.com'],
    settings: {
      ADMIN_USER_IDS: 'admin@myanalyticsschool.com',
      ALLOW_EARLY_MEETING_JOIN: 'false',
      DEMO_DATA_ENABLED: 'true',
      EXOTEL_SUBDOMAIN: 'api.exotel.com',
      FRONTEND_URL: 'https://demo.myanalyticsschool.com',
      LOG_LEVEL: 'info',
    },
    vpcCidr: '10.42.0.0/16',
    natGateways: 1,
    interfaceEndpoints: [],
    database: {
      instanceClass: 't4g.small',
      multiAz: false,
      deletionProtection: true,
      backupRetentionDays: 7,
      storageGiB: 20,
      maxStorageGiB: 100,
    },
    cache: { nodeType: 't4g.small', replicas: 0, snapshotRetentionDays: 15 },
    hosts: { instanceType: 't3.large', min: 2, max: 4 },
    web: { cpu: 512, memoryMiB: 1024, databaseConnections: 15, minTasks: 1, maxTasks: 2 },
    worker: { cpu: 512, memoryMiB: 1024, databaseConnections: 10, minTasks: 1, maxTasks: 1 },
    deployment: { strategy: 'blue-green', bakeMinutes: 10, alarms: true },
    imageTags: 'pinned',
    removal: 'retain',
    protectLoadBalancer: false,
    logRetentionDays: 90,
    alarms: forDevelopers(slackChannels.demo),
    monthlyBudgetUsd: 500,
  },

  production: {
    name: 'production',
    account: accounts.production,
    region,
    availabilityZones: threeZones,
    recoveryRegion,
    apiDomains: [
      domain('api.mrmentor.in', 'mrmentor.in'),
      domain('api.myanalyticsschool.com', 'myanalyticsschool.com'),
    ],
    assetsDomain: domain('assets.myanalyticsschool.com', 'myanalyticsschool.com'),
    origins: [
      'https://mrmentor.in',
      'https://www.mrmentor.in',
      'https://myanalyticsschool.com',
      'https://www.myanalyticsschool.com',
      'https://admin.myanalyticsschool.com',
      'https://hire.myanalyticsschool.com',
    ],
    settings: {
      ADMIN_USER_IDS: 'admin@myanalyticsschool.com',
      ALLOW_EARLY_MEETING_JOIN: 'false',
      DEMO_DATA_ENABLED: 'false',
      EXOTEL_SUBDOMAIN: 'api.in.exotel.com',
      FRONTEND_URL: 'https://mrmentor.in',
      LOG_LEVEL: 'info',
      MR_HIRE_FRONTEND_URL: 'https://hire.myanalyticsschool.com',
    },
    vpcCidr: '10.50.0.0/16',
    natGateways: 3,
    interfaceEndpoints: startUpServices,
    database: {
      instanceClass: 'm7g.large',
      multiAz: true,
      deletionProtection: true,
      backupRetentionDays: 35,
      storageGiB: 100,
      maxStorageGiB: 1000,
    },
    cache: { nodeType: 'm7g.large', replicas: 1, snapshotRetentionDays: 15 },
    hosts: { instanceType: 'm6i.xlarge', min: 3, max: 7 },
    web: { cpu: 1024, memoryMiB: 2048, databaseConnections: 20, minTasks: 3, maxTasks: 6 },
    worker: { cpu: 1024, memoryMiB: 2048, databaseConnections: 10, minTasks: 2, maxTasks: 2 },
    deployment: { strategy: 'blue-green', bakeMinutes: 30, alarms: true },
    imageTags: 'pinned',
    removal: 'retain',
    protectLoadBalancer: true,
    logRetentionDays: 365,
    alarms: {
      page: { email: 'alerts@myanalyticsschool.com', slack: slackChannels['production-pages'] },
      ticket: { email: 'alerts@myanalyticsschool.com', slack: slackChannels.production },
    },
    monthlyBudgetUsd: 2500,
  },
};
