import type { RuntimeEnvironment } from '../../app-image/src/config/variable';
import type { HostInstanceType } from './instance-types';
import type { Settings } from './settings';

/** `APP_ENV` in the container. `test` exists in test runs only and is never deployed. */
export type EnvironmentName = Exclude<RuntimeEnvironment, 'test'>;

export type HttpsOrigin = `https://${string}`;
/** Development alone may also be called from a laptop. */
export type DevelopmentOrigin = HttpsOrigin | `http://localhost:${number}`;

/** A host name, and who answers for it in DNS. */
export type Domain = DomainInHostedZone | DelegatedDomain | DomainWithCertificate;
/** Its record and its certificate's validation go to a hosted zone that exists. */
export interface DomainInHostedZone {
  readonly name: string;
  /** False while the name still leads to another system, which owns the record. @default true */
  readonly record?: boolean;
  readonly hostedZone: { readonly name: string; readonly id: string };
}
/** A hosted zone of its own is made; somebody delegates to its name servers once. */
export interface DelegatedDomain {
  readonly name: string;
  readonly delegated: true;
}
/** Both DNS and certificate are managed elsewhere. */
export interface DomainWithCertificate {
  readonly name: string;
  readonly certificateArn: string;
}

export type InterfaceEndpointService = 'ecr.api' | 'ecr.dkr' | 'logs' | 'secretsmanager' | 'ssm' | 'sts';

/** What CloudFormation does with a stateful resource when it leaves the template. */
export type Removal = 'snapshot' | 'retain';

/** Brief gap allowed: old tasks may stop before new ones are healthy. */
export interface RollingDeployment {
  readonly strategy: 'rolling';
}
export interface BlueGreenDeployment {
  readonly strategy: 'blue-green';
  /** Minutes both colours run after the shift, while alarms or an operator can take it back. 1 to 1440 (ECS). */
  readonly bakeMinutes: number;
  /** Alarms on both colours roll a release back. */
  readonly alarms: boolean;
}

/** One kind of task. CPU in units (1024 is one vCPU), memory in MiB. */
export interface TaskSize {
  readonly cpu: number;
  readonly memoryMiB: number;
  /** PostgreSQL connections that one process holds at most (`DB_CONNECTION_LIMIT`). */
  readonly databaseConnections: number;
}
export interface ServiceSize extends TaskSize {
  readonly minTasks: number;
  readonly maxTasks: number;
}

export interface HostsConfig {
  readonly instanceType: HostInstanceType;
  readonly min: number;
  readonly max: number;
}

export interface DatabaseConfig {
  /** RDS instance class without `db.`, e.g. `t4g.small`. */
  readonly instanceClass: 't4g.micro' | 't4g.small' | 't4g.medium' | 'm7g.large' | 'm7g.xlarge';
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  /** Days of point-in-time recovery, 1 to 35 (RDS). */
  readonly backupRetentionDays: number;
  /** GiB. Storage grows by itself up to the maximum. */
  readonly storageGiB: number;
  readonly maxStorageGiB: number;
}

export interface CacheConfig {
  /** ElastiCache node type without `cache.`. */
  readonly nodeType: 't4g.micro' | 't4g.small' | 'm7g.large';
  /** Replicas beside the primary. With at least one, failover is automatic and Multi-AZ. */
  readonly replicas: number;
  /** Days that a daily snapshot is kept, 1 to 35 (ElastiCache). */
  readonly snapshotRetentionDays: number;
}

/** `page` wakes somebody, `ticket` waits for the morning. */
export type Severity = 'page' | 'ticket';
export const severities = ['page', 'ticket'] as const satisfies readonly Severity[];

/** Who hears of an alarm. */
export interface AlarmDestination {
  readonly email: string;
  /** @default - e-mail only */
  readonly slack?: SlackChannel;
}
export type AlarmDestinations = Readonly<Record<Severity, AlarmDestination>>;

/** Slack's own ids. The workspace is authorised once, in the console of Amazon Q Developer in chat applications. */
export interface SlackChannel {
  /** `T…` */
  readonly workspaceId: string;
  /** `C…`, or `G…` of a private one, to which somebody has invited the app. */
  readonly channelId: string;
}

/** Everything that differs between environments, and nothing else. */
export interface EnvironmentConfig {
  readonly name: EnvironmentName;
  readonly account: string;
  readonly region: string;
  readonly availabilityZones: readonly string[];
  /** Where copies are kept of what must outlive the region. @default - nothing outlives it */
  readonly recoveryRegion?: string;
  /**
   * Ends the names of buckets, which are global: in another region an environment needs others than the ones that
   * the lost region still owns. Begins with a hyphen. @default - none
   */
  readonly bucketSuffix?: string;

  /** Host names of the API; the first one is canonical (`BACKEND_PUBLIC_URL`). */
  readonly apiDomains: readonly Domain[];
  /** Host name of the asset CDN (`MAS_ASSETS_CDN_URL`). */
  readonly assetsDomain: Domain;
  /** Browser origins for CORS of the API and of presigned uploads. */
  readonly origins: readonly DevelopmentOrigin[];

  /** What the containers are told beside what the infrastructure knows; see app-image/src/config/contract.ts. */
  readonly settings: Settings;

  readonly vpcCidr: string;
  /** 1, or one for each availability zone. */
  readonly natGateways: number;
  readonly interfaceEndpoints: readonly InterfaceEndpointService[];

  readonly database: DatabaseConfig;
  readonly cache: CacheConfig;
  readonly hosts: HostsConfig;
  readonly web: ServiceSize;
  readonly worker: ServiceSize;
  readonly deployment: RollingDeployment | BlueGreenDeployment;

  /** `pinned`: a tag that names a commit or a digest; a tag that moves (`latest`, a branch) is refused. */
  readonly imageTags: 'any' | 'pinned';
  /** A tag or digest in ECR (`-c imageTag=…`). @default - the image is built from app-image/ */
  readonly imageTag?: string;

  readonly removal: Removal;
  /** Refuses to delete the load balancer. */
  readonly protectLoadBalancer: boolean;
  /** Days that logs and access logs are kept. */
  readonly logRetentionDays: 30 | 90 | 365;
  readonly alarms: AlarmDestinations;
  /** US dollars a month; the budget warns at 80 % and at the forecast of 100 %. */
  readonly monthlyBudgetUsd: number;
}

export interface DevelopmentConfig extends EnvironmentConfig {
  readonly name: 'development';
}

/** What must hold wherever people outside the team look. */
export interface StagingConfig extends EnvironmentConfig {
  readonly name: 'staging';
  readonly origins: readonly HttpsOrigin[];
  readonly deployment: BlueGreenDeployment;
  readonly imageTags: 'pinned';
  readonly removal: 'retain';
}
export interface DemoConfig extends Omit<StagingConfig, 'name'> {
  readonly name: 'demo';
}
export interface ProductionConfig extends Omit<StagingConfig, 'name'> {
  readonly name: 'production';
  readonly availabilityZones: readonly [string, string, string];
  readonly recoveryRegion: string;
  readonly natGateways: 3;
  readonly database: DatabaseConfig & {
    readonly multiAz: true;
    readonly deletionProtection: true;
    readonly backupRetentionDays: 35;
  };
  readonly cache: CacheConfig & { readonly replicas: 1 | 2 };
  readonly deployment: BlueGreenDeployment & { readonly alarms: true };
  readonly protectLoadBalancer: true;
}

export type Environments = {
  readonly development: DevelopmentConfig;
  readonly staging: StagingConfig;
  readonly demo: DemoConfig;
  readonly production: ProductionConfig;
};
