import { Duration, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { containerName, containerPort, containerUser } from '../config/container';
import type { EnvironmentConfig, TaskSize } from '../config/environment';
import { taskRoleName } from '../config/names';
import { timings } from '../config/timings';
import type { InjectedName, SharedVariableName } from '../config/wiring';
import { acknowledge } from '../policy/acknowledge';
import type { ApplicationSecret } from './application-secret';
import type { Cache } from './cache';
import { containerEnvironment } from './container-environment';
import { containerImage } from './container-image';
import type { Database } from './database';
import type { EncryptionKey } from './encryption-key';
import { LogGroup } from './log-group';
import type { ObjectStorage } from './object-storage';
import { ServiceRole } from './service-role';
import { validateWiring } from './wiring-validation';

export interface ApplicationProps {
  readonly vpc: ec2.IVpc;
  readonly storage: ObjectStorage;
  readonly database: Database;
  readonly cache: Cache;
  readonly secret: ApplicationSecret;
  readonly encryptionKey: EncryptionKey;
  readonly env: EnvironmentConfig;
}

export interface TaskProps {
  readonly size: TaskSize;
  /** `PROCESS_ROLE` @default - none: a job is told by its command */
  readonly processRole?: 'web' | 'worker';
  /** @default - the image's */
  readonly command?: readonly string[];
}

/**
 * The container with what it may do and is told: one image, one task role, one security group for web,
 * worker and jobs, because they run the same code on the same data.
 */
export class Application extends Construct implements iam.IGrantable, ec2.IConnectable {
  readonly grantPrincipal: iam.IPrincipal;
  readonly connections: ec2.Connections;
  readonly taskRole: ServiceRole;
  readonly executionRole: ServiceRole;
  /** Of the image. */
  readonly revision: string;
  private readonly image: ecs.ContainerImage;
  private readonly environment: Readonly<Record<SharedVariableName, string>>;
  private readonly secrets: Readonly<Record<InjectedName, ecs.Secret>>;
  private readonly props: ApplicationProps;

  constructor(scope: Construct, id: string, props: ApplicationProps) {
    super(scope, id);
    const { vpc, storage, database, cache, secret, env } = props;
    this.props = props;
    this.taskRole = new ServiceRole(this, 'TaskRole', {
      roleName: taskRoleName(env.name),
      description: 'What the code in the container may do',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    this.executionRole = new ServiceRole(this, 'ExecutionRole', {
      description: 'What ECS may do to start the container',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    this.grantPrincipal = this.taskRole;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Tasks: web, worker and jobs',
    });
    this.connections = new ec2.Connections({
      securityGroups: [securityGroup],
    });
    const { image, revision } = containerImage(this, env);
    this.image = image;
    this.revision = revision;
    this.environment = containerEnvironment(this, { ...props, revision });
    this.secrets = {
      SECRETS_JSON: secret.for(this, this.executionRole),
      REDIS_PASSWORD: cache.authTokenFor(this, this.executionRole),
    };

    validateWiring(this, env.name);
    database.grantConnect(this);
    cache.grantConnect(this);
    for (const bucket of storage.dataBuckets) bucket.grantObjects(this);
    acknowledge(securityGroup, {
      '@aws-cdk/aws-ec2:ipv4IgnoreEgressRule':
        'Tasks call other companies anyway; the rules to data are stated for the reader.',
    });
    acknowledge(this.executionRole, {
      'AwsSolutions-IAM5[Resource::*]':
        'ecr:GetAuthorizationToken has no resource; pulling is bound to the repository.',
    });
  }

  defineTask(scope: Construct, id: string, { size, processRole, command }: TaskProps): ecs.Ec2TaskDefinition {
    const { env, encryptionKey } = this.props;
    const task = new ecs.Ec2TaskDefinition(scope, id, {
      networkMode: ecs.NetworkMode.AWS_VPC,
      taskRole: this.taskRole,
      executionRole: this.executionRole,
    });
    const linux = new ecs.LinuxParameters(task, 'Linux', { initProcessEnabled: true });
    linux.dropCapabilities(ecs.Capability.ALL);
    linux.addTmpfs({
      containerPath: '/tmp',
      size: 64,
      mountOptions: [ecs.TmpfsMountOption.NOEXEC, ecs.TmpfsMountOption.NOSUID, ecs.TmpfsMountOption.NODEV],
    });
    task.addContainer(containerName, {
      image: this.image,
      command: command && [...command],
      cpu: size.cpu,
      memoryLimitMiB: size.memoryMiB,
      environment: {
        ...this.environment,
        ...env.settings,
        DB_CONNECTION_LIMIT: String(size.databaseConnections),
        ...(processRole && { PROCESS_ROLE: processRole }),
      },
      secrets: this.secrets,
      portMappings: processRole && [{ containerPort, name: 'http' }],
      user: containerUser,
      readonlyRootFilesystem: true,
      linuxParameters: linux,
      ulimits: [{ name: ecs.UlimitName.NOFILE, softLimit: 65_536, hardLimit: 65_536 }],
      stopTimeout: Duration.seconds(timings.stopTimeout),
      healthCheck: processRole && {
        command: ['CMD', 'node', 'dist/healthcheck.js'],
        interval: Duration.seconds(timings.healthCheckInterval),
        timeout: Duration.seconds(timings.healthCheckTimeout),
        retries: timings.unhealthyThreshold,
        startPeriod: Duration.seconds(timings.startGracePeriod),
      },
      logging: ecs.LogDrivers.awsLogs({
        streamPrefix: 'app',
        logGroup: new LogGroup(task, 'Logs', { env, encryptionKey }),
        // A slow CloudWatch must not stop the service; beyond the buffer, lines are dropped.
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(25),
      }),
    });
    acknowledge(task, {
      'AwsSolutions-ECS2':
        'These variables are names, ports and limits, no secrets; secrets reach the container as ECS secrets, and a test holds that.',
    });
    return task;
  }
}
