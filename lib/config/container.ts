/** What the container (app-image/) and the infrastructure have agreed on. */

export const containerName = 'app';
export const containerPort = 8000;

/** uid and gid of `nodejs` in the image. */
export const containerUser = '1001:1001';

/**
 * How many proxies in front append to X-Forwarded-For: the load balancer. One less, and every caller has
 * its address and shares its rate limit; one more, and callers write their own.
 */
export const trustedProxyHops = 1;

/** Requests with this header reach the colour under test. It admits to a release candidate, it is no secret. */
export const testHeader = { name: 'x-mr-mentor-release', value: 'green' } as const;

/**
 * What the smoke test asks green before production traffic moves. Each is a check of
 * lib/functions/smoke-test; one that the container does not serve yet would fail every release.
 */
export const smokeChecks = ['health', 'database', 'redis', 'socket-io', 'terminal-relay'] as const;
