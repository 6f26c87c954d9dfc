import { timings } from '../../lib/config/timings';
import { type CfnResource, environmentNames, stackOf } from '../deployed';

interface Measured {
  readonly idle: number;
  readonly ping: number;
  readonly keepAlive: number;
  readonly headers: number;
  readonly drain: number;
  readonly deadline: number;
  readonly stop: number;
}

/** lib/config/timings.ts holds the numbers together; this holds that they are what is deployed. */
const nesting: readonly (readonly [lower: keyof Measured, upper: keyof Measured, because: string])[] = [
  ['ping', 'idle', 'the load balancer cuts quiet WebSockets'],
  ['idle', 'keepAlive', 'the container closes connections that the load balancer still uses'],
  ['keepAlive', 'headers', 'Node drops a kept-alive connection while the next request arrives'],
  ['drain', 'deadline', 'the container ends while it still drains'],
  ['deadline', 'stop', 'ECS kills the container before it has ended by itself'],
];

const broken = (measured: Measured) =>
  nesting
    .filter(([lower, upper]) => !(measured[lower] < measured[upper]))
    .map(
      ([lower, upper, because]) => `${lower} ${measured[lower]} is not below ${upper} ${measured[upper]}: ${because}`,
    );

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
type Json = any;

const attribute = (attributes: readonly { Key: string; Value: string }[], key: string) =>
  Number(attributes.find(({ Key }) => Key === key)?.Value);

describe.each(environmentNames)('in %s', (environment) => {
  const resources: CfnResource[] = Object.values(stackOf(environment, 'service').template.Resources);
  const properties = (type: string): Json[] =>
    resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const [balancer] = properties('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const targetGroups = properties('AWS::ElasticLoadBalancingV2::TargetGroup');
  const containers: Json[] = properties('AWS::ECS::TaskDefinition').flatMap((task) => task.ContainerDefinitions);
  const seconds = (container: Json, name: string) =>
    Number(container.Environment.find(({ Name }: Json) => Name === `${name}_SECONDS`)?.Value);

  it('every container keeps its connections longer than the load balancer, and ends before ECS kills it', () => {
    expect(containers.length).toBeGreaterThan(1);
    for (const container of containers)
      expect(
        broken({
          idle: attribute(balancer.LoadBalancerAttributes, 'idle_timeout.timeout_seconds'),
          ping: seconds(container, 'SOCKET_PING_INTERVAL') + seconds(container, 'SOCKET_PING_TIMEOUT'),
          keepAlive: seconds(container, 'KEEP_ALIVE_TIMEOUT'),
          headers: seconds(container, 'HEADERS_TIMEOUT'),
          drain: seconds(container, 'SHUTDOWN_DRAIN'),
          deadline: seconds(container, 'SHUTDOWN_DEADLINE'),
          stop: container.StopTimeout,
        }),
      ).toEqual([]);
  });

  it('ECS waits out the slowest request, and not for minutes, before it stops a task', () => {
    for (const { TargetGroupAttributes } of targetGroups) {
      const delay = attribute(TargetGroupAttributes, 'deregistration_delay.timeout_seconds');
      expect(delay).toBeGreaterThanOrEqual(60);
      expect(delay).toBeLessThanOrEqual(120);
      expect(delay).toBeGreaterThan(timings.slowestRequest);
    }
  });

  it('the stop timeout is one that ECS on EC2 grants without more', () => {
    for (const { StopTimeout } of containers) expect(StopTimeout).toBeLessThanOrEqual(120);
  });

  it('a task may start slowly without being replaced', () => {
    const web = properties('AWS::ECS::Service').filter(({ LoadBalancers }) => LoadBalancers.length > 0);
    expect(web).toHaveLength(1);
    expect(web[0].HealthCheckGracePeriodSeconds).toBeGreaterThan(timings.slowestStart);
    const checked = containers.filter(({ HealthCheck }) => HealthCheck);
    expect(checked).toHaveLength(2);
    for (const { HealthCheck } of checked) {
      expect(HealthCheck.StartPeriod).toBeGreaterThan(timings.slowestStart);
      expect(HealthCheck.Timeout).toBeLessThan(HealthCheck.Interval);
    }
  });

  it('a draining container is out of the target group before it stops serving', () => {
    for (const { HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds } of targetGroups) {
      expect(HealthCheckTimeoutSeconds).toBeLessThan(HealthCheckIntervalSeconds);
      for (const container of containers)
        expect(seconds(container, 'SHUTDOWN_DRAIN')).toBeGreaterThan(HealthCheckIntervalSeconds);
    }
  });
});

it('would see each pair the wrong way round, and one that is not there', () => {
  const good = { ping: 45, idle: 60, keepAlive: 65, headers: 70, drain: 15, deadline: 50, stop: 60 };
  expect(broken(good)).toEqual([]);
  for (const [lower, upper] of nesting) {
    expect(broken({ ...good, [lower]: good[upper] })).not.toEqual([]);
    expect(broken({ ...good, [lower]: Number.NaN })).not.toEqual([]);
  }
});
