import { ECSClient } from '@aws-sdk/client-ecs';
import { type ReleaseSession, verbs } from '../../../operator/release/verbs';
import { type FakeDeployment, FakeEcs } from './fake-ecs';

const minutesAgo = (minutes: number) => Math.floor(Date.now() / 1000) - minutes * 60;
const revisionArn = (id: number) => `arn:aws:ecs:ap-south-1:123456789012:service-revision/cluster/web/${id}`;
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const repository = '123456789012.dkr.ecr.ap-south-1.amazonaws.com/mr-mentor-backend';

let ecs: FakeEcs;
let client: ECSClient;
const said: string[] = [];
const text = () => said.join('\n');

beforeAll(async () => {
  ecs = await FakeEcs.start();
  client = new ECSClient({
    ...{ region: 'ap-south-1', endpoint: ecs.url },
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
  });
});
afterAll(() => {
  client.destroy();
  ecs.stop();
});
beforeEach(() => {
  ecs.reset();
  said.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...line) => void said.push(line.join(' ')));
});
afterEach(() => jest.restoreAllMocks());

const run = (verb: string, options: Partial<ReleaseSession['options']> = {}) =>
  verbs[verb]?.({
    environment: 'production',
    ecs: client,
    services: {
      cluster: 'cluster',
      services: [
        { role: 'web', service: 'web' },
        { role: 'worker', service: 'worker' },
      ],
    },
    options: { count: 10, every: 0, dryRun: false, yes: true, json: false, ...options },
  });

function deployed(id: number, more: Partial<FakeDeployment> = {}): FakeDeployment {
  const { serviceArn = 'web' } = more;
  const deployment: FakeDeployment = {
    serviceDeploymentArn: `arn:aws:ecs:ap-south-1:123456789012:service-deployment/cluster/${serviceArn}/${id}`,
    ...{ serviceArn, createdAt: minutesAgo(100 - id), finishedAt: minutesAgo(99 - id), status: 'SUCCESSFUL' },
    targetServiceRevision: {
      ...{ arn: revisionArn(id), requestedTaskCount: 3, runningTaskCount: 3, pendingTaskCount: 0 },
      ...{ requestedProductionTrafficWeight: 100, requestedTestTrafficWeight: 100 },
    },
    ...more,
  };
  ecs.deployments.push(deployment);
  ecs.images[revisionArn(id)] ??= { image: `${repository}:main-${id}`, imageDigest: digest('abcdef'[id % 6] ?? '') };
  return deployment;
}

/** In its bake: blue is there still. */
const baking = (id: number) =>
  deployed(id, {
    ...{ status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME', createdAt: minutesAgo(12), finishedAt: undefined },
    deploymentConfiguration: { bakeTimeInMinutes: 30 },
    sourceServiceRevisions: [
      {
        ...{ arn: revisionArn(id - 1), requestedTaskCount: 3, runningTaskCount: 3 },
        ...{ requestedProductionTrafficWeight: 0, requestedTestTrafficWeight: 0 },
      },
    ],
  });

it('shows what is live, and where a release is', async () => {
  deployed(1);
  baking(2);
  deployed(7, {
    serviceArn: 'worker',
    targetServiceRevision: { arn: revisionArn(7), requestedTaskCount: 2, runningTaskCount: 2 },
  });
  expect(await run('status')).toBe(0);
  expect(text().split('\n').slice(1)).toEqual([
    expect.stringMatching(/^service +status +stage +since +revision +image +tasks +traffic$/),
    expect.stringMatching(/^web +IN_PROGRESS +BAKE_TIME of 30 min +12 min +new +main-2 sha256:c{12} +3 of 3 +100 %$/),
    expect.stringMatching(/^ +before +main-1 sha256:b{12} +3 of 3 +0 %$/),
    expect.stringMatching(/^worker +SUCCESSFUL +– +1 min +new +main-7 sha256:b{12} +2 of 2 +–$/),
  ]);
});

it('says so where nothing was ever deployed', async () => {
  for (const verb of ['status', 'history']) expect(await run(verb)).toBe(0);
  expect(said).toEqual(Array(2).fill('production: ECS knows of no deployment in the last 90 days.'));
});

it('is there for machines', async () => {
  baking(2);
  expect(await run('status', { json: true })).toBe(0);
  expect(JSON.parse(text())).toMatchObject({
    ...{ version: 1, environment: 'production' },
    deployments: [
      { role: 'web', status: 'IN_PROGRESS', stage: 'BAKE_TIME', bakeTime: 30, target: { image: 'main-2' } },
    ],
  });
});

it('takes a deployment back that bakes, by the very call that a dry run prints', async () => {
  deployed(1);
  const release = baking(2);
  expect(await run('rollback', { dryRun: true })).toBe(0);
  const printed = said.at(-1);
  expect(printed).toBe(
    `ecs:StopServiceDeployment {"serviceDeploymentArn":"${release.serviceDeploymentArn}","stopType":"ROLLBACK"}`,
  );
  expect(release.status).toBe('IN_PROGRESS');

  expect(await run('rollback')).toBe(0);
  expect(release.status).toBe('ROLLBACK_REQUESTED');
  const { action, input } = ecs.calls.at(-1) ?? {};
  expect(`ecs:${action} ${JSON.stringify(input)}`).toBe(printed);

  expect(await run('rollback')).toBe(0);
  expect(said.at(-1)).toContain('is being taken back already: ROLLBACK_REQUESTED');
  expect(ecs.calls.filter((call) => call.action === 'StopServiceDeployment')).toHaveLength(1);
});

it('names the release that brings back what ran before, once there is nothing to take back', async () => {
  deployed(1);
  // The same image again, such as for a changed secret.
  ecs.images[revisionArn(2)] = { image: `${repository}:main-3`, imageDigest: digest('d') };
  deployed(2);
  deployed(3);
  deployed(4, {
    status: 'ROLLBACK_SUCCESSFUL',
    rollback: { reason: 'Service deployment rolled back because of an alarm.' },
  });
  expect(await run('rollback')).toBe(1);
  expect(text()).toContain('No deployment of web is under way in production.');
  expect(text()).toContain(
    `main-1, if the migrations since then allow it (they may only add): npx cdk deploy 'production/**' -c imageTag=${digest('b')}`,
  );
  expect(ecs.calls.map(({ action }) => action)).not.toContain('StopServiceDeployment');
});

it('knows of nothing to bring back where nothing else ran', async () => {
  deployed(1);
  expect(await run('rollback')).toBe(1);
  expect(text()).toContain('ECS knows of no other image that ran here in the last 90 days.');
});

it('lists what was deployed, the newest first, and why it was taken back', async () => {
  deployed(1);
  deployed(2, { status: 'ROLLBACK_SUCCESSFUL', rollback: { reason: 'The smoke test failed.' } });
  deployed(3, { serviceArn: 'worker' });
  expect(await run('history')).toBe(0);
  const [head, ...rows] = text().split('\n');
  expect(head).toMatch(/^begun \(UTC\) +service +status +took +image +reason$/);
  expect(rows.map((row) => row.replace(/ {2,}/g, ' | ').slice(19))).toEqual([
    `worker | SUCCESSFUL | 1 min | main-3 sha256:${'d'.repeat(12)}`,
    `web | ROLLBACK_SUCCESSFUL | 1 min | main-2 sha256:${'c'.repeat(12)} | The smoke test failed.`,
    `web | SUCCESSFUL | 1 min | main-1 sha256:${'b'.repeat(12)}`,
  ]);
});

it('watches a release to its end, a line for each change', async () => {
  const release = deployed(2, { status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP', finishedAt: undefined });
  const steps = [
    () => {},
    () => Object.assign(release, { lifecycleStage: 'BAKE_TIME' }),
    () => Object.assign(release, { status: 'ROLLBACK_IN_PROGRESS', rollback: { reason: 'An alarm.' } }),
    () => Object.assign(release, { status: 'ROLLBACK_SUCCESSFUL' }),
  ];
  ecs.after = (action) => {
    if (action === 'DescribeServiceRevisions') steps.shift()?.();
  };
  expect(await run('watch')).toBe(1);
  expect(said.map((line) => line.slice(10))).toEqual([
    'web: IN_PROGRESS, SCALE_UP, 3 of 3 tasks, 100 % of production traffic',
    'web: IN_PROGRESS, BAKE_TIME, 3 of 3 tasks, 100 % of production traffic',
    'web: ROLLBACK_IN_PROGRESS, BAKE_TIME, 3 of 3 tasks, 100 % of production traffic, An alarm.',
    'web: ROLLBACK_SUCCESSFUL, BAKE_TIME, 3 of 3 tasks, 100 % of production traffic, An alarm.',
  ]);
});
