import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { containerPort, containerUser, smokeChecks, testHeader } from '../../../lib/config/container';
import type { EnvironmentName } from '../../../lib/config/environment';
import { environments } from '../../../lib/config/environments';
import { bucketName, bucketPurposes, cacheSecretName, databaseIdentifier, secretName } from '../../../lib/config/names';
import { timings } from '../../../lib/config/timings';
import type { BlueGreenRelease, Deployment } from '../../../rehearsal/assembly/deployment';
import { readDeployment } from '../../../rehearsal/assembly/read-deployment';
import { environmentNames } from '../../deployed';
import { deployed, endpoints } from './endpoints';

const read = (environment: EnvironmentName): Deployment =>
  readDeployment({ assembly: deployed, environment, endpoints });

describe.each(environmentNames)('the deployment of %s', (environment) => {
  const env = environments[environment];
  const { account, region } = env;
  const arn = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
  let deployment: Deployment;
  beforeAll(() => {
    deployment = read(environment);
  });

  it('builds the image that the service is told', () => {
    const { image, web } = deployment;
    expect(deployment).toMatchObject({ environment, account, region });
    expect(web.container.environment.APP_REVISION).toBe(image.hash);
    expect(existsSync(join(image.directory, image.dockerfile))).toBe(true);
  });

  it('runs web and worker, each as large and as often as it is configured', () => {
    const shared = { readonlyRootFilesystem: true, initProcess: true, droppedCapabilities: ['ALL'] };
    for (const role of ['web', 'worker'] as const) {
      const { cpu, memoryMiB, minTasks, databaseConnections } = env[role];
      const { container, ...service } = deployment[role];
      expect(service).toMatchObject({ role, desiredCount: minTasks });
      expect(container).toMatchObject({
        ...{ ...shared, user: containerUser, cpuUnits: cpu, memoryMiB, port: containerPort },
        stopTimeout: timings.stopTimeout,
        tmpfs: [{ path: '/tmp', sizeMiB: 64, options: ['noexec', 'nosuid', 'nodev'] }],
        ulimits: [{ name: 'nofile', soft: 65_536, hard: 65_536 }],
        healthCheck: {
          command: ['CMD', 'node', 'dist/healthcheck.js'],
          ...{ interval: timings.healthCheckInterval, timeout: timings.healthCheckTimeout },
          ...{ retries: timings.unhealthyThreshold, startPeriod: timings.startGracePeriod },
        },
        secrets: { SECRETS_JSON: arn(secretName(environment)), REDIS_PASSWORD: arn(cacheSecretName(environment)) },
        environment: {
          ...{ APP_ENV: environment, PROCESS_ROLE: role, DB_CONNECTION_LIMIT: String(databaseConnections) },
          ...{ DB_HOST: 'database.test', DB_PORT: '5544', REDIS_HOST: 'cache.test', REDIS_PORT: '6644' },
          BACKEND_PUBLIC_URL: `https://${env.apiDomains[0]?.name}`,
          SHUTDOWN_DRAIN_SECONDS: String(timings.drain),
        },
      });
      expect(container.command).toBeUndefined();
    }
    expect(deployment.web.healthCheckGracePeriod).toBe(timings.startGracePeriod);
    expect(deployment.worker).toMatchObject({ minimumHealthyPercent: 100, healthCheckGracePeriod: 0 });
  });

  it('has a load balancer that forwards the hosts of its API', () => {
    const { loadBalancer, web } = deployment;
    const { productionRule, testRule } = web.blueGreen ?? {};
    expect(loadBalancer).toMatchObject({ idleTimeout: timings.albIdleTimeout, dropInvalidHeaderFields: true });
    expect(loadBalancer.defaultResponse).toEqual({
      ...{ status: 503, contentType: 'application/json' },
      body: expect.stringContaining('NO_SUCH_HOST'),
    });
    for (const { hosts, paths } of loadBalancer.rules)
      expect({ hosts, paths }).toEqual({ hosts: env.apiDomains.map(({ name }) => name), paths: [] });
    const testRules = web.blueGreen
      ? [{ priority: 10, logicalId: testRule, headers: [{ name: testHeader.name, values: [testHeader.value] }] }]
      : [];
    expect(loadBalancer.rules).toMatchObject([
      ...testRules,
      { priority: 20, logicalId: productionRule ?? expect.any(String), headers: [] },
    ]);
    for (const group of loadBalancer.targetGroups)
      expect(group).toEqual({
        ...{ logicalId: expect.any(String), port: containerPort, stickiness: 3600 },
        deregistrationDelay: timings.deregistrationDelay,
        healthCheck: {
          ...{ path: '/api/health', codes: '200' },
          ...{ interval: timings.healthCheckInterval, timeout: timings.healthCheckTimeout },
          ...{ healthyThreshold: timings.healthyThreshold, unhealthyThreshold: timings.unhealthyThreshold },
        },
      });
  });

  it('has the stores that are configured', () => {
    const { database, cache } = deployment;
    expect(database).toMatchObject({
      ...{ identifier: databaseIdentifier(environment), databaseName: 'mas', username: 'mas_app' },
      ...{ managedPassword: true, multiAz: env.database.multiAz, forceTls: true },
      settings: { log_lock_waits: '1', max_connections: expect.stringMatching(/^\d+$/) },
    });
    expect(Object.keys(database.settings).filter((name) => name.startsWith('rds.'))).toEqual([]);
    expect(cache).toEqual({
      logicalId: expect.any(String),
      ...{ tls: true, authTokenSecret: arn(cacheSecretName(environment)) },
      ...{ nodes: 1 + env.cache.replicas, automaticFailover: env.cache.replicas > 0 },
      settings: { 'maxmemory-policy': 'noeviction' },
    });
  });

  it('has the buckets, closed and encrypted, and those for uploads open to its origins', () => {
    const { buckets } = deployment;
    expect(buckets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(bucketPurposes.map((purpose) => bucketName(env, purpose))),
    );
    for (const bucket of buckets) expect(bucket).toMatchObject({ publicAccessBlocked: true });
    expect(buckets.find(({ name }) => name === bucketName(env, 'recordings'))).toMatchObject({
      ...{ encryption: 'aws:kms', versioned: true },
      cors: [
        {
          allowedOrigins: env.origins,
          allowedMethods: ['PUT', 'GET', 'HEAD'],
          allowedHeaders: expect.arrayContaining(['content-type']),
          ...{ exposedHeaders: ['ETag'], maxAge: 3600 },
        },
      ],
    });
    expect(buckets.find(({ name }) => name === bucketName(env, 'access-logs'))).toMatchObject({ cors: [] });
  });

  it('has the secrets, one that is filled by people and one that is generated', () =>
    expect(deployment.secrets.map(({ logicalId: _, ...secret }) => secret)).toEqual(
      expect.arrayContaining([
        { name: secretName(environment), arn: arn(secretName(environment)), generatedLength: undefined },
        { name: cacheSecretName(environment), arn: arn(cacheSecretName(environment)), generatedLength: 64 },
      ]),
    ));
});

it('replaces tasks in development, with one target group', () => {
  const { web, loadBalancer } = read('development');
  expect(web).toMatchObject({ minimumHealthyPercent: 0, maximumPercent: 100 });
  expect(web.blueGreen).toBeUndefined();
  const [group, ...others] = loadBalancer.targetGroups;
  expect(others).toEqual([]);
  expect(loadBalancer.rules).toMatchObject([{ weights: { [group?.logicalId ?? '']: 1 } }]);
  expect(loadBalancer.rules[0]?.groupStickiness).toBeUndefined();
});

describe.each(['staging', 'demo', 'production'] as const)('a release to %s', (environment) => {
  let deployment: Deployment;
  let release: BlueGreenRelease;
  beforeAll(() => {
    deployment = read(environment);
    if (deployment.web.blueGreen === undefined) throw new Error(`${environment} is not released in two colours`);
    release = deployment.web.blueGreen;
  });

  it('starts with all traffic on the one colour, and moves it by both rules', () => {
    const { loadBalancer, web } = deployment;
    const { targetGroup, alternateTargetGroup, productionRule, testRule, bakeTime } = release;
    expect(web).toMatchObject({ minimumHealthyPercent: 100, maximumPercent: 200 });
    expect(bakeTime).toBe(60 * (environments[environment].deployment.bakeMinutes ?? Number.NaN));
    expect(loadBalancer.targetGroups.map(({ logicalId }) => logicalId)).toEqual([targetGroup, alternateTargetGroup]);
    expect(loadBalancer.rules.map(({ logicalId }) => logicalId)).toEqual([testRule, productionRule]);
    for (const rule of loadBalancer.rules)
      expect(rule).toMatchObject({ weights: { [targetGroup]: 100, [alternateTargetGroup]: 0 }, groupStickiness: 1 });
  });

  it('asks the smoke test, whose code is in the assembly', () => {
    const [hook, ...others] = release.hooks;
    expect(others).toEqual([]);
    expect(hook).toMatchObject({
      ...{ stages: ['POST_TEST_TRAFFIC_SHIFT'], handler: 'index.handler', timeout: timings.smokeTestTimeout },
      environment: {
        CONNECT_TO: 'balancer.test',
        CHECKS: smokeChecks.join(','),
        EXPECTED_REVISION: deployment.image.hash,
      },
    });
    expect(existsSync(join(hook?.codeDirectory ?? '', 'index.mjs'))).toBe(true);
  });

  it('is watched by two alarms on each colour', () => {
    const { targetGroup, alternateTargetGroup, alarms, rollbackOnAlarm } = release;
    const shared = { comparison: 'GreaterThanThreshold', period: 60, evaluationPeriods: 2, datapointsToAlarm: 2 };
    const expected = Object.entries({ blue: targetGroup, green: alternateTargetGroup }).flatMap(([colour, group]) => [
      {
        ...{ ...shared, name: `mr-mentor-${environment}-release-ReleaseErrors-${colour}`, threshold: 5 },
        ...{ description: expect.stringContaining(colour), treatMissingData: 'notBreaching' },
        metrics: [
          {
            id: 'expr_1',
            returned: true,
            expression: expect.stringContaining(`FILL(${colour}Errors, 0) / ${colour}Requests`),
          },
          {
            ...{ id: `${colour}Errors`, returned: false },
            metric: { name: 'HTTPCode_Target_5XX_Count', statistic: 'Sum', targetGroup: group },
          },
          {
            ...{ id: `${colour}Requests`, returned: false },
            metric: { name: 'RequestCount', statistic: 'Sum', targetGroup: group },
          },
        ],
      },
      {
        ...{ ...shared, name: `mr-mentor-${environment}-release-ReleaseUnhealthy-${colour}`, threshold: 0 },
        ...{ description: expect.stringContaining(colour), treatMissingData: 'notBreaching' },
        metrics: [
          {
            ...{ id: 'metric', returned: true },
            metric: { name: 'UnHealthyHostCount', statistic: 'Minimum', targetGroup: group },
          },
        ],
      },
    ]);
    expect(rollbackOnAlarm).toBe(true);
    expect(alarms).toEqual(expected);
  });
});

it('has the numbers of production', () => {
  const { web, worker, cache } = read('production');
  expect([web.desiredCount, worker.desiredCount, cache.nodes, web.blueGreen?.bakeTime]).toEqual([3, 2, 2, 1800]);
});
