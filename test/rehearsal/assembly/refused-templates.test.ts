/** What a rehearsal does not play is refused, not left out. */
import { readDeployment } from '../../../rehearsal/assembly/read-deployment';
import { compose } from '../../synthesise';
import { endpoints } from './endpoints';
import { changed, container, deployment, describeProduction, type Properties, stacks } from './production';

const metric = (change: Properties) => ({ MetricName: 'CPUUtilization', Namespace: 'AWS/ECS', ...change });
const redirect = [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }];
const refused: readonly (readonly [title: string, logicalId: string, change: Properties, message: string])[] = [
  [
    'another strategy',
    'WebServiceD',
    deployment({ Strategy: 'LINEAR' }),
    'the deployment strategy LINEAR is not one that a rehearsal plays; allowed: BLUE_GREEN, ROLLING.',
  ],
  [
    'no colours',
    'WebServiceD',
    { LoadBalancers: [] },
    'BLUE_GREEN needs one load balancer with an AdvancedConfiguration',
  ],
  [
    'an alarm of nobody',
    'WebServiceD',
    deployment({ Alarms: { AlarmNames: ['ours'], Enable: true, Rollback: true } }),
    'The deployment watches the alarm ours, and no stack',
  ],
  [
    'an unknown stage',
    'WebServiceD',
    deployment({
      LifecycleHooks: [
        { HookTargetArn: { 'Fn::GetAtt': ['WebReleaseSmokeTestFunction402E5BA9', 'Arn'] }, LifecycleStages: ['LATER'] },
      ],
    }),
    'ECS has no lifecycle stage LATER; allowed: RECONCILE_SERVICE, ',
  ],
  [
    'no web service',
    'WebTask30',
    container({ Environment: [] }),
    'No services are told PROCESS_ROLE=web, and a rehearsal plays exactly one',
  ],
  [
    'two web services',
    'WorkerTaskF',
    container({}),
    "2 services are told PROCESS_ROLE=web, and a rehearsal plays exactly one; the template's are told: web, web.",
  ],
  ['two images', 'WebTask30', container({ Image: 'nginx' }), 'Web runs nginx and worker runs 000000000002.dkr.ecr.'],
  ['no memory', 'WebTask30', container({ Memory: undefined }), 'states no memory for its container app'],
  [
    'an inline function',
    'WebReleaseSmokeTestFunction',
    { Code: { ZipFile: 'exports' } },
    'takes its code from the template, which is no asset of the stack',
  ],
  [
    'an anomaly',
    'WebReleaseAlarmsblueunhealthy',
    { Threshold: undefined },
    'has no threshold, so it watches for anomalies.',
  ],
  [
    'another comparison',
    'WebReleaseAlarmsblueunhealthy',
    { ComparisonOperator: 'GreaterThanUpperThreshold' },
    'says GreaterThanUpperThreshold, which a rehearsal does not play; allowed: GreaterThanThreshold, ',
  ],
  [
    'another metric',
    'WebReleaseAlarmsblueunhealthy',
    metric({ Dimensions: [{ Name: 'ServiceName', Value: 'web' }] }),
    'watches AWS/ECS/CPUUtilization by ServiceName; a rehearsal measures target groups',
  ],
  ['a metric of no period', 'WebReleaseAlarmsblueunhealthy', { Period: undefined }, 'has no statistic or no period.'],
  [
    'two periods',
    'WebReleaseAlarmsblueerrors',
    {
      Metrics: [
        { Id: 'a', Expression: '1', Period: 60 },
        { Id: 'b', Expression: 'a', Period: 300 },
      ],
    },
    'has the periods 60, 300, and a rehearsal plays one.',
  ],
  [
    'two results',
    'WebReleaseAlarmsblueerrors',
    {
      Metrics: [
        { Id: 'a', Expression: '1', Period: 60 },
        { Id: 'b', Expression: 'a' },
      ],
    },
    'has to return exactly one of its metrics.',
  ],
  [
    'an empty query',
    'WebReleaseAlarmsblueerrors',
    { Metrics: [{ Id: 'a' }] },
    'has neither a metric nor an expression in a.',
  ],
  ['a redirect', 'WebReleaseTestRule', { Actions: redirect }, 'does redirect; a rehearsal plays rules that forward.'],
  [
    'a condition on addresses',
    'WebReleaseTestRule',
    { Conditions: [{ Field: 'source-ip', Values: ['10.0.0.0/8'] }] },
    'has the condition source-ip, which a rehearsal does not play; allowed: host-header, http-header, path-pattern.',
  ],
  [
    'two conditions on hosts',
    'WebReleaseTestRule',
    {
      Conditions: [
        { Field: 'host-header', Values: ['a'] },
        { Field: 'host-header', Values: ['b'] },
      ],
    },
    'has 2 conditions host-header; state one.',
  ],
  [
    'another default',
    'LoadBalancerHttps',
    { DefaultActions: redirect },
    'does redirect with requests that match no rule; a rehearsal plays a fixed-response.',
  ],
  ['no HTTPS', 'LoadBalancerHttps', { Protocol: 'HTTP' }, 'None of the listeners ('],
  [
    'stickiness by the application',
    'WebReleaseBlue',
    {
      TargetGroupAttributes: [
        { Key: 'stickiness.enabled', Value: 'true' },
        { Key: 'stickiness.type', Value: 'app_cookie' },
      ],
    },
    'is sticky by app_cookie, and a rehearsal plays lb_cookie only.',
  ],
  [
    'a formula',
    'DatabaseInstanceParameterGroup',
    { Parameters: { max_connections: '{DBInstanceClassMemory/9531392}' } },
    'max_connections is the formula {DBInstanceClassMemory/9531392}, which only RDS computes; state a number.',
  ],
  [
    'a target that is nobody',
    'WebServiceD',
    { TaskDefinition: 'web:3' },
    'production: "web:3" is the Ref of no AWS::ECS::TaskDefinition of its stacks.',
  ],
  [
    'a duration that is none',
    'LoadBalancer8',
    { LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '60s' }] },
    'production.loadBalancer.idleTimeout is no number in the template of its resource, and has to be one; state it.',
  ],
  [
    'a target group without a port',
    'WebReleaseGreen',
    { Port: undefined },
    'production.loadBalancer.targetGroups.1.port is no number',
  ],
];

it.each(refused)('refuses %s', (_, logicalId, change, message) =>
  expect(() => changed(logicalId, change)).toThrow(message),
);

it('does not print a secret that stands where a reference has to be', () => {
  const change = { AuthToken: 'not-a-reference-but-the-token' };
  expect(() => changed('CacheReplicationGroup', change)).toThrow(
    /^A secret is stated where a reference to one has to be: /,
  );
  expect(() => changed('CacheReplicationGroup', change)).not.toThrow('but-the-token');
});

it('refuses stores that are there twice, and endpoints that nobody publishes', () => {
  expect(() => describeProduction(stacks.filter(({ id }) => id !== 'data'))).toThrow(
    /: no stack publishes the SSM parameter \/mr-mentor\/production\/database\/host in /,
  );
  const twice = stacks.map((each) =>
    each.id === 'storage'
      ? { ...each, template: stacks.find(({ id }) => id === 'data')?.template ?? each.template }
      : each,
  );
  expect(() => describeProduction(twice)).toThrow(
    'production: 2 resources are of type AWS::RDS::DBInstance, and a rehearsal plays exactly one.',
  );
});

it('refuses an image that the assembly does not build', () => {
  const assembly = compose({ context: { environments: 'staging', imageTag: 'main-1a2b3c4' } }).synth().directory;
  expect(() => readDeployment({ assembly, environment: 'staging', endpoints })).toThrow(
    /^The services run \d+\.dkr\.ecr\.ap-south-1\.amazonaws\.com\/mr-mentor-backend:main-1a2b3c4, which the assembly does not build, and a rehearsal runs what it has built; synthesise without imageTag\.$/,
  );
});
