import { jobSize } from '../../lib/config/capacity';
import { environments } from '../../lib/config/environments';
import { jobs } from '../../lib/config/jobs';
import { timings } from '../../lib/config/timings';
import { templateOf } from '../synthesise';
import { actions, all, only, statements } from './stack';

const account = environments.production.account;
const template = templateOf('production', 'service');

const task = (prefix: string) => only(template, 'AWS::ECS::TaskDefinition', prefix);
const container = (prefix: string) => {
  const [first, ...sidecars] = task(prefix).Properties.ContainerDefinitions;
  expect(sidecars).toEqual([]);
  return first;
};
const variables = (prefix: string): Record<string, unknown> =>
  Object.fromEntries(
    container(prefix).Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
  );
const permissions = (role: string) =>
  statements(only(template, 'AWS::IAM::ManagedPolicy', role).Properties.PolicyDocument);
const every = ['WebTask', 'WorkerTask', ...jobs.map(({ name }) => `Jobs${name}Task`)];

it('runs as web, as worker and as jobs', () => {
  expect(all(template, 'AWS::ECS::TaskDefinition')).toHaveLength(every.length);
});

describe.each(every)('%s', (prefix) => {
  it('has an interface and a role of its own, on EC2', () => {
    expect(task(prefix).Properties).toMatchObject({
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['EC2'],
      TaskRoleArn: { 'Fn::GetAtt': [only(template, 'AWS::IAM::Role', 'ApplicationTaskRole').id, 'Arn'] },
      ExecutionRoleArn: { 'Fn::GetAtt': [only(template, 'AWS::IAM::Role', 'ApplicationExecutionRole').id, 'Arn'] },
    });
  });

  it('cannot write its image, raise its rights or run what it downloads', () => {
    expect(container(prefix)).toMatchObject({
      Name: 'app',
      User: '1001:1001',
      ReadonlyRootFilesystem: true,
      LinuxParameters: {
        InitProcessEnabled: true,
        Capabilities: { Drop: ['ALL'] },
        Tmpfs: [{ ContainerPath: '/tmp', Size: 64, MountOptions: ['noexec', 'nosuid', 'nodev'] }],
      },
    });
    expect(container(prefix).Privileged).toBeUndefined();
    expect(container(prefix).LinuxParameters.Capabilities.Add).toBeUndefined();
    expect(task(prefix).Properties.Volumes).toBeUndefined();
  });

  it('is stopped as the timings say, and may hold many sockets', () => {
    expect(container(prefix).StopTimeout).toBe(timings.stopTimeout);
    expect(container(prefix).Ulimits).toEqual([{ Name: 'nofile', SoftLimit: 65_536, HardLimit: 65_536 }]);
  });

  it('logs into an encrypted group of its own, and is not stopped by a slow one', () => {
    const [group, ...others] = all(template, 'AWS::Logs::LogGroup', `${prefix}Logs`);
    expect(others).toEqual([]);
    expect(group?.Properties).toMatchObject({
      RetentionInDays: 365,
      KmsKeyId: { 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] },
    });
    expect(container(prefix).LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { 'awslogs-group': { Ref: group?.id }, mode: 'non-blocking', 'max-buffer-size': '26214400b' },
    });
  });

  it('takes the whole secret and the token of Redis from Secrets Manager', () => {
    const secret = (name: string) => `arn:aws:secretsmanager:ap-south-1:${account}:secret:${name}`;
    expect(container(prefix).Secrets).toEqual([
      { Name: 'SECRETS_JSON', ValueFrom: secret('mr-mentor-backend/production') },
      { Name: 'REDIS_PASSWORD', ValueFrom: secret('mr-mentor-cache/production') },
    ]);
  });
});

describe('the sizes and roles of processes', () => {
  it.each([
    ['WebTask', environments.production.web, 'web'],
    ['WorkerTask', environments.production.worker, 'worker'],
    ['JobsRetentionTask', jobSize, undefined],
  ] as const)('are those of the capacity sheet: %s', (prefix, { cpu, memoryMiB, databaseConnections }, role) => {
    expect(container(prefix)).toMatchObject({ Cpu: cpu, Memory: memoryMiB });
    expect(variables(prefix)).toMatchObject({ DB_CONNECTION_LIMIT: String(databaseConnections) });
    expect(variables(prefix).PROCESS_ROLE).toBe(role);
  });

  it('say who answers and is asked for its health', () => {
    for (const prefix of ['WebTask', 'WorkerTask'])
      expect(container(prefix)).toMatchObject({
        PortMappings: [{ ContainerPort: 8000, Protocol: 'tcp' }],
        HealthCheck: {
          Command: ['CMD', 'node', 'dist/healthcheck.js'],
          Interval: timings.healthCheckInterval,
          Timeout: timings.healthCheckTimeout,
          Retries: timings.unhealthyThreshold,
          StartPeriod: timings.startGracePeriod,
        },
      });
    expect(container('JobsRetentionTask').PortMappings ?? []).toEqual([]);
    expect(container('JobsRetentionTask').HealthCheck).toBeUndefined();
  });

  it("run the image's command, and a job its own", () => {
    expect(container('WebTask').Command).toBeUndefined();
    expect(container('WorkerTask').Command).toBeUndefined();
    for (const { name, entryPoint } of jobs) expect(container(`Jobs${name}Task`).Command).toEqual(['node', entryPoint]);
  });
});

describe('the environment', () => {
  it('says where everything is, in the words of the container', () => {
    expect(variables('WebTask')).toMatchObject({
      APP_ENV: 'production',
      NODE_ENV: 'production',
      PORT: '8000',
      TRUST_PROXY_HOPS: '1',
      AWS_REGION: 'ap-south-1',
      BACKEND_PUBLIC_URL: 'https://api.mrmentor.in',
      CORS_ALLOWED_ORIGINS: JSON.stringify(environments.production.origins),
      DB_NAME: 'mas',
      DB_INSTANCE_IDENTIFIER: 'mr-mentor-production',
      REDIS_TLS: 'true',
      AWS_S3_BUCKET_NAME: `mr-mentor-production-recordings-${account}`,
      GLOBAL_INVOICE_S3_BUCKET: `mr-mentor-production-invoices-${account}`,
      S3_BACKUP_BUCKET: `mr-mentor-production-database-backups-${account}`,
      MAS_ASSETS_CDN_URL: 'https://assets.myanalyticsschool.com',
    });
  });

  it('repeats the settings, in every task', () => {
    for (const prefix of every) expect(variables(prefix)).toMatchObject(environments.production.settings);
  });

  it('names the image, and the smoke test expects that one', () => {
    const revisions = new Set(every.map((prefix) => variables(prefix).APP_REVISION));
    expect([...revisions]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const [revision] = revisions;
    expect(JSON.stringify(container('WebTask').Image)).toContain(`:${revision}"`);
    const { Environment } = only(template, 'AWS::Lambda::Function', 'WebReleaseSmokeTest').Properties;
    expect(Environment.Variables.EXPECTED_REVISION).toBe(revision);
  });

  it('repeats the timings', () => {
    expect(variables('WebTask')).toMatchObject({
      KEEP_ALIVE_TIMEOUT_SECONDS: String(timings.nodeKeepAliveTimeout),
      HEADERS_TIMEOUT_SECONDS: String(timings.nodeHeadersTimeout),
      SHUTDOWN_DRAIN_SECONDS: String(timings.drain),
      SHUTDOWN_DEADLINE_SECONDS: String(timings.shutdownDeadline),
      SOCKET_PING_INTERVAL_SECONDS: String(timings.socketPingInterval),
      SOCKET_PING_TIMEOUT_SECONDS: String(timings.socketPingTimeout),
    });
  });

  it.each([
    ['DB_HOST', 'database/host'],
    ['DB_PORT', 'database/port'],
    ['REDIS_HOST', 'cache/host'],
    ['REDIS_PORT', 'cache/port'],
  ])('finds %s in a parameter of the data stack', (name, path) => {
    const { Ref } = variables('WebTask')[name] as { Ref: string };
    expect(template.toJSON().Parameters[Ref].Default).toBe(`/mr-mentor/production/${path}`);
  });
});

describe('the task role', () => {
  const arn = (purpose: string) => `arn:aws:s3:::mr-mentor-production-${purpose}-${account}`;

  it('has the name that bucket policies know', () => {
    const { RoleName } = only(template, 'AWS::IAM::Role', 'ApplicationTaskRole').Properties;
    expect(RoleName).toBe('mr-mentor-production-task');
  });

  it('reads and writes objects of the seven data buckets: four actions, no settings, no versions', () => {
    const objects = permissions('ApplicationTaskRole').filter((statement) =>
      actions(statement).some((action) => action.startsWith('s3:')),
    );
    expect([...new Set(objects.flatMap(actions))].sort()).toEqual([
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
    const resources = objects.flatMap(({ Resource }) => Resource);
    expect(resources).toHaveLength(2 * 7);
    expect(resources).toEqual(expect.arrayContaining([arn('invoices'), `${arn('invoices')}/*`]));
    expect(JSON.stringify(resources)).not.toContain('access-logs');
  });

  it('writes and reads backups, and deletes none of them', () => {
    const onBackups = permissions('ApplicationTaskRole').filter(({ Resource }) =>
      [Resource].flat().includes(`${arn('database-backups')}/*`),
    );
    expect(onBackups.flatMap(actions).sort()).toEqual(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject']);
    const deleting = permissions('ApplicationTaskRole').filter((statement) =>
      actions(statement).includes('s3:DeleteObject'),
    );
    expect(deleting.flatMap(({ Resource }) => Resource)).toHaveLength(6);
  });

  it('reads the password of this database only, whatever its name is', () => {
    const instance = `arn:aws:rds:ap-south-1:${account}:db:mr-mentor-production`;
    expect(permissions('ApplicationTaskRole')).toEqual(
      expect.arrayContaining([
        { Effect: 'Allow', Action: 'rds:DescribeDBInstances', Resource: instance },
        {
          Effect: 'Allow',
          Action: 'secretsmanager:GetSecretValue',
          Resource: `arn:aws:secretsmanager:ap-south-1:${account}:secret:rds!db-*`,
          Condition: { StringEquals: { 'secretsmanager:ResourceTag/aws:rds:primaryDBInstanceArn': instance } },
        },
      ]),
    );
  });

  it('reaches PostgreSQL and Redis from its own security group', () => {
    const { id } = only(template, 'AWS::EC2::SecurityGroup', 'ApplicationSecurityGroup');
    const ways = all(template, 'AWS::EC2::SecurityGroupIngress')
      .map(({ Properties }) => Properties)
      .filter(({ SourceSecurityGroupId }) => SourceSecurityGroupId['Fn::GetAtt']?.[0] === id);
    expect(ways.map(({ FromPort, ToPort, Description }) => [Description, FromPort, ToPort])).toEqual([
      ['PostgreSQL', 5433, 5433],
      ['Redis', 6380, 6380],
    ]);
  });
});

describe('the role that starts the container', () => {
  it('reads the two secrets and no other', () => {
    const reads = permissions('ApplicationExecutionRole').filter((statement) =>
      actions(statement).includes('secretsmanager:GetSecretValue'),
    );
    expect(reads.flatMap(({ Resource }) => Resource)).toEqual(
      ['mr-mentor-backend/production', 'mr-mentor-cache/production'].map(
        (name) => `arn:aws:secretsmanager:ap-south-1:${account}:secret:${name}-??????`,
      ),
    );
  });

  it('may do anything anywhere only where there is no resource: a token of ECR', () => {
    const anywhere = permissions('ApplicationExecutionRole').filter(({ Resource }) => Resource === '*');
    expect(anywhere.flatMap(actions)).toEqual(['ecr:GetAuthorizationToken']);
  });
});

describe('the image', () => {
  it('is the same in every task', () => {
    const images = new Set(every.map((prefix) => JSON.stringify(container(prefix).Image)));
    expect([...images]).toEqual([expect.stringMatching(/cdk-hnb659fds-container-assets-.*:[0-9a-f]{64}"/)]);
  });
});

describe('scheduled jobs', () => {
  const schedule = (name: string) =>
    all(template, 'AWS::Scheduler::Schedule').find(
      ({ Properties }) => Properties.Target.EcsParameters.TaskDefinitionArn.Ref === task(`Jobs${name}Task`).id,
    )?.Properties;

  it('are those of the list', () => template.resourceCountIs('AWS::Scheduler::Schedule', jobs.length));

  it.each(jobs)('run by the clock of UTC, once: $name', ({ name, cron, enabled, description }) => {
    const days = cron.weekDay ? `? * ${cron.weekDay} *` : '* * ? *';
    expect(schedule(name)).toMatchObject({
      Description: description,
      ScheduleExpression: `cron(${cron.minute} ${cron.hour} ${days})`,
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: enabled ? 'ENABLED' : 'DISABLED',
      Target: {
        Arn: { 'Fn::GetAtt': [only(template, 'AWS::ECS::Cluster').id, 'Arn'] },
        EcsParameters: {
          CapacityProviderStrategy: [
            { CapacityProvider: { Ref: only(template, 'AWS::ECS::CapacityProvider').id }, Weight: 1 },
          ],
        },
      },
    });
    expect(schedule(name)?.Target.EcsParameters.LaunchType).toBeUndefined();
  });

  it('are started by a role of this account, which can start them and nothing else', () => {
    const trust = statements(only(template, 'AWS::IAM::Role', 'JobsRole').Properties.AssumeRolePolicyDocument);
    expect(trust).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ]);
    expect(permissions('JobsRole').flatMap(actions).sort()).toEqual(['ecs:RunTask', 'ecs:TagResource', 'iam:PassRole']);
    const run = permissions('JobsRole').find(({ Action }) => Action === 'ecs:RunTask');
    expect(run?.Resource).toEqual(jobs.map(({ name }) => ({ Ref: task(`Jobs${name}Task`).id })));
  });
});
