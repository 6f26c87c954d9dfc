import type {
  DeploymentRecord,
  Rehearsal,
  RequestOutcome,
  SocketOutcome,
  StageRecord,
  TaskRecord,
} from '../../../rehearsal/record';

/** A short one in which all is well, to be spoilt by a test. Times count from zero, a stage takes a second. */

const stages = [
  'SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const satisfies readonly StageRecord['stage'][];

const inTurn = (names: readonly StageRecord['stage'][], from: number): StageRecord[] =>
  names.map((stage, index) => ({ stage, from: from + index * 1000, to: from + (index + 1) * 1000 }));

/** From 1 s to 6 s: the bake begins at 4 s, the clean-up at 5 s. */
export const release: DeploymentRecord = {
  title: 'release',
  scenario: 'release',
  from: 'blue',
  to: 'green',
  expected: 'SUCCESSFUL',
  status: 'SUCCESSFUL',
  stages: inTurn(stages, 1000),
};

/** From 10 s to 16 s: shifted at 12 s, baking from 13 s, taken back from 14 s to 15 s. */
export const brokenImage: DeploymentRecord = {
  title: 'errors under load',
  scenario: 'broken-image',
  fault: 'errors-under-load',
  from: 'green',
  to: 'blue',
  expected: 'ROLLBACK_SUCCESSFUL',
  status: 'ROLLBACK_SUCCESSFUL',
  reason: 'Alarm "blue errors".',
  stages: inTurn(
    ['SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'ROLLBACK', 'CLEAN_UP'],
    10_000,
  ),
};

export const request = (more: Partial<RequestOutcome> = {}): RequestOutcome => ({
  kind: 'setting',
  at: 4_500,
  ms: 4,
  result: 200,
  served: true,
  target: 'green/web-4',
  ...more,
});

export const failed = (result: number | string, more: Partial<RequestOutcome> = {}): RequestOutcome =>
  request({ result, served: false, target: undefined, ...more });

export const socket = (more: Partial<SocketOutcome> = {}): SocketOutcome => ({
  id: 'meeting-1',
  kind: 'meeting',
  openedAt: 100,
  moves: [],
  unheard: 0,
  end: 'open',
  ...more,
});

export const task = (more: Partial<TaskRecord> = {}): TaskRecord => ({
  id: 'web-1',
  role: 'web',
  colour: 'blue',
  startedAt: -5_000,
  healthyAt: -1_000,
  stopRequestedAt: 6_000,
  exit: { at: 7_500, code: 0, signal: null },
  killed: false,
  ...more,
});

export const passing = (more: Partial<Rehearsal> = {}): Rehearsal => ({
  environment: 'production',
  revision: '4f1c2a90be7d36a15e02c9d8b7a6f5e4d3c2b1a0',
  containers: 'processes',
  speed: 10,
  rate: 0.1,
  rateMayBeLess: false,
  startedAt: -8_000,
  loadFrom: 0,
  risenAt: 0,
  endedAt: 20_000,
  deployments: [release],
  outages: [],
  requests: [request({ at: 500, target: 'blue/web-1' }), request(), request({ at: 7_000 })],
  sockets: [socket()],
  jobs: [{ id: 'email-1', at: 1_000, done: [1_050] }],
  tasks: [task()],
  findings: [],
  ...more,
});
