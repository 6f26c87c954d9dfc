import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { environments } from '../../lib/config/environments';
import { bucketName, databaseName } from '../../lib/config/names';
import { type AwsTarget, clientConfiguration, requireAccount } from '../aws-account';

/** As the command line has them; see the help of scripts/backup.ts. */
export interface BackupOptions {
  /** A dump's key. @default - the newest that has a manifest */
  readonly backup?: string;
  readonly count: number;
  readonly quick: boolean;
  readonly local: boolean;
  readonly anyway: boolean;
  /** Id or ARN of a task that runs already. */
  readonly follow?: string;
  /** Seconds. */
  readonly every: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

export interface BackupClients {
  readonly scheduler: SchedulerClient;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
}

/** An environment's backups, and whom to ask about them. */
export interface BackupSession {
  readonly target: AwsTarget;
  readonly bucket: string;
  readonly database: string;
  readonly clients: BackupClients;
  readonly options: BackupOptions;
}

/**
 * Works on the backups of an environment, once it is sure that this is its account.
 *
 * @throws with how to have the bucket, where there is none
 */
export async function withBackups<T>(
  target: AwsTarget,
  options: BackupOptions,
  work: (session: BackupSession) => Promise<T>,
): Promise<T> {
  const account = await requireAccount(target);
  const bucket = bucketName({ ...environments[target.environment], account }, 'database-backups');
  const configuration = clientConfiguration(target);
  const clients = {
    scheduler: new SchedulerClient(configuration),
    ecs: new ECSClient(configuration),
    logs: new CloudWatchLogsClient(configuration),
    s3: new S3Client(configuration),
  };
  try {
    return await work({ target, bucket, database: databaseName, clients, options });
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error;
    throw new Error(
      `There is no bucket ${bucket} in this account. The deployment makes it: npx cdk deploy '${target.environment}/storage'`,
    );
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}
