import type { Group } from '../variable';

/**
 * lib/config/timings.ts says why these numbers hang together; deployed, they come from there. A rehearsal shortens all of
 * them alike, to fractions of seconds.
 */
export const timings = {
  title: 'Deployment timings',
  variables: {
    KEEP_ALIVE_TIMEOUT_SECONDS: {
      description: "Seconds an idle connection stays open; above the load balancer's idle timeout",
      source: 'infrastructure',
      type: 'number',
      min: 1,
      max: 4000,
      required: 'deployed',
      localDefault: '65',
    },
    HEADERS_TIMEOUT_SECONDS: {
      description: "Seconds a request's headers may take; above the keep-alive timeout",
      source: 'infrastructure',
      type: 'number',
      min: 2,
      max: 4001,
      required: 'deployed',
      localDefault: '70',
    },
    SHUTDOWN_DRAIN_SECONDS: {
      description: 'Seconds to serve on after SIGTERM with readiness off, so that the load balancer notices first',
      source: 'infrastructure',
      type: 'number',
      min: 0,
      max: 600,
      required: 'deployed',
      localDefault: '15',
    },
    SHUTDOWN_DEADLINE_SECONDS: {
      description: "Seconds from SIGTERM to the end, whatever is left; below the container's stop timeout",
      source: 'infrastructure',
      type: 'number',
      min: 1,
      max: 600,
      required: 'deployed',
      localDefault: '50',
    },
    SOCKET_PING_INTERVAL_SECONDS: {
      description: 'Seconds between the pings of a Socket.IO connection',
      source: 'infrastructure',
      type: 'number',
      min: 1,
      max: 600,
      required: 'deployed',
      localDefault: '25',
    },
    SOCKET_PING_TIMEOUT_SECONDS: {
      description: 'Seconds without an answer to a ping until a Socket.IO connection counts as gone',
      source: 'infrastructure',
      type: 'number',
      min: 1,
      max: 600,
      required: 'deployed',
      localDefault: '20',
    },
  },
} as const satisfies Group;
