import type { TaskRequest } from '../../../rehearsal/release/cluster';
import { circuitBreakerThreshold } from '../../../rehearsal/release/patience';
import { deployRolling, rollingStep } from '../../../rehearsal/release/rolling-deployment';
import { startWorker } from '../../../rehearsal/release/start-service';
import { type Fate, fakeCluster, image, worker } from './fake-cluster';

type Numbers = [desired: number, taken: number, healthy?: number];
test.each<[title: string, percents: [number, number], old: Numbers, next: Numbers, step: [old: number, next: number]]>([
  ['room for all', [100, 200], [2, 2], [0, 0, 0], [2, 2]],
  ['none healthy yet', [100, 200], [2, 2], [2, 2, 0], [2, 2]],
  ['one healthy', [100, 200], [2, 2], [2, 2, 1], [1, 2]],
  ['all healthy', [100, 200], [1, 1], [2, 2, 2], [0, 2]],
  ['half may go', [50, 100], [2, 2], [0, 0, 0], [1, 0]],
  ['one is gone', [50, 100], [1, 1], [0, 0, 0], [1, 1]],
  ['an old one still drains', [50, 100], [1, 2], [0, 0, 0], [1, 0]],
  ['all may go', [0, 100], [2, 2], [0, 0, 0], [0, 0]],
  ['all are gone', [0, 100], [0, 0], [0, 0, 0], [0, 2]],
  ['the minimum is rounded up, the maximum down', [51, 149], [2, 2], [0, 0, 0], [2, 0]],
])('%s', (_title, [minimumHealthyPercent, maximumPercent], old, next, [oldStep, nextStep]) => {
  const state = {
    desired: 2,
    minimumHealthyPercent,
    maximumPercent,
    old: { desired: old[0], taken: old[1] },
    next: { desired: next[0], taken: next[1], healthy: next[2] ?? 0 },
  };
  expect(rollingStep(state)).toEqual({ old: oldStep, next: nextStep });
});

test.each([
  [1, 3],
  [6, 3],
  [25, 13],
  [800, 200],
])('the circuit breaker of %d tasks breaks at %d failures', (desired, expected) => {
  expect(circuitBreakerThreshold(desired)).toBe(expected);
});

async function runningWorkers(percents: { minimumHealthyPercent?: number; maximumPercent?: number }, next: Fate) {
  const fateOf = ({ deployment }: TaskRequest): Fate => (deployment === 'release' ? next : 'healthy');
  const { cluster, journal, tasks } = fakeCluster(fateOf);
  const controller = new AbortController();
  const { signal } = controller;
  const running = await startWorker({ cluster, image, title: 'first', signal }, { ...worker, ...percents });
  journal.length = 0;
  return { journal, tasks, running, controller, request: { cluster, image, title: 'release', signal, running } };
}

test('new workers take over before old ones stop', async () => {
  const { journal, running, request, controller } = await runningWorkers({}, 'healthy');
  const result = await deployRolling(request);
  expect(result.status).toBe('SUCCESSFUL');
  expect(result.stages.map(({ stage }) => stage)).toEqual(['WORKER']);
  expect(journal).toEqual(['start worker-3', 'start worker-4', 'stop worker-1', 'stop worker-2']);
  expect(result.running.tasks.map(({ id }) => id)).toEqual(['worker-3', 'worker-4']);
  expect(running.takenCount).toBe(0);
  controller.abort();
});

test('without room for both, the old one makes it', async () => {
  const percents = { minimumHealthyPercent: 0, maximumPercent: 100, desiredCount: 1 };
  const { journal, request, controller } = await runningWorkers(percents, 'healthy');
  expect(await deployRolling(request)).toMatchObject({ status: 'SUCCESSFUL' });
  expect(journal).toEqual(['stop worker-1', 'start worker-2']);
  controller.abort();
});

test('the circuit breaker stops workers that end again and again, and the old ones work on', async () => {
  const { tasks, running, request, controller } = await runningWorkers({}, 'exits');
  const result = await deployRolling(request);
  expect(result).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', running });
  expect(result.reason).toMatch(/worker-\d was replaced because it ended by itself .*\nlast words of worker-\d$/);
  expect(result.stages.map(({ stage }) => stage)).toEqual(['WORKER', 'ROLLBACK']);
  const alive = [...tasks.values()].filter(({ exit }) => exit === undefined);
  expect(alive.map(({ id }) => id)).toEqual(['worker-1', 'worker-2']);
  controller.abort();
});

test('the circuit breaker starts old ones again where they had to go first', async () => {
  const percents = { minimumHealthyPercent: 0, maximumPercent: 100 };
  const { tasks, running, request, controller } = await runningWorkers(percents, 'unhealthy container');
  const result = await deployRolling(request);
  expect(result).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', running });
  expect(running.healthyCount).toBe(2);
  const alive = [...tasks.values()].filter(({ exit }) => exit === undefined);
  expect(alive.map(({ request: { deployment } }) => deployment)).toEqual(['first', 'first']);
  controller.abort();
});
