import type { Service } from '../../../rehearsal/assembly/deployment';
import type { TargetHealth, Task } from '../../../rehearsal/release/cluster';
import { untilEveryTaskFailedTwice } from '../../../rehearsal/release/patience';
import { startWeb, startWorker } from '../../../rehearsal/release/start-service';
import { isHealthy, whyReplaced } from '../../../rehearsal/release/task-health';
import { TaskSet } from '../../../rehearsal/release/task-set';
import { fakeCluster, image, loadBalancer, web, worker } from './fake-cluster';

const [blueGroup] = loadBalancer.targetGroups;
const title = 'first';
const ending: AbortController[] = [];
afterEach(() => {
  for (const controller of ending.splice(0)) controller.abort();
});
function untilTheEnd(): AbortSignal {
  const controller = new AbortController();
  ending.push(controller);
  return controller.signal;
}

const exit = { at: 0, code: 1, signal: null, killed: false };
type Case = [
  task: Pick<Task, 'health' | 'exit'>,
  target: TargetHealth | undefined,
  age: number,
  healthy: boolean,
  reason: RegExp | undefined,
];
test.each<Case>([
  [{ health: 'HEALTHY', exit: undefined }, 'healthy', 1, true, undefined],
  [{ health: 'UNKNOWN', exit: undefined }, 'healthy', 1, false, undefined],
  [{ health: 'HEALTHY', exit: undefined }, 'initial', 1, false, undefined],
  [{ health: 'HEALTHY', exit: undefined }, undefined, 90, false, undefined],
  [{ health: 'UNHEALTHY', exit: undefined }, 'unhealthy', 59, false, undefined],
  [{ health: 'UNHEALTHY', exit: undefined }, 'healthy', 60, false, /^its container is UNHEALTHY \(CMD check\)$/],
  [{ health: 'HEALTHY', exit: undefined }, 'unhealthy', 60, false, /^its target is unhealthy \(GET \/api\/ready has/],
  [{ health: 'UNKNOWN', exit }, 'initial', 1, false, /^it ended by itself \(exit code 1\)$/],
  [{ health: 'UNKNOWN', exit: { ...exit, signal: 'SIGKILL' } }, 'initial', 1, false, /by itself \(SIGKILL\)$/],
])('a task %j with target %s after %d s', (task, target, age, healthy, reason) => {
  const service: Service = { ...web, healthCheckGracePeriod: 60 };
  expect(isHealthy({ task, target, age }, service, blueGroup)).toBe(healthy);
  const why = whyReplaced({ task, target, age }, service, blueGroup);
  if (reason === undefined) expect(why).toBeUndefined();
  else expect(why).toMatch(reason);
});

test('the first deployment comes up behind the first target group, with all traffic', async () => {
  const { cluster, journal } = fakeCluster();
  const set = await startWeb({ cluster, image, title, signal: untilTheEnd() }, web, loadBalancer);
  expect(set.tasks.map(({ id }) => id)).toEqual(['web-1', 'web-2']);
  expect(set.description.colour).toBe('blue');
  expect(journal).toEqual([
    'ProductionRule Blue=100 Green=0',
    'TestRule Blue=100 Green=0',
    'start web-1',
    'start web-2',
    'register Blue web-1',
    'register Blue web-2',
  ]);
});

test('a first deployment that never gets healthy ends with what the container said', async () => {
  const { cluster, tasks } = fakeCluster(() => 'unhealthy target');
  const start = startWeb({ cluster, image, title, signal: untilTheEnd() }, web, loadBalancer);
  await expect(start).rejects.toThrow(
    /^first does not come up\. web never got healthy: 0 of 2 tasks are, 4 have failed\. web-4 was replaced because its target is unhealthy \(GET \/api\/ready has to answer 200\); its last check was answered 404\. Its last lines:\nlast words of web-4$/,
  );
  expect(tasks.size).toBeGreaterThanOrEqual(4);
});

test('a task that ends is replaced, now and later', async () => {
  const signal = untilTheEnd();
  const { cluster, tasks } = fakeCluster((_request, nth) => (nth === 1 ? 'exits' : 'healthy'));
  const set = await startWorker({ cluster, image, title, signal }, worker);
  expect(set.tasks.map(({ id }) => id)).toEqual(['worker-2', 'worker-3']);

  tasks.get('worker-2')?.ends(1);
  await set.until(() => set.failures.length === 2 && set.healthyCount === 2, signal);
  expect(set.tasks.map(({ id }) => id)).toEqual(['worker-3', 'worker-4']);
});

test('a target is drained before its task is told to stop', async () => {
  const { cluster, journal } = fakeCluster();
  const set = await startWeb(
    { cluster, image, title, signal: untilTheEnd() },
    { ...web, desiredCount: 1 },
    loadBalancer,
  );
  journal.length = 0;
  const from = performance.now();
  await set.retire();
  expect(performance.now() - from).toBeGreaterThan(140);
  expect(journal).toEqual(['deregister Blue web-1', 'complete Blue web-1', 'stop web-1']);
  expect(set.takenCount).toBe(0);
});

test('a set that is stopped at once drains nobody, and replaces none of those that it stops', async () => {
  const { cluster, journal, tasks } = fakeCluster();
  const set = await startWeb({ cluster, image, title, signal: untilTheEnd() }, web, loadBalancer);
  journal.length = 0;
  const started = tasks.size;
  await set.stop();
  await set.until(() => set.takenCount === 0, untilTheEnd());
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(journal).toEqual([...tasks.keys()].map((id) => `stop ${id}`));
  expect(tasks.size).toBe(started);
});

test('a set that is retired while its tasks start leaves none', async () => {
  const { cluster, tasks } = fakeCluster();
  const { start } = cluster.tasks;
  const slow: typeof start = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return start(request);
  };
  const set = new TaskSet({ ...cluster, tasks: { start: slow } }, { service: worker, image }, untilTheEnd());
  set.scaleTo(2);
  await set.until(() => set.takenCount === 2, untilTheEnd());
  await set.retire();
  expect([...tasks.values()].map((task) => task.exit?.code)).toEqual([0, 0]);
});

test('what is not a task’s fault is no reason to start others', async () => {
  const { cluster } = fakeCluster();
  const start = () => Promise.reject(new Error('no image'));
  const set = new TaskSet({ ...cluster, tasks: { start } }, { service: worker, image }, untilTheEnd());
  set.scaleTo(2);
  await expect(set.untilSteady(untilEveryTaskFailedTwice(), untilTheEnd())).rejects.toThrow('no image');
});

test('Ctrl-C ends the waiting at once', async () => {
  const { cluster } = fakeCluster(() => 'starts for ever');
  const interrupted = new AbortController();
  const starting = startWorker({ cluster, image, title, signal: interrupted.signal }, worker);
  setTimeout(() => interrupted.abort(new Error('Ctrl-C')), 50);
  await expect(starting).rejects.toThrow('Ctrl-C');
});
