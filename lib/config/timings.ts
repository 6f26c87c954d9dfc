/**
 * Every duration that another one depends on, in seconds.
 *
 * A quiet WebSocket lives because Socket.IO pings before the balancer's idle timeout ends. A
 * keep-alive connection never closes under a request because the container keeps it open longer than
 * the balancer does, and waits for headers longer still (the other way round is the classic random
 * 502). A release drops no request because the balancer waits out the slowest one before the target
 * gets SIGTERM, the container serves on while the balancer notices that it drains, and ECS kills
 * later than the container gives up by itself.
 */
export interface Timings {
  readonly socketPingInterval: number;
  readonly socketPingTimeout: number;
  readonly albIdleTimeout: number;
  readonly nodeKeepAliveTimeout: number;
  readonly nodeHeadersTimeout: number;

  /** The slowest request that the platform promises to answer. */
  readonly slowestRequest: number;
  /** ECS waits this long between deregistering a target and SIGTERM. */
  readonly deregistrationDelay: number;
  /** After SIGTERM: not ready any more, still serving. */
  readonly drain: number;
  /** After SIGTERM: the container ends by itself, whatever is left. */
  readonly shutdownDeadline: number;
  /** After SIGTERM: ECS sends SIGKILL. */
  readonly stopTimeout: number;

  readonly healthCheckInterval: number;
  readonly healthCheckTimeout: number;
  /** Consecutive answers, not seconds. */
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** From a task's start to its first passed check; failures before it don't count. */
  readonly startGracePeriod: number;
  /** From a task's start to the server listening. */
  readonly slowestStart: number;

  readonly smokeTestTimeout: number;
}

export const timings: Timings = {
  socketPingInterval: 25,
  socketPingTimeout: 20,
  albIdleTimeout: 60,
  nodeKeepAliveTimeout: 65,
  nodeHeadersTimeout: 70,

  slowestRequest: 30,
  deregistrationDelay: 60,
  drain: 15,
  shutdownDeadline: 50,
  stopTimeout: 60,

  healthCheckInterval: 10,
  healthCheckTimeout: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
  startGracePeriod: 60,
  slowestStart: 30,

  smokeTestTimeout: 120,
};

/** Each row reads: the sum on the left stays below the one on the right, or a user notices what `because` says. */
const rules: readonly {
  readonly lower: readonly (keyof Timings)[];
  readonly upper: readonly (keyof Timings)[];
  readonly because: string;
}[] = [
  {
    lower: ['socketPingInterval', 'socketPingTimeout'],
    upper: ['albIdleTimeout'],
    because: 'the load balancer cuts quiet WebSockets',
  },
  {
    lower: ['albIdleTimeout'],
    upper: ['nodeKeepAliveTimeout'],
    because: 'the container closes a connection that the load balancer still uses (random 502)',
  },
  {
    lower: ['nodeKeepAliveTimeout'],
    upper: ['nodeHeadersTimeout'],
    because: 'Node drops a kept-alive connection while the next request arrives',
  },
  {
    lower: ['slowestRequest'],
    upper: ['deregistrationDelay'],
    because: 'a request in flight is cut when its target is deregistered',
  },
  {
    lower: ['slowestRequest'],
    upper: ['albIdleTimeout'],
    because: 'the load balancer answers 504 for a request the platform promises to answer',
  },
  {
    lower: ['drain', 'slowestRequest'],
    upper: ['shutdownDeadline'],
    because: 'a request accepted while draining is cut by the shutdown deadline',
  },
  {
    lower: ['shutdownDeadline'],
    upper: ['stopTimeout'],
    because: 'ECS kills the container before it has closed its connections',
  },
  {
    lower: ['healthCheckTimeout'],
    upper: ['healthCheckInterval'],
    because: 'Elastic Load Balancing refuses the health check',
  },
  { lower: ['slowestStart'], upper: ['startGracePeriod'], because: 'ECS replaces tasks that are still starting' },
];

/** Limits that AWS documents, in seconds (ELB: 1 to 4000, 0 to 3600; Lambda: 1 to 900). */
const limits: Partial<Record<keyof Timings, readonly [min: number, max: number]>> = {
  albIdleTimeout: [1, 4000],
  deregistrationDelay: [0, 3600],
  healthCheckInterval: [5, 300],
  healthCheckTimeout: [2, 120],
  healthyThreshold: [2, 10],
  unhealthyThreshold: [2, 10],
  smokeTestTimeout: [1, 900],
};

const names = Object.keys(timings) as (keyof Timings)[];
const sum = (t: Timings, keys: readonly (keyof Timings)[]) => keys.reduce((total, key) => total + t[key], 0);
const written = (t: Timings, keys: readonly (keyof Timings)[]) =>
  keys.map((key) => `timings.${key} (${t[key]})`).join(' + ');

/** @returns one sentence for each contradiction; empty when the numbers hang together. */
export function checkTimings(t: Timings): string[] {
  const nonsense = names
    .filter((key) => !Number.isInteger(t[key]) || t[key] < 0)
    .map((key) => `timings.${key}: ${t[key]} is no duration; state whole seconds, zero or more.`);
  const outside = Object.entries(limits).flatMap(([name, [min, max]]) => {
    const value = t[name as keyof Timings];
    return value < min || value > max
      ? [`timings.${name}: ${value} is outside what AWS takes; allowed: ${min} to ${max}.`]
      : [];
  });
  const clashes = rules
    .filter(({ lower, upper }) => sum(t, lower) >= sum(t, upper))
    .map(
      ({ lower, upper, because }) =>
        `${written(t, lower)} must stay below ${written(t, upper)}, or ${because}; lower the first or raise the second.`,
    );
  return [...nonsense, ...outside, ...clashes];
}

/** The nesting chains, for the sheet that `npm run synth` prints. */
export const timingChains = rules.map(({ lower, upper }) => ({ lower, upper }));
