import { checkTimings, type Timings, timingChains, timings } from '../../lib/config/timings';

const changed = (change: Partial<Timings>) => checkTimings({ ...timings, ...change });

it('finds nothing wrong with the timings in use', () => expect(checkTimings(timings)).toEqual([]));

/**
 * One change for each rule, chosen so that no other rule is broken by it, with the whole sentence.
 * Sums on either side are equal: a tie is a race, so it counts as a clash.
 */
const clashes: [string, Partial<Timings>, string][] = [
  [
    'Socket.IO pings no faster than the balancer cuts',
    { socketPingInterval: 40 },
    'timings.socketPingInterval (40) + timings.socketPingTimeout (20) must stay below timings.albIdleTimeout (60), or the load balancer cuts quiet WebSockets; lower the first or raise the second.',
  ],
  [
    'the container keeps connections no longer than the balancer',
    { nodeKeepAliveTimeout: 60 },
    'timings.albIdleTimeout (60) must stay below timings.nodeKeepAliveTimeout (60), or the container closes a connection that the load balancer still uses (random 502); lower the first or raise the second.',
  ],
  [
    'headers time out with the connection',
    { nodeHeadersTimeout: 65 },
    'timings.nodeKeepAliveTimeout (65) must stay below timings.nodeHeadersTimeout (65), or Node drops a kept-alive connection while the next request arrives; lower the first or raise the second.',
  ],
  [
    'a target is gone before its slowest request',
    { deregistrationDelay: 30 },
    'timings.slowestRequest (30) must stay below timings.deregistrationDelay (30), or a request in flight is cut when its target is deregistered; lower the first or raise the second.',
  ],
  [
    'the balancer gives up on the slowest request',
    { slowestRequest: 60, deregistrationDelay: 61, drain: 0, shutdownDeadline: 61, stopTimeout: 62 },
    'timings.slowestRequest (60) must stay below timings.albIdleTimeout (60), or the load balancer answers 504 for a request the platform promises to answer; lower the first or raise the second.',
  ],
  [
    'the shutdown deadline cuts what was accepted while draining',
    { shutdownDeadline: 45 },
    'timings.drain (15) + timings.slowestRequest (30) must stay below timings.shutdownDeadline (45), or a request accepted while draining is cut by the shutdown deadline; lower the first or raise the second.',
  ],
  [
    'ECS kills at the deadline',
    { stopTimeout: 50 },
    'timings.shutdownDeadline (50) must stay below timings.stopTimeout (50), or ECS kills the container before it has closed its connections; lower the first or raise the second.',
  ],
  [
    'a health check lasts as long as its interval',
    { healthCheckTimeout: 10 },
    'timings.healthCheckTimeout (10) must stay below timings.healthCheckInterval (10), or Elastic Load Balancing refuses the health check; lower the first or raise the second.',
  ],
  [
    'a slow start outlasts its grace period',
    { startGracePeriod: 30 },
    'timings.slowestStart (30) must stay below timings.startGracePeriod (30), or ECS replaces tasks that are still starting; lower the first or raise the second.',
  ],
];

it.each(clashes)('refuses: %s', (_, change, sentence) => expect(changed(change)).toEqual([sentence]));

it('has a case above for each rule', () => expect(clashes).toHaveLength(timingChains.length));

it.each(clashes)('accepts one second of difference: %s', (_, change, sentence) => {
  const [, upper = ''] = sentence.split(' must stay below timings.');
  const key = upper.slice(0, upper.indexOf(' ')) as keyof Timings;
  const value = { ...timings, ...change }[key];
  expect(changed({ ...change, [key]: value + 1 })).not.toContainEqual(
    expect.stringContaining(sentence.slice(0, sentence.indexOf(' ('))),
  );
});

it.each<[keyof Timings, number, string]>([
  ['albIdleTimeout', 4001, '1 to 4000'],
  ['deregistrationDelay', 3601, '0 to 3600'],
  ['healthCheckInterval', 301, '5 to 300'],
  ['healthCheckInterval', 4, '5 to 300'],
  ['healthCheckTimeout', 1, '2 to 120'],
  ['healthCheckTimeout', 121, '2 to 120'],
  ['healthyThreshold', 1, '2 to 10'],
  ['healthyThreshold', 11, '2 to 10'],
  ['unhealthyThreshold', 1, '2 to 10'],
  ['unhealthyThreshold', 11, '2 to 10'],
  ['smokeTestTimeout', 0, '1 to 900'],
  ['smokeTestTimeout', 901, '1 to 900'],
])('knows the limits of AWS: %s of %d', (key, value, allowed) => {
  expect(changed({ [key]: value })).toContain(
    `timings.${key}: ${value} is outside what AWS takes; allowed: ${allowed}.`,
  );
});

it.each<[keyof Timings, number]>([
  ['smokeTestTimeout', 900],
  ['smokeTestTimeout', 1],
  ['healthyThreshold', 10],
  ['unhealthyThreshold', 2],
  ['healthCheckInterval', 300],
  ['deregistrationDelay', 3600],
])('takes the limit itself: %s of %d', (key, value) => expect(changed({ [key]: value })).toEqual([]));

it.each([0.5, -1, Number.NaN])('refuses %d seconds', (drain) => {
  expect(changed({ drain })).toEqual([`timings.drain: ${drain} is no duration; state whole seconds, zero or more.`]);
});

it('reports everything that clashes, not only the first', () => {
  const failures = changed({ albIdleTimeout: 4001, healthCheckTimeout: 10, drain: -1 });
  expect(failures).toEqual([
    expect.stringContaining('timings.drain: -1'),
    expect.stringContaining('timings.albIdleTimeout: 4001 is outside'),
    expect.stringContaining('timings.albIdleTimeout (4001) must stay below timings.nodeKeepAliveTimeout (65)'),
    expect.stringContaining('timings.healthCheckTimeout (10) must stay below'),
  ]);
});
