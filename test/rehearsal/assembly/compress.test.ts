import { timings as variables } from '../../../app-image/src/config/contract/timings';
import { parseValue } from '../../../app-image/src/config/parse';
import { type Timings, timingChains, timings } from '../../../lib/config/timings';
import { allowanceFor, compress, highestSpeed, patientAllowance } from '../../../rehearsal/assembly/compress';
import type { Container, Deployment } from '../../../rehearsal/assembly/deployment';
import { readDeployment } from '../../../rehearsal/assembly/read-deployment';
import { environmentNames } from '../../deployed';
import { deployed, endpoints } from './endpoints';

const read = (environment: (typeof environmentNames)[number]) =>
  readDeployment({ assembly: deployed, environment, endpoints });

/** The same names as in lib/config/timings.ts; what the platform promises shrinks with what waits for it. */
function measured({ web, loadBalancer }: Deployment, container: Container, speed: number): Partial<Timings> {
  const variable = (name: keyof typeof variables.variables) => Number(container.environment[name]);
  const [group] = loadBalancer.targetGroups;
  return {
    socketPingInterval: variable('SOCKET_PING_INTERVAL_SECONDS'),
    socketPingTimeout: variable('SOCKET_PING_TIMEOUT_SECONDS'),
    nodeKeepAliveTimeout: variable('KEEP_ALIVE_TIMEOUT_SECONDS'),
    nodeHeadersTimeout: variable('HEADERS_TIMEOUT_SECONDS'),
    drain: variable('SHUTDOWN_DRAIN_SECONDS'),
    shutdownDeadline: variable('SHUTDOWN_DEADLINE_SECONDS'),
    stopTimeout: container.stopTimeout,
    albIdleTimeout: loadBalancer.idleTimeout,
    deregistrationDelay: group?.deregistrationDelay,
    healthCheckInterval: group?.healthCheck.interval,
    startGracePeriod: web.healthCheckGracePeriod,
    slowestRequest: timings.slowestRequest / speed,
    slowestStart: timings.slowestStart / speed,
  };
}

const speeds = [1, 1.1, 3, 7, 9.9, 10, 13, 20];

describe.each(environmentNames)('the compressed deployment of %s', (environment) => {
  it.each(speeds)('keeps the order of its waits at speed %d', (speed) => {
    const deployment = compress(read(environment), speed);
    for (const { container } of [deployment.web, deployment.worker]) {
      const seconds = measured(deployment, container, speed);
      // The timeout of a health check measures the machine, so it may be longer than the interval.
      const chains = timingChains.filter(({ lower }) => !lower.includes('healthCheckTimeout'));
      expect(chains).toHaveLength(timingChains.length - 1);
      const sum = (keys: readonly (keyof Timings)[]) =>
        keys.reduce((total, key) => total + (seconds[key] ?? Number.NaN), 0);
      for (const { lower, upper } of chains) expect(sum(lower)).toBeLessThan(sum(upper));
    }
  });

  it.each(speeds)('starts at speed %d', (speed) => {
    const { web, worker } = compress(read(environment), speed);
    for (const { container } of [web, worker])
      for (const [name, variable] of Object.entries(variables.variables))
        expect(parseValue(variable, container.environment[name] ?? '')).toEqual({ value: expect.any(Number) });
  });

  it('is the same at speed 1', () => expect(compress(read(environment), 1)).toEqual(read(environment)));
});

it('shortens the waits of production, and nothing that measures the machine', () => {
  const before = read('production');
  const after = compress(before, 10);
  for (const role of ['web', 'worker'] as const) {
    expect(after[role].container).toEqual({
      ...before[role].container,
      environment: {
        ...before[role].container.environment,
        ...{ KEEP_ALIVE_TIMEOUT_SECONDS: '6.5', HEADERS_TIMEOUT_SECONDS: '7', SHUTDOWN_DRAIN_SECONDS: '1.5' },
        ...{ SHUTDOWN_DEADLINE_SECONDS: '5', SOCKET_PING_INTERVAL_SECONDS: '2.5', SOCKET_PING_TIMEOUT_SECONDS: '2' },
      },
      stopTimeout: 6,
      // In its interval a container that serves already costs a laptop the start of a program.
      healthCheck: {
        ...before[role].container.healthCheck,
        ...{ interval: 10, startInterval: 1, startPeriod: 15, timeout: 5, retries: 3 },
      },
    });
    expect(after[role].desiredCount).toBe(before[role].desiredCount);
  }
  expect(after.web.healthCheckGracePeriod).toBe(15);
  expect(after.web.blueGreen).toEqual({
    ...before.web.blueGreen,
    settleTime: 0.5,
    alarms: before.web.blueGreen?.alarms.map((alarm) => ({ ...alarm, period: 6 })),
  });
  expect(after.loadBalancer.idleTimeout).toBe(6);
  for (const rule of after.loadBalancer.rules) expect(rule.groupStickiness).toBe(0.1);
  for (const group of after.loadBalancer.targetGroups)
    expect(group).toMatchObject({
      ...{ deregistrationDelay: 6, stickiness: 360 },
      healthCheck: { interval: 1, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3, initialFor: 8 },
    });
  const { web: _, worker: __, loadBalancer: ___, ...others } = after;
  expect(before).toMatchObject(others);
});

it.each([
  ['a fast machine', allowanceFor(2), 15, 8],
  ['a slow machine', allowanceFor(6), 30, 18],
  ['a machine that is slower than AWS lets it be', allowanceFor(60), 60, 30],
  ['a machine that nothing is known of', patientAllowance, 30, 30],
])('gives a start on %s its time', (_title, allowance, task, target) => {
  const { web, worker, loadBalancer } = compress(read('production'), 10, allowance);
  expect(web.healthCheckGracePeriod).toBe(task);
  for (const { container } of [web, worker]) expect(container.healthCheck?.startPeriod).toBe(task);
  for (const { healthCheck } of loadBalancer.targetGroups) expect(healthCheck.initialFor).toBe(target);
});

it('goes as fast as the container starts, and says what is in the way', () => {
  const deployment = read('production');
  expect(highestSpeed(deployment).speed).toBe(20);
  expect(() => compress(deployment, 20.5)).toThrow(
    'The speed 20.5 is not one to rehearse at; allowed: 1 (real time) to 20, at which SOCKET_PING_TIMEOUT_SECONDS, 20 in the template, comes to its minimum of 1. Choose one of those.',
  );
});

it.each([0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %d', (speed) =>
  expect(() => compress(read('development'), speed)).toThrow(`The speed ${speed} is not one to rehearse at`),
);
