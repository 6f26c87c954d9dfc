import type { Sabotage } from '../sabotage';

const onSignal = 'for (const signal of signals) process.removeAllListeners(signal).on(signal, onSignal);';

/** How connections and tasks end. */
export const stopping: readonly Sabotage[] = [
  {
    title: 'SIGTERM is ignored',
    sabotage: { image: { 'src/shutdown.ts': [{ find: onSignal, put: onSignal.replace('onSignal', '() => {}') }] } },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/did not end within their stop timeout.*SIGKILL.*web-\d+/i],
  },
  {
    title: 'no drain: the listener closes with the signal',
    sabotage: {
      image: {
        'src/shutdown.ts': [{ find: 'environment.SHUTDOWN_DRAIN_SECONDS * 1000));', put: '0));' }],
      },
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/after SIGTERM.*SHUTDOWN_DRAIN_SECONDS/i],
    short: true,
  },
  {
    title: "keep-alive is shorter than the load balancer's idle timeout",
    sabotage: {
      image: {
        'src/http/server.ts': [{ find: 'environment.KEEP_ALIVE_TIMEOUT_SECONDS * 1000', put: '500' }],
      },
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/closes an idle connection after.*KEEP_ALIVE_TIMEOUT_SECONDS/i],
  },
  {
    title: 'the deregistration delay is shorter than a slow request',
    sabotage: {
      templates: [
        {
          find: /("Key": "deregistration_delay\.timeout_seconds",\s+"Value": )"60"/g,
          put: '$1"5"',
        },
      ],
    },
    from: 'sabotaged',
    // After a release the bake outlasts whatever was in flight; after a rollback nothing does.
    scenario: 'rollback',
    expected: [/slow.*deregistration/is],
  },
  {
    title: 'the stop timeout is below the drain',
    sabotage: { templates: [{ find: /"StopTimeout": 60/g, put: '"StopTimeout": 5' }] },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/did not end.*stop timeout.*SIGKILL/i],
  },
  {
    title: 'stickiness to a target group outlives the bake',
    sabotage: {
      templates: [{ find: /"DurationSeconds": 1,(\s+"Enabled": true)/g, put: '"DurationSeconds": 3600,$1' }],
    },
    from: 'sabotaged',
    scenario: 'release',
    expected: [/503.*stickiness/is],
  },
];
