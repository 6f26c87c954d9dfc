import type { AlarmDescription, BlueGreenRelease, LifecycleHook } from '../../../rehearsal/assembly/deployment';
import type { TaskRequest } from '../../../rehearsal/release/cluster';
import type { BlueGreenRequest, DeploymentAlarms } from '../../../rehearsal/release/deployment-request';
import type { HookQuestion, HookVerdict } from '../../../rehearsal/release/lifecycle-hook';
import { deployBlueGreen } from '../../../rehearsal/release/service-deployment';
import type { StageEvent } from '../../../rehearsal/release/stage-log';
import { startWeb } from '../../../rehearsal/release/start-service';
import { blueGreen, type Fate, fakeCluster, image, loadBalancer, web } from './fake-cluster';

const alarm: AlarmDescription = {
  name: 'green-errors',
  description: 'Takes a release back: green has errors.',
  metrics: [],
  comparison: 'GreaterThanThreshold',
  threshold: 5,
  period: 6,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  treatMissingData: 'notBreaching',
};
const smokeTest: LifecycleHook = {
  logicalId: 'SmokeTest',
  stages: ['POST_TEST_TRAFFIC_SHIFT'],
  codeDirectory: '/nowhere',
  handler: 'index.handler',
  environment: {},
  timeout: 1,
};

const ending: AbortController[] = [];
// Not after each: they run side by side, since they mostly wait.
afterAll(() => {
  for (const controller of ending.splice(0)) controller.abort(new Error('the test is over'));
});

interface Setting {
  readonly release?: Partial<BlueGreenRelease>;
  readonly request?: Partial<BlueGreenRequest>;
  readonly green?: Fate;
  readonly verdict?: (question: HookQuestion) => HookVerdict;
  readonly ringing?: readonly AlarmDescription[];
}

/** Blue serves; green is about to be deployed. */
async function beforeDeployment({ release, request, green = 'healthy', verdict, ringing = [] }: Setting = {}) {
  const controller = new AbortController();
  ending.push(controller);
  const service = { ...web, blueGreen: { ...blueGreen, hooks: [smokeTest], alarms: [alarm], ...release } };
  const fateOf = ({ deployment }: TaskRequest): Fate => (deployment === 'release' ? green : 'healthy');
  const { cluster, journal, tasks } = fakeCluster(fateOf);
  const { signal } = controller;
  const production = await startWeb({ cluster, image, title: 'first', signal }, service, loadBalancer);
  journal.length = 0;

  const asked: HookQuestion[] = [];
  const events: StageEvent[] = [];
  let ring: (alarm: AlarmDescription) => void = () => {};
  const alarms: DeploymentAlarms = {
    inAlarm: () => ringing,
    onAlarm: (listener) => {
      ring = listener;
      return () => {
        ring = () => {};
      };
    },
  };
  const deploy = (onBake: () => void = () => {}) =>
    deployBlueGreen({
      cluster,
      service,
      loadBalancer,
      production,
      image,
      title: 'release',
      alarms,
      signal,
      askHook: async (_hook, question) => {
        journal.push(`hook ${question.stage}`);
        asked.push(question);
        return verdict?.(question) ?? { hookStatus: 'SUCCEEDED' };
      },
      onStage: (event) => {
        events.push(event);
        if (event.stage === 'BAKE_TIME' && !event.ended) setTimeout(onBake, 20);
      },
      ...request,
    });
  return { deploy, journal, tasks, production, asked, events, controller, ring: () => ring(alarm) };
}

const names = (stages: readonly { stage: string }[]) => stages.map(({ stage }) => stage);
const forward = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
];
const toGreen = ['TestRule Blue=0 Green=100', 'hook POST_TEST_TRAFFIC_SHIFT', 'ProductionRule Blue=0 Green=100'];
const backToBlue = ['ProductionRule Blue=100 Green=0', 'TestRule Blue=100 Green=0'];
const retired = (group: string, ...ids: string[]) =>
  ['deregister', 'complete', 'stop'].flatMap((verb) =>
    ids.map((id) => (verb === 'stop' ? `stop ${id}` : `${verb} ${group} ${id}`)),
  );
/** Two tasks are drained side by side, so only what happens to each of them has an order. */
const sorted = (entries: readonly string[]) => [...entries].sort();

test.concurrent('green starts, is tested, takes the traffic, bakes; then blue is drained and stopped', async () => {
  const { deploy, journal, production, events } = await beforeDeployment();
  const result = await deploy().done;
  expect(result).toMatchObject({ from: 'blue', to: 'green', status: 'SUCCESSFUL' });
  expect(result.reason).toBeUndefined();
  expect(names(result.stages)).toEqual([...forward, 'CLEAN_UP']);
  expect(journal.slice(0, 4)).toEqual(['start web-3', 'start web-4', 'register Green web-3', 'register Green web-4']);
  expect(journal.slice(4, 7)).toEqual(toGreen);
  expect(sorted(journal.slice(7))).toEqual(sorted(retired('Blue', 'web-1', 'web-2')));
  expect(result.production.tasks.map(({ id }) => id)).toEqual(['web-3', 'web-4']);
  expect(production.takenCount).toBe(0);
  for (const [index, { from, to }] of result.stages.entries()) {
    expect(to).toBeGreaterThanOrEqual(from);
    expect(from).toBeGreaterThanOrEqual(result.stages[index - 1]?.to ?? 0);
  }
  expect(events.map(({ stage, ended }) => [stage, ended]).slice(0, 3)).toEqual([
    ['PRE_SCALE_UP', false],
    ['PRE_SCALE_UP', true],
    ['SCALE_UP', false],
  ]);
});

test.concurrent('the next deployment goes from green to blue', async () => {
  const { deploy, journal } = await beforeDeployment();
  const { production } = await deploy().done;
  const second = await beforeDeployment({ request: { production } });
  journal.length = 0;
  const result = await second.deploy().done;
  expect(result).toMatchObject({ from: 'green', to: 'blue', status: 'SUCCESSFUL' });
  expect(second.journal).toContain('ProductionRule Blue=100 Green=0');
  expect(sorted(journal)).toEqual(sorted(retired('Green', 'web-3', 'web-4')));
});

test.concurrent('a failed hook takes the test traffic back, and users have never met green', async () => {
  const { deploy, journal, production } = await beforeDeployment({
    verdict: () => ({ hookStatus: 'FAILED', reason: 'redis: status is 503' }),
  });
  const result = await deploy().done;
  expect(result).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', production });
  expect(result.reason).toBe('SmokeTest failed at POST_TEST_TRAFFIC_SHIFT: redis: status is 503');
  expect(names(result.stages)).toEqual([...forward.slice(0, 5), 'ROLLBACK', 'CLEAN_UP']);
  expect(journal.filter((entry) => entry.includes('Rule'))).toEqual([toGreen[0], backToBlue[1]]);
  expect(sorted(journal.slice(-6))).toEqual(sorted(retired('Green', 'web-3', 'web-4')));
  expect(production.healthyCount).toBe(2);
});

test.concurrent.each([
  ['an alarm', /^Takes a release back: green has errors\.$/],
  ['an operator', /^An operator stopped the deployment/],
])('%s in the bake gives users back to blue first', async (who, reason) => {
  const { deploy, journal, production, ring } = await beforeDeployment({ request: { bakeTime: 60 } });
  const deployment = deploy(() => (who === 'an alarm' ? ring() : deployment.stopServiceDeployment()));
  const result = await deployment.done;
  expect(result).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', production });
  expect(result.reason).toMatch(reason);
  expect(names(result.stages)).toEqual([...forward, 'ROLLBACK', 'CLEAN_UP']);
  expect(journal.slice(7, 9)).toEqual(backToBlue);
  const [{ from = 0, to = 0 } = {}] = result.stages.filter(({ stage }) => stage === 'ROLLBACK');
  // Timers may be early by less than a millisecond.
  expect(to - from).toBeGreaterThan(blueGreen.settleTime * 1000 - 1);
  expect(sorted(journal.slice(9))).toEqual(sorted(retired('Green', 'web-3', 'web-4')));
});

test.concurrent.each<[Fate, RegExp]>([
  ['exits', /was replaced because it ended by itself \(exit code 1\)/],
  ['unhealthy target', /its target is unhealthy \(GET \/api\/ready has to answer 200\)/],
  ['unhealthy container', /its container is UNHEALTHY \(CMD check\)/],
])('green of which every task twice %s is taken back with its last lines', async (green, reason) => {
  const { deploy, journal, tasks } = await beforeDeployment({ green });
  const result = await deploy().done;
  expect(result.status).toBe('ROLLBACK_SUCCESSFUL');
  expect(result.reason).toMatch(reason);
  expect(result.reason).toMatch(/last words of web-\d$/);
  expect(names(result.stages)).toEqual(['PRE_SCALE_UP', 'SCALE_UP', 'ROLLBACK', 'CLEAN_UP']);
  expect(journal.filter((entry) => entry.includes('Rule'))).toEqual([]);
  const running = [...tasks.values()].filter(({ exit }) => exit === undefined);
  expect(running.map(({ id }) => id)).toEqual(['web-1', 'web-2']);
});

test.concurrent('an operator need not wait for green that starts for ever', async () => {
  const { deploy, tasks } = await beforeDeployment({ green: 'starts for ever' });
  const deployment = deploy();
  setTimeout(() => deployment.stopServiceDeployment(), 100);
  expect(await deployment.done).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
  expect(tasks.get('web-3')?.exit).toBeDefined();
});

test.concurrent('in CLEAN_UP an operator comes too late', async () => {
  const { deploy, events } = await beforeDeployment();
  const deployment = deploy();
  const stop = setInterval(() => {
    if (events.at(-1)?.stage === 'CLEAN_UP') deployment.stopServiceDeployment();
  }, 10);
  expect(await deployment.done).toMatchObject({ status: 'SUCCESSFUL' });
  clearInterval(stop);
});

test.concurrent('alarms that ring from the beginning are not watched, and the result says so', async () => {
  const { deploy, ring } = await beforeDeployment({ ringing: [alarm] });
  const result = await deploy(ring).done;
  expect(result.status).toBe('SUCCESSFUL');
  expect(result.reason).toMatch(/did not watch the alarms, because .* in ALARM: green-errors\.$/);
});

test.concurrent('an alarm that does not roll back is not watched', async () => {
  const { deploy, ring } = await beforeDeployment({ release: { rollbackOnAlarm: false } });
  expect(await deploy(ring).done).toMatchObject({ status: 'SUCCESSFUL' });
});

test.concurrent('without a test rule only the production rule is written', async () => {
  const { deploy, journal } = await beforeDeployment({ release: { testRule: undefined, hooks: [] } });
  expect(await deploy().done).toMatchObject({ status: 'SUCCESSFUL' });
  expect(journal.filter((entry) => entry.includes('Rule'))).toEqual(['ProductionRule Blue=0 Green=100']);
});

test.concurrent('a rollback asks the hooks of the traffic shifts again, with the weights turned round', async () => {
  const shift: LifecycleHook = { ...smokeTest, stages: ['PRODUCTION_TRAFFIC_SHIFT'] };
  const { deploy, asked, journal } = await beforeDeployment({
    release: { hooks: [shift], bakeTime: 60 },
    verdict: ({ weights }) => ({ hookStatus: weights.target === 100 ? 'SUCCEEDED' : 'FAILED', reason: 'no' }),
  });
  const deployment = deploy(() => deployment.stopServiceDeployment());
  const result = await deployment.done;
  expect(asked).toEqual([
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', weights: { target: 100, source: 0 } },
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', weights: { target: 0, source: 100 } },
  ]);
  expect(result.status).toBe('ROLLBACK_FAILED');
  expect(result.reason).toMatch(/An operator .* SmokeTest failed at PRODUCTION_TRAFFIC_SHIFT: no$/);
  expect(journal).toEqual(expect.arrayContaining(backToBlue));
});

test.concurrent('Ctrl-C ends it at once and takes nothing back', async () => {
  const { deploy, journal, controller } = await beforeDeployment({ request: { bakeTime: 60 } });
  const done = deploy(() => controller.abort(new Error('Ctrl-C'))).done;
  await expect(done).rejects.toThrow('Ctrl-C');
  expect(journal.at(-1)).toBe('ProductionRule Blue=0 Green=100');
});
