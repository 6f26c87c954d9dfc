import { createHash, randomBytes } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { dumpKey, manifestKey } from '../../../app-image/src/backup/keys';
import { type Manifest, manifestText } from '../../../app-image/src/backup/manifest';
import { bucketName, databaseName } from '../../../lib/config/names';
import { type Moto, startMoto } from '../../../local/moto';
import { explainingErrors } from '../../../operator/aws-error';
import { type BackupOptions, withBackups } from '../../../operator/backup/session';
import { verbs } from '../../../operator/backup/verbs';
import { BackupFront } from './backup-front';
import { cluster, definitionArn, FakeEcs } from './fake-ecs';

const region = 'ap-south-1';
export const account = '123456789012';
export const bucket = bucketName({ name: 'staging', account }, 'database-backups');
export const credentials = { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: region };

const noOptions: BackupOptions = {
  ...{ count: 10, quick: false, local: false, anyway: false, every: 0, dryRun: false, yes: true, json: false },
};

/** As lib/constructs/scheduled-jobs.ts names and starts them. */
export const jobs = [
  { name: 'DatabaseBackup', schedule: 'staging-backup', family: 'backup', entryPoint: 'dist/jobs/db-backup.js' },
  { name: 'RestoreCheck', schedule: 'staging-check', family: 'check', entryPoint: 'dist/jobs/db-restore-check.js' },
] as const;
export const network = { Subnets: ['subnet-a', 'subnet-b'], SecurityGroups: ['sg-1'] };
export const providers = [{ capacityProvider: 'hosts', weight: 1 }];

/** The backups of staging, in an emulator of AWS. What commands say is in `said`. */
export class BackupSite {
  readonly said: string[] = [];

  private constructor(
    readonly aws: Moto,
    readonly ecs: FakeEcs,
    readonly front: BackupFront,
    /** Past the front: what it sees is the command's. */
    readonly s3: S3Client,
    private readonly logs: CloudWatchLogsClient,
  ) {}

  /** Before it, the variables of this process name no AWS. */
  static async start(): Promise<BackupSite> {
    const aws = await startMoto();
    Object.assign(process.env, credentials);
    const direct = { region, endpoint: aws.url };
    const logs = new CloudWatchLogsClient(direct);
    const written = new Set<string>();
    const ecs = new FakeEcs(async (logStreamName, message) => {
      const [family = ''] = ecs.tasks
        .filter(({ taskArn }) => logStreamName.endsWith(taskArn.split('/').at(-1) ?? ''))
        .map(({ taskDefinitionArn }) => taskDefinitionArn.split('/').at(-1)?.split(':')[0] ?? '');
      const stream = { logGroupName: family, logStreamName };
      if (!written.has(logStreamName)) await logs.send(new CreateLogStreamCommand(stream));
      written.add(logStreamName);
      await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message }] }));
    });
    const resources = jobs.map(({ name, schedule }) => ({
      ...{ type: 'AWS::Scheduler::Schedule', logicalId: `Jobs${name}DD9A3E70`, physicalId: schedule },
    }));
    const front = await BackupFront.start({ behind: aws.url, ecs, resources });
    process.env.AWS_ENDPOINT_URL = front.url;
    const site = new BackupSite(aws, ecs, front, new S3Client({ ...direct, forcePathStyle: true }), logs);
    await site.deploy();
    return site;
  }

  private async deploy(): Promise<void> {
    const scheduler = new SchedulerClient({ region, endpoint: this.aws.url });
    for (const { schedule, family, entryPoint } of jobs) {
      this.ecs.families.set(family, ['node', entryPoint]);
      await this.logs.send(new CreateLogGroupCommand({ logGroupName: family }));
      await scheduler.send(
        new CreateScheduleCommand({
          ...{ Name: schedule, ScheduleExpression: 'cron(15 19 * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } },
          Target: {
            ...{ Arn: cluster, RoleArn: `arn:aws:iam::${account}:role/jobs` },
            EcsParameters: {
              ...{ TaskDefinitionArn: definitionArn(family), CapacityProviderStrategy: providers },
              ...{ EnableECSManagedTags: true, PropagateTags: 'TASK_DEFINITION' },
              NetworkConfiguration: { awsvpcConfiguration: network },
            },
          },
        }),
      );
    }
    scheduler.destroy();
    const CreateBucketConfiguration = { LocationConstraint: region } as const;
    await this.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  }

  /** Between tests. */
  async reset(): Promise<void> {
    this.said.length = 0;
    this.front.reset();
    this.ecs.reset();
    process.env.AWS_MAX_ATTEMPTS = '1';
    for (const stream of ['log', 'error'] as const)
      jest.spyOn(console, stream).mockImplementation((...line) => void this.said.push(line.join(' ')));
    for (const key of await this.keys()) await this.remove(key);
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    this.logs.destroy();
    this.front.stop();
    await this.aws.stop();
  }

  get text(): string {
    return this.said.join('\n');
  }

  /** @returns the exit code */
  run(verb: string, options: Partial<BackupOptions> = {}): Promise<number> {
    const work = verbs[verb];
    if (work === undefined) throw new Error(`no verb ${verb}`);
    return explainingErrors(() => withBackups({ environment: 'staging', account }, { ...noOptions, ...options }, work));
  }

  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.flatMap(({ Key }) => Key ?? []);
  }

  async object(key: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async put(key: string, body: string | Buffer): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  }

  async remove(key: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  /** An object of some bytes, with the manifest that is right for it. @returns the key */
  async store(at: Date, changes: Partial<Manifest> = {}, body = randomBytes(2500)): Promise<string> {
    const key = dumpKey(databaseName, at);
    await this.put(key, body);
    await this.put(manifestKey(key), manifestText({ ...manifestOf(key, at, body), ...changes }));
    return key;
  }
}

export const manifestOf = (key: string, at: Date, body: Buffer): Manifest => ({
  ...{ format: 1, key, database: databaseName, environment: 'staging', revision: 'main-1a2b3c4' },
  ...{ serverMajor: 16, pgDump: '16.4', bytes: body.length },
  sha256: createHash('sha256').update(body).digest('hex'),
  rows: { 'public.users': 1200, 'public.leads': 34 },
  migrations: ['0001-users', '0002-leads'],
  ...{ startedAt: at.toISOString(), endedAt: at.toISOString() },
});
