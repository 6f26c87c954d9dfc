import type { AlarmDescription, LifecycleHook, WebService } from '../../../rehearsal/assembly/deployment';
import type { Scenario } from '../../../rehearsal/record';
import type { TaskRequest } from '../../../rehearsal/release/cluster';
import { type Play, playScenario } from '../../../rehearsal/release/play';
import { allScenarios, plannedDeployments, usualScenarios } from '../../../rehearsal/release/scenarios';
import { startWeb, startWorker } from '../../../rehearsal/release/start-service';
import { blueGreen, type Fate, fakeCluster, image, loadBalancer, web, worker } from './fake-cluster';

const hook: LifecycleHook = {
  logicalId: 'SmokeTest',
  stages: ['POST_TEST_TRAFFIC_SHIFT'],
  codeDirectory: '/nowhere',
  handler: 'index.handler',
  environment: {},
  timeout: 1,
};
const alarm: AlarmDescription = {
  name: 'errors',
  description: 'Too many errors.',
  metrics: [],
  comparison: 'GreaterThanThreshold',
  threshold: 5,
  period: 0.2,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  treatMissingData: 'notBreaching',
};
const production = { ...web, blueGreen: { ...blueGreen, hooks: [hook], alarms: [alarm] } };
const staging = { ...web, blueGreen: { ...blueGreen, hooks: [hook] } };
const development = { ...web, blueGreen: undefined };

test('two releases are played unless something else is asked for, so that both colours are released to', () => {
  expect(usualScenarios.filter((scenario) => scenario === 'release')).toHaveLength(2);
  expect(allScenarios).toEqual(expect.arrayContaining([...usualScenarios, 'redis-failover', 'database-failover']));
});

test.each([
  ['production', production, ['never-healthy', 'failing-smoke-test', 'errors-under-load'], 1],
  ['staging', staging, ['never-healthy', 'failing-smoke-test'], 1],
  ['development', development, [], 0],
])('%s meets the faults that it can notice', (_name, service, faults, rollbacks) => {
  expect(plannedDeployments('broken-image', service).map(({ fault }) => fault)).toEqual(faults);
  expect(plannedDeployments('rollback', service)).toHaveLength(rollbacks);
  expect(plannedDeployments('release', service)).toHaveLength(1);
});

const ending: AbortController[] = [];
// Not after each: they run side by side, since they mostly wait.
afterAll(() => {
  for (const controller of ending.splice(0)) controller.abort();
});

/** A green of which the alarm notices the errors as long as it runs. */
async function play(service: WebService = production, noticed = true): Promise<Play> {
  const controller = new AbortController();
  ending.push(controller);
  const { signal } = controller;
  const fateOf = ({ fault }: TaskRequest): Fate => (fault === 'never-healthy' ? 'exits' : 'healthy');
  const { cluster } = fakeCluster(fateOf);
  const start = { cluster, image, title: 'first', signal };
  const running = {
    web: await startWeb(start, service, { ...loadBalancer, targetGroups: targetGroupsOf(service) }),
    worker: await startWorker(start, worker),
  };
  let fault: string | undefined;
  let listener: ((alarm: AlarmDescription) => void) | undefined;
  const { tasks } = cluster;
  return {
    deployment: { web: service, loadBalancer },
    cluster: {
      ...cluster,
      tasks: {
        start: (request) => {
          if (request.service.role === 'web') fault = request.fault;
          return tasks.start(request);
        },
      },
    },
    image,
    alarms: {
      inAlarm: () => [],
      onAlarm: (given) => {
        listener = given;
        return () => {};
      },
    },
    askHook: async () =>
      fault === 'failing-smoke-test' ? { hookStatus: 'FAILED', reason: 'health: 503' } : { hookStatus: 'SUCCEEDED' },
    bakeTime: 0.2,
    recovery: 0.01,
    failOver: { redis: () => new Promise((resolve) => setTimeout(resolve, 50)) },
    signal,
    onStage: ({ stage, ended }) => {
      if (noticed && fault === 'errors-under-load' && stage === 'BAKE_TIME' && !ended) listener?.(alarm);
    },
    onDeployed: () => {},
    running,
    deployments: [],
    outages: [],
  };
}
const targetGroupsOf = ({ blueGreen: release }: WebService) =>
  release === undefined ? loadBalancer.targetGroups.slice(0, 1) : loadBalancer.targetGroups;

const outcome = ({ deployments }: Play) =>
  deployments.map(({ title, from, to, status, expected }) => [title, `${from} to ${to}`, status === expected]);

test.concurrent('a release brings web, then the worker, and the next one goes the other way', async () => {
  const stage = await play();
  const before = stage.running.worker;
  await playScenario('release', stage);
  await playScenario('release', stage);
  expect(outcome(stage)).toEqual([
    ['1. release', 'blue to green', true],
    ['2. release', 'green to blue', true],
  ]);
  expect(stage.deployments[0]?.stages.map(({ stage: name }) => name).slice(-2)).toEqual(['CLEAN_UP', 'WORKER']);
  expect(stage.running.worker).not.toBe(before);
  expect(stage.running.web.tasks.map(({ id }) => id)).toEqual(['web-9', 'web-10']);
});

test.concurrent('an operator takes a release back, and every broken image is taken back by what looks for it', async () => {
  const stage = await play();
  const { web: blue, worker: old } = stage.running;
  await playScenario('rollback', stage);
  await playScenario('broken-image', stage);
  expect(outcome(stage)).toEqual([
    ['1. release that an operator takes back', 'blue to green', true],
    ['2. image that never gets healthy', 'blue to green', true],
    ['3. image that fails the smoke test', 'blue to green', true],
    ['4. image that fails under load', 'blue to green', true],
  ]);
  expect(stage.deployments.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^An operator stopped/),
    expect.stringMatching(/ended by itself/),
    'SmokeTest failed at POST_TEST_TRAFFIC_SHIFT: health: 503',
    'Too many errors.',
  ]);
  expect(stage.running).toEqual({ web: blue, worker: old });
});

test.concurrent('a broken image that nothing notices is a deployment that went otherwise than expected', async () => {
  const stage = await play(production, false);
  const old = stage.running.worker;
  await playScenario('broken-image', stage);
  const last = stage.deployments.at(-1);
  expect(last).toMatchObject({ expected: 'ROLLBACK_SUCCESSFUL', status: 'SUCCESSFUL' });
  expect(last?.reason).toBe('No alarm took it back within 0.8 s of the bake.');
  expect(stage.running.worker).toBe(old);
});

test.concurrent('without blue/green a release is rolled out', async () => {
  const stage = await play(development);
  await playScenario('release', stage);
  expect(outcome(stage)).toEqual([['1. release', 'blue to blue', true]]);
  expect(stage.deployments[0]?.stages.map(({ stage: name }) => name)).toEqual(['SCALE_UP', 'WORKER']);
});

test.concurrent('an outage is recorded from its beginning to the store’s return', async () => {
  const stage = await play();
  await playScenario('redis-failover', stage);
  const [outage] = stage.outages;
  expect(outage?.store).toBe('redis');
  expect((outage?.to ?? 0) - (outage?.from ?? 0)).toBeGreaterThan(40);
  const database: Scenario = 'database-failover';
  await expect(playScenario(database, stage)).rejects.toThrow(/Nobody can take the database away here/);
});
