import type { EnvironmentConfig, EnvironmentName, Severity } from './environment';

/**
 * The physical names that other accounts, regions, policies or people refer to. Everything else is
 * named by CloudFormation. A fixed name also stops CloudFormation from silently replacing a stateful
 * resource: the replacement's name is taken, so the deployment fails instead.
 */

export const application = 'mr-mentor';

/** `mr-mentor-production-network` */
export const stackName = (env: EnvironmentName, stack: string): string => `${application}-${env}-${stack}`;

/** Buckets by what they hold; the order is that of the storage stack. */
export const bucketPurposes = [
  'recordings',
  'student-documents',
  'banner-assets',
  'courses',
  'invoices',
  'interview-archive',
  'database-backups',
  'access-logs',
] as const;
export type BucketPurpose = (typeof bucketPurposes)[number];

type BucketOwner = Pick<EnvironmentConfig, 'name' | 'account' | 'bucketSuffix'>;

/** Bucket names are global, so the account is a part of them. S3 allows 63 characters. */
export const bucketName = ({ name, account, bucketSuffix = '' }: BucketOwner, purpose: BucketPurpose): string =>
  `${application}-${name}-${purpose}-${account}${bucketSuffix}`;

/** The JSON secret that holds an environment's secret settings. */
export const secretName = (env: EnvironmentName): string => `${application}-backend/${env}`;

/** The AUTH token of Redis; nobody but a deployment reads it. */
export const cacheSecretName = (env: EnvironmentName): string => `${application}-cache/${env}`;

/** The web and worker services run as one role: bucket policies name it before it exists. */
export const taskRoleName = (env: EnvironmentName): string => `${application}-${env}-task`;

/** The same in both regions, so that one configuration of a Slack channel can name them. */
export const alarmTopicName = (env: EnvironmentName, severity: Severity): string => `${application}-${env}-${severity}`;

/** Of the one database in the instance. */
export const databaseName = 'mas';

export const databaseIdentifier = (env: EnvironmentName): string => `${application}-${env}`;

/** ElastiCache allows 40 characters. */
export const replicationGroupId = (env: EnvironmentName): string => `${application}-${env}`;

/** The ECR repository of the container image, one in each account. */
export const imageRepositoryName = `${application}-backend`;

/** CloudFront takes web ACLs and certificates from this region only; the stacks `edge` and `cdn` are in it. */
export const edgeRegion = 'us-east-1';

/**
 * What stands in the recovery region. All of it is named here, since nothing of one region can refer to
 * another one's resources but by name.
 */
export const recoveryVaultName = (env: EnvironmentName): string => `${application}-${env}-recovery`;

/** Without `alias/`. */
export const recoveryKeyAlias = (env: EnvironmentName): string => `${application}/${env}/recovery`;

export const replicaBucketName = (...bucket: Parameters<typeof bucketName>): string =>
  `${bucketName(...bucket)}-replica`;

/** S3 copies objects to the recovery region as this role: the policies of both buckets name it. */
export const replicationRoleName = (env: EnvironmentName): string => `${application}-${env}-replication`;

/** Nobody but the task role may read these, so AWS Backup cannot copy them: S3 does. */
export const replicatedPurposes = ['student-documents', 'invoices'] as const satisfies readonly BucketPurpose[];
