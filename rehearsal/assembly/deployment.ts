import type { EnvironmentName } from '../../lib/config/environment';

/**
 * What `cdk deploy` would deploy to one environment, as far as a rehearsal plays it. Everything here is read from the
 * assembly, with references bound to local parts. Durations are in seconds of AWS until `compress()` has shortened them.
 */
export interface Deployment {
  readonly environment: EnvironmentName;
  readonly account: string;
  readonly region: string;
  readonly image: ImageAsset;
  readonly web: WebService;
  readonly worker: Service;
  readonly loadBalancer: LoadBalancerDescription;
  readonly database: DatabaseDescription;
  readonly cache: CacheDescription;
  readonly buckets: readonly BucketDescription[];
  readonly secrets: readonly SecretDescription[];
}

/** The Docker build that the assembly asks for. */
export interface ImageAsset {
  /** Names the content: the same for the same sources. */
  readonly hash: string;
  /** The build context, absolute. */
  readonly directory: string;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** `linux/amd64` @default - that of the machine */
  readonly platform?: string;
}

/** The container of a task definition. */
export interface Container {
  /** The logical id of the task definition. */
  readonly taskDefinition: string;
  /** @default - the image's */
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that ECS reads from Secrets Manager when the task starts, with the ARNs. */
  readonly secrets: Readonly<Record<string, string>>;
  /** `1001:1001` */
  readonly user?: string;
  readonly readonlyRootFilesystem: boolean;
  /** 1024 is one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly initProcess: boolean;
  readonly droppedCapabilities: readonly string[];
  readonly tmpfs: readonly { readonly path: string; readonly sizeMiB: number; readonly options: readonly string[] }[];
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  /** After SIGTERM, until SIGKILL. @default 30, which is ECS's own */
  readonly stopTimeout: number;
  readonly healthCheck?: ContainerHealthCheck;
  /** That it listens on. @default - none */
  readonly port?: number;
}

export interface ContainerHealthCheck {
  /** `['CMD', 'node', 'dist/healthcheck.js']` */
  readonly command: readonly string[];
  readonly interval: number;
  /** Until it has passed once. @default - `interval` */
  readonly startInterval?: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

export interface Service {
  readonly logicalId: string;
  readonly role: 'web' | 'worker';
  readonly container: Container;
  /** Of the template; where a scalable target owns it, that one's minimum. */
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Failing health checks do not count before. */
  readonly healthCheckGracePeriod: number;
}

export interface WebService extends Service {
  /** @default - the service is released by rolling */
  readonly blueGreen?: BlueGreenRelease;
}

export interface BlueGreenRelease {
  readonly bakeTime: number;
  /** Seconds for which a rollback leaves both colours in service after users are back. */
  readonly settleTime: number;
  /** Target groups by logical id: the one that has production traffic first, and the other. */
  readonly targetGroup: string;
  readonly alternateTargetGroup: string;
  /** Listener rules by logical id. */
  readonly productionRule: string;
  readonly testRule?: string;
  readonly hooks: readonly LifecycleHook[];
  readonly alarms: readonly AlarmDescription[];
  readonly rollbackOnAlarm: boolean;
}

/** In ECS's order. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html */
export const lifecycleStages = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;
export type LifecycleStage = (typeof lifecycleStages)[number];

/** A Lambda function that ECS asks. */
export interface LifecycleHook {
  readonly logicalId: string;
  readonly stages: readonly LifecycleStage[];
  /** The asset with its code, absolute. */
  readonly codeDirectory: string;
  /** `index.handler` */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the function. */
  readonly timeout: number;
}

export interface AlarmDescription {
  readonly name: string;
  readonly description: string;
  readonly metrics: readonly MetricQuery[];
  readonly comparison:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  readonly threshold: number;
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

/** Either a metric of a target group, or an expression over others. Exactly one of an alarm's is returned. */
export type MetricQuery = { readonly id: string; readonly returned: boolean } & (
  | { readonly metric: TargetGroupMetric }
  | { readonly expression: string }
);

export interface TargetGroupMetric {
  /** Of the namespace AWS/ApplicationELB: `RequestCount`, `HTTPCode_Target_5XX_Count`, `UnHealthyHostCount`. */
  readonly name: string;
  /** Its logical id. */
  readonly targetGroup: string;
  readonly statistic: string;
}

export interface LoadBalancerDescription {
  readonly idleTimeout: number;
  /** Headers whose names have other characters than letters, digits and hyphens do not reach a target. @default false */
  readonly dropInvalidHeaderFields?: boolean;
  /** Of the HTTPS listener. */
  readonly defaultResponse: { readonly status: number; readonly contentType: string; readonly body: string };
  /** By priority. */
  readonly rules: readonly ListenerRule[];
  readonly targetGroups: readonly TargetGroupDescription[];
}

export interface ListenerRule {
  readonly logicalId: string;
  readonly priority: number;
  readonly hosts: readonly string[];
  readonly headers: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly paths: readonly string[];
  /** Weights by the target group's logical id. */
  readonly weights: Readonly<Record<string, number>>;
  /** How long a client stays with a target group. @default - not at all */
  readonly groupStickiness?: number;
}

export interface TargetGroupDescription {
  readonly logicalId: string;
  readonly port: number;
  readonly healthCheck: TargetHealthCheck;
  readonly deregistrationDelay: number;
  /** How long a client stays with a target. @default - not at all */
  readonly stickiness?: number;
}

export interface TargetHealthCheck {
  readonly path: string;
  /** `200`, `200-299`, `200,204` */
  readonly codes: string;
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Until a target that has not passed yet is unhealthy. @default - as many intervals as make a healthy one so */
  readonly initialFor?: number;
}

export interface DatabaseDescription {
  readonly logicalId: string;
  readonly identifier: string;
  readonly databaseName: string;
  readonly username: string;
  /** RDS makes the password, and rotates it. */
  readonly managedPassword: boolean;
  /** Another instance takes over when one fails. */
  readonly multiAz: boolean;
  /** As in postgresql.conf, without what only RDS knows (`rds.…`). */
  readonly settings: Readonly<Record<string, string>>;
  readonly forceTls: boolean;
}

export interface CacheDescription {
  readonly logicalId: string;
  readonly tls: boolean;
  /** The ARN of the secret with the AUTH token. @default - none */
  readonly authTokenSecret?: string;
  /** A replica takes over when the primary fails. */
  readonly automaticFailover: boolean;
  /** Primary and replicas. */
  readonly nodes: number;
  readonly settings: Readonly<Record<string, string>>;
}

export interface BucketDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly cors: readonly CorsRule[];
  /** `aws:kms`, `AES256` @default - none */
  readonly encryption?: string;
  readonly versioned: boolean;
  readonly publicAccessBlocked: boolean;
}

export interface CorsRule {
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** Of a preflight's answer. */
  readonly maxAge?: number;
}

export interface SecretDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Secrets Manager makes one of this length. @default - somebody fills it */
  readonly generatedLength?: number;
}
