import { ReleaseSite, revisionArn } from './release-site';

let site: ReleaseSite;
const said: string[] = [];
const text = () => said.join('\n');

beforeAll(async () => {
  site = await ReleaseSite.start('production');
});
afterAll(() => site.stop());
beforeEach(() => {
  site.reset();
  said.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...line) => void said.push(line.join(' ')));
});
afterEach(() => jest.restoreAllMocks());

it('shows what is live, and where a release is', async () => {
  site.deployed(1);
  site.baking(2);
  site.deployed(7, {
    serviceArn: 'worker',
    targetServiceRevision: { arn: revisionArn(7), requestedTaskCount: 2, runningTaskCount: 2 },
  });
  expect(await site.run('status')).toBe(0);
  expect(text().split('\n').slice(1)).toEqual([
    expect.stringMatching(/^service +status +stage +since +revision +image +tasks +traffic$/),
    expect.stringMatching(/^web +IN_PROGRESS +BAKE_TIME of 30 min +12 min +new +main-2 sha256:c{12} +3 of 3 +100 %$/),
    expect.stringMatching(/^ +before +main-1 sha256:b{12} +3 of 3 +0 %$/),
    expect.stringMatching(/^worker +SUCCESSFUL +– +1 min +new +main-7 sha256:b{12} +2 of 2 +–$/),
  ]);
});

it('says so where nothing was ever deployed', async () => {
  for (const verb of ['status', 'history']) expect(await site.run(verb)).toBe(0);
  expect(said).toEqual(Array(2).fill('production: ECS knows of no deployment in the last 90 days.'));
});

it('is there for machines', async () => {
  site.baking(2);
  expect(await site.run('status', { json: true })).toBe(0);
  expect(JSON.parse(text())).toMatchObject({
    ...{ version: 1, environment: 'production' },
    deployments: [
      { role: 'web', status: 'IN_PROGRESS', stage: 'BAKE_TIME', bakeTime: 30, target: { image: 'main-2' } },
    ],
  });
});

it('takes a deployment back that bakes, by the very call that a dry run prints', async () => {
  site.deployed(1);
  const release = site.baking(2);
  expect(await site.run('rollback', { dryRun: true })).toBe(0);
  const printed = said.at(-1);
  expect(printed).toBe(
    `ecs:StopServiceDeployment {"serviceDeploymentArn":"${release.serviceDeploymentArn}","stopType":"ROLLBACK"}`,
  );
  expect(release.status).toBe('IN_PROGRESS');

  expect(await site.run('rollback')).toBe(0);
  expect(release.status).toBe('ROLLBACK_REQUESTED');
  const { action, input } = site.ecs.calls.at(-1) ?? {};
  expect(`ecs:${action} ${JSON.stringify(input)}`).toBe(printed);

  expect(await site.run('rollback')).toBe(0);
  expect(said.at(-1)).toContain('is being taken back already: ROLLBACK_REQUESTED');
  expect(site.ecs.calls.filter((call) => call.action === 'StopServiceDeployment')).toHaveLength(1);
});

it('goes no further where another has ended it meanwhile', async () => {
  site.deployed(1);
  const release = site.baking(2);
  site.ecs.after = (action) => {
    if (action === 'DescribeServiceRevisions') release.status = 'SUCCESSFUL';
  };
  expect(await site.run('rollback')).toBe(1);
  expect(said.at(-1)).toMatch(/^ECS cannot stop it any more: .*\. See: release status production$/);
});

it('takes no target while there is one to go back to', async () => {
  site.deployed(1);
  site.baking(2);
  await expect(site.run('rollback', { to: 'main-1' })).rejects.toThrow(
    '--to: a deployment of web is under way in production',
  );
});

it('does nothing where nobody agrees', async () => {
  site.deployed(1);
  const release = site.baking(2);
  await expect(site.run('rollback', { yes: false })).rejects.toThrow('There is no terminal to ask at');
  expect(release.status).toBe('IN_PROGRESS');
});

it('lists what was deployed, the newest first, and why it was taken back', async () => {
  site.deployed(1);
  site.deployed(2, { status: 'ROLLBACK_SUCCESSFUL', rollback: { reason: 'The smoke test failed.' } });
  site.deployed(3, { serviceArn: 'worker' });
  expect(await site.run('history')).toBe(0);
  const [head, ...rows] = text().split('\n');
  expect(head).toMatch(/^begun \(UTC\) +service +status +took +image +reason$/);
  expect(rows.map((row) => row.replace(/ {2,}/g, ' | ').slice(19))).toEqual([
    `worker | SUCCESSFUL | 1 min | main-3 sha256:${'d'.repeat(12)}`,
    `web | ROLLBACK_SUCCESSFUL | 1 min | main-2 sha256:${'c'.repeat(12)} | The smoke test failed.`,
    `web | SUCCESSFUL | 1 min | main-1 sha256:${'b'.repeat(12)}`,
  ]);
});

it('watches a release to its end, a line for each change', async () => {
  const release = site.deployed(2, { status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP', finishedAt: undefined });
  const steps = [
    () => {},
    () => Object.assign(release, { lifecycleStage: 'BAKE_TIME' }),
    () => Object.assign(release, { status: 'ROLLBACK_IN_PROGRESS', rollback: { reason: 'An alarm.' } }),
    () => Object.assign(release, { status: 'ROLLBACK_SUCCESSFUL' }),
  ];
  site.ecs.after = (action) => {
    if (action === 'DescribeServiceRevisions') steps.shift()?.();
  };
  expect(await site.run('watch')).toBe(1);
  expect(said.map((line) => line.slice(10))).toEqual([
    'web: IN_PROGRESS, SCALE_UP, 3 of 3 tasks, 100 % of production traffic',
    'web: IN_PROGRESS, BAKE_TIME, 3 of 3 tasks, 100 % of production traffic',
    'web: ROLLBACK_IN_PROGRESS, BAKE_TIME, 3 of 3 tasks, 100 % of production traffic, An alarm.',
    'web: ROLLBACK_SUCCESSFUL, BAKE_TIME, 3 of 3 tasks, 100 % of production traffic, An alarm.',
  ]);
});
