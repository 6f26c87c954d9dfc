/** What a rehearsal reads of templates that say less than ours do today, or say it in another form. */
import type { Stack } from '../../../rehearsal/assembly/cloud-assembly';
import { changed, container, deployment, describeProduction, stacks } from './production';
import { withProperties } from './stack';

describe('where a template says nothing, AWS has a default', () => {
  it('of containers', () => {
    const { web } = changed(
      'WebTask30',
      container({
        ...{ StopTimeout: undefined, Cpu: undefined, LinuxParameters: undefined, Ulimits: undefined },
        ...{ ReadonlyRootFilesystem: undefined, User: undefined, PortMappings: undefined, Secrets: undefined },
        ...{ Memory: undefined, MemoryReservation: '512', HealthCheck: { Command: ['CMD', 'true'] } },
      }),
    );
    expect(web.container).toMatchObject({
      ...{ stopTimeout: 30, cpuUnits: 0, memoryMiB: 512, readonlyRootFilesystem: false, initProcess: false },
      ...{ droppedCapabilities: [], tmpfs: [], ulimits: [], user: undefined, port: undefined, secrets: {} },
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3, startPeriod: 0 },
    });
  });

  it('of services', () => {
    const { worker } = changed('WorkerService', { DesiredCount: undefined, DeploymentConfiguration: undefined });
    expect(worker).toMatchObject({ desiredCount: 1, minimumHealthyPercent: 100, maximumPercent: 200 });
    expect(changed('WebServiceD', deployment({ BakeTimeInMinutes: undefined })).web.blueGreen?.bakeTime).toBe(129_600);
    const { blueGreen } = changed('WebServiceD', deployment({ Alarms: undefined, LifecycleHooks: undefined })).web;
    expect(blueGreen).toMatchObject({ alarms: [], hooks: [], rollbackOnAlarm: false });
  });

  it('of load balancers and target groups', () => {
    expect(changed('LoadBalancer8', { LoadBalancerAttributes: undefined }).loadBalancer.idleTimeout).toBe(60);
    const { targetGroups } = changed('WebReleaseBlue', {
      ...{ HealthCheckPath: undefined, HealthCheckIntervalSeconds: undefined, HealthCheckTimeoutSeconds: undefined },
      ...{ HealthyThresholdCount: undefined, UnhealthyThresholdCount: undefined, Matcher: undefined },
      TargetGroupAttributes: undefined,
    }).loadBalancer;
    expect(targetGroups[0]).toMatchObject({
      ...{ deregistrationDelay: 300, stickiness: undefined },
      healthCheck: { path: '/', codes: '200', interval: 30, timeout: 5, healthyThreshold: 5, unhealthyThreshold: 2 },
    });
  });

  it('of alarms and functions', () => {
    const { web } = changed('WebReleaseAlarmsblueunhealthy', { TreatMissingData: undefined, DatapointsToAlarm: 1 });
    expect(web.blueGreen?.alarms[1]).toMatchObject({ treatMissingData: 'missing', datapointsToAlarm: 1 });
    const [hook] = changed('WebReleaseSmokeTestFunction', { Timeout: undefined }).web.blueGreen?.hooks ?? [];
    expect(hook?.timeout).toBe(3);
  });

  it('of stores', () => {
    expect(changed('DatabaseInstanceParameterGroup', { Parameters: {} }).database).toMatchObject({
      ...{ settings: {}, forceTls: true },
    });
    const old = { EngineVersion: '14', DBParameterGroupName: 'default.postgres14', MultiAZ: undefined };
    expect(changed('DatabaseInstanceAA', old).database).toMatchObject({ forceTls: false, multiAz: false });
    const plain = { AuthToken: undefined, TransitEncryptionEnabled: undefined, NumCacheClusters: undefined };
    expect(changed('CacheReplicationGroup', plain).cache).toMatchObject({
      ...{ authTokenSecret: undefined, tls: false, nodes: 1 },
    });
    expect(changed('CacheAuthToken', { GenerateSecretString: {} }).secrets).toContainEqual(
      expect.objectContaining({ name: 'mr-mentor-cache/production', generatedLength: 32 }),
    );
  });
});

it('reads conditions in the older form, and paths', () => {
  const Conditions = [
    { Field: 'host-header', Values: ['a.test'] },
    { Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } },
  ];
  expect(changed('WebReleaseTestRule', { Conditions }).loadBalancer.rules[0]).toMatchObject({
    ...{ hosts: ['a.test'], paths: ['/api/*'], headers: [] },
  });
});

it('leaves out what a condition leaves out', () => {
  const [first, ...others] = withProperties(stacks, 'WebReleaseTestRule', {});
  const conditional = [first, ...others].flatMap((stack) => {
    if (stack === undefined) return [];
    const Resources = Object.fromEntries(
      Object.entries(stack.template.Resources).map(([id, resource]) => [
        id,
        id.startsWith('StorageInvoices') && resource.Type === 'AWS::S3::Bucket'
          ? { ...resource, Condition: 'Never' }
          : resource,
      ]),
    );
    return [
      { ...stack, template: { ...stack.template, Resources, Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } } },
    ];
  });
  const names = (each: readonly Stack[]) => describeProduction(each).buckets.map(({ name }) => name);
  expect(names(stacks)).toContainEqual(expect.stringMatching(/-invoices-\d+$/));
  expect(names(conditional)).not.toContainEqual(expect.stringMatching(/-invoices-\d+$/));
});
