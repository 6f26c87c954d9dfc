import { PassThrough } from 'node:stream';
import { explainingErrors } from '../../../operator/aws-error';
import { terminal } from '../../../operator/consent';
import { prune } from '../../../operator/images/prune';
import type { ImageOptions } from '../../../operator/images/session';
import { motoTests } from '../../moto';
import type { Mishap } from '../aws-front';
import { account, ImageSite, repositoryUri } from './image-site';

const moto = motoTests('The removal of images was not tried.');
let site: ImageSite;
const said: string[] = [];
const text = () => said.join('\n');

beforeAll(async () => {
  if (moto.found) site = await ImageSite.start();
});
afterAll(() => site?.stop());
beforeEach(async () => {
  said.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...line) => void said.push(line.join(' ')));
  if (moto.found) await site.reset();
});
afterEach(() => jest.restoreAllMocks());

/** As the command does it. */
const run = (options: Partial<ImageOptions> = {}) => explainingErrors(() => prune(site.session(options)));
const deletions = () => site.front.actions.filter((action) => action === 'BatchDeleteImage').length;
/** The newest one, which stays in any case, so that the others have to be needed. */
const newest = () => site.push({ tag: 'newest' });

/** A registry of old images, by what they are there for. */
async function platform() {
  const push = (tag: string) => site.push({ tag }, 200);
  const images = {
    ...{ running: await push('running'), before: await push('before'), taken: await push('taken') },
    ...{ green: await push('green'), job: await push('job'), worker: await push('worker'), old: await push('old') },
    ...{ named: await push('named'), blue: await push('blue') },
  };
  await site.deploy('staging', `${repositoryUri}:named`);
  await site.deploy('production', `${repositoryUri}@${images.running}`);
  await site.schedule('staging', `${repositoryUri}:job`);
  site.deployments.push(
    { environment: 'staging', digest: images.before },
    { environment: 'staging', digest: images.taken, status: 'ROLLBACK_SUCCESSFUL' },
    { environment: 'staging', role: 'worker', digest: images.worker },
    { environment: 'staging', image: `${repositoryUri}:green`, status: 'IN_PROGRESS', source: images.blue },
  );
  return { ...images, newest: await newest() };
}

moto.it(`removes what nothing needs, by the very call that a dry run prints${moto.why}`, async () => {
  const { old, ...needed } = await platform();
  expect(await run({ dryRun: true })).toBe(0);
  const printed = said.at(-1);
  expect(printed).toBe(
    `ecr:BatchDeleteImage {"registryId":"${account}","repositoryName":"mr-mentor-backend","imageIds":[{"imageDigest":"${old}"}]}`,
  );
  expect(text()).toContain('  2: staging web is being deployed with it\n');
  for (const reason of [
    'staging web runs it',
    'staging web ran it, and may go back to it',
    'staging web was deployed with it',
    'staging worker ran it, and may go back to it',
    'staging Backup1 starts it by the clock',
    'production web runs it',
    'one of the newest 1',
  ])
    expect(text()).toContain(`  1: ${reason}\n`);
  expect(deletions()).toBe(0);

  expect(await run()).toBe(0);
  expect(said.at(-1)).toBe('1 removed from mr-mentor-backend of account 123456789012 in ap-south-1.');
  expect((await site.stored()).sort()).toEqual(Object.values(needed).sort());
  expect(await run()).toBe(0);
  expect(text()).toContain('Nothing is to be removed.');
  expect(deletions()).toBe(1);
});

moto.it(`keeps what a task runs that somebody has started by hand${moto.why}`, async () => {
  const [byHand, byTag, old] = [
    await site.push({ tag: 'a' }, 99),
    await site.push({ tag: 'b' }, 99),
    await site.push({ tag: 'c' }, 99),
  ];
  await newest();
  await site.deploy('demo', 'public.ecr.aws/other:1');
  site.front.answers.set('ListTasks', () => ({ taskArns: ['task'] }));
  site.front.answers.set('DescribeTasks', () => ({
    tasks: [{ containers: [{ image: 'x', imageDigest: byHand }, { image: `${repositoryUri}:b` }] }],
  }));
  expect(await run()).toBe(0);
  const stored = await site.stored();
  expect(stored).toEqual(expect.arrayContaining([byHand, byTag]));
  expect(stored).not.toContain(old);
});

moto.it(`looks at the whole history of ECS, over all its pages${moto.why}`, async () => {
  const [first, old] = [await site.push({ tag: 'first' }, 89), await site.push({ tag: 'old' }, 95)];
  await newest();
  await site.deploy('staging', 'public.ecr.aws/other:1');
  site.deployments.push({ environment: 'staging', digest: first });
  for (let index = 0; index < 230; index += 1)
    site.deployments.push({ environment: 'staging', digest: `sha256:${'0'.repeat(64)}` });
  expect(await run({ olderThan: 30 })).toBe(0);
  expect(site.front.actions.filter((action) => action === 'ListServiceDeployments').length).toBe(2 * (3 + 1));
  expect(await site.stored()).toContain(first);
  expect(await site.stored()).not.toContain(old);
});

moto.it(`takes an environment that was never deployed for one that needs nothing${moto.why}`, async () => {
  await site.push({ tag: 'old' }, 100);
  const kept = await newest();
  expect(await run()).toBe(0);
  expect(await site.stored()).toEqual([kept]);
});

moto.it(`removes an index before its images, a hundred at once${moto.why}`, async () => {
  const count = 60;
  for (let index = 0; index < count; index += 1) await site.push({ tag: `main-${index}`, inIndex: true }, 100);
  // An image of its own is as old as its index.
  for (const digest of await site.stored()) site.ages.set(digest, 100);
  const running = await site.push({ tag: 'running', inIndex: true }, 100);
  for (const digest of await site.stored()) site.ages.set(digest, 100);
  await newest();
  // ECS has pulled the index.
  await site.deploy('production', `${repositoryUri}@${running}`);
  expect(await run({ dryRun: true, keep: 1 })).toBe(0);
  expect(text()).toContain(`${2 * count} would be removed`);
  expect(text()).toContain('3 stay');
  expect(await run()).toBe(0);
  expect(deletions()).toBe(2);
  expect(await site.stored()).toHaveLength(3);
});

describe('nothing is removed', () => {
  /** Without a name: that of EventBridge Scheduler, whose protocol has it in the path. */
  const readings = [
    ...['ListStacks', 'ListStackResources', 'ListTasks', 'DescribeServices', 'DescribeTaskDefinition'],
    ...['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions', ''],
    ...['DescribeImages', 'BatchGetImage'],
  ];
  const mishaps: readonly Mishap[] = ['AccessDeniedException', 'ExpiredTokenException', 'ThrottlingException', 'cut'];

  moto.it.each(mishaps)(
    `where any of its questions meets with %s, and the next run removes it${moto.why}`,
    async (mishap) => {
      await platform();
      await site.push({ tag: 'index', inIndex: true });
      const before = (await site.stored()).sort();
      for (const action of readings) {
        said.length = 0;
        site.front.fail(action, mishap);
        expect([action, await run()]).toEqual([action, 1]);
        expect(text()).not.toContain('removed from');
        expect(site.front.actions.at(-1)).toBe(action);
        site.forgive();
      }
      expect((await site.stored()).sort()).toEqual(before);
      expect(await run()).toBe(0);
      expect(await site.stored()).toHaveLength(before.length - 1);
    },
  );

  moto.it(`where an environment cannot be asked, which is named with the reason${moto.why}`, async () => {
    await platform();
    site.front.fail('DescribeServices', 'AccessDeniedException');
    expect(await run()).toBe(1);
    expect(text()).toContain('It is not known which images staging needs, so nothing was done.\n');
    expect(text()).toContain('These credentials may not do that.');
  });

  moto.it(`where a schedule of the stack is not found${moto.why}`, async () => {
    await platform();
    const passed = site.front.rewrites.get('ListStackResources');
    site.front.rewrites.set('ListStackResources', (answer) =>
      (passed?.(answer) ?? '').replace('staging-backup', 'gone'),
    );
    expect(await run()).toBe(1);
    expect(text()).toContain('It is not known which images staging needs');
    expect(deletions()).toBe(0);
  });

  moto.it(`where ECR keeps the manifest of an index to itself${moto.why}`, async () => {
    await site.push({ tag: 'old', inIndex: true }, 100);
    site.front.answers.set('BatchGetImage', () => ({ images: [], failures: [] }));
    expect(await run()).toBe(1);
    expect(text()).toMatch(/ECR gives no manifest of the index sha256:[0-9a-f]{64} in mr-mentor-backend\./);
    expect(deletions()).toBe(0);
  });

  moto.it(`while CloudFormation is at work in an environment${moto.why}`, async () => {
    await platform();
    site.front.rewrites.set('ListStacks', (answer) =>
      answer.replace(
        /<StackSummaries\s*\/>|<StackSummaries>\s*<\/StackSummaries>/,
        '<StackSummaries><member><StackName>mr-mentor-demo-network</StackName><StackStatus>UPDATE_IN_PROGRESS</StackStatus></member></StackSummaries>',
      ),
    );
    expect(await run()).toBe(1);
    expect(text()).toContain('images demo needs, so nothing was done.\nmr-mentor-demo-network is UPDATE_IN_PROGRESS');
    expect(deletions()).toBe(0);
  });

  moto.it(`where nobody agrees, or nobody can be asked${moto.why}`, async () => {
    await platform();
    await expect(run({ yes: false })).rejects.toThrow('There is no terminal to ask at');
    expect(deletions()).toBe(0);
  });

  moto.it(`of what a deployment wants that has begun while somebody was asked${moto.why}`, async () => {
    const { old } = await platform();
    let looks = 0;
    site.front.before = (action) => {
      if (action !== 'DescribeImages') return;
      looks += 1;
      if (looks === 1) site.deployments.push({ environment: 'production', digest: old, status: 'IN_PROGRESS' });
    };
    expect(await run()).toBe(0);
    expect(deletions()).toBe(0);
    expect(await site.stored()).toContain(old);
  });
});

describe('a removal', () => {
  const mishaps: readonly Mishap[] = ['AccessDeniedException', 'ExpiredTokenException', 'ThrottlingException', 'cut'];

  moto.it(`that is refused is complete the second time, and one whose answer is lost as well${moto.why}`, async () => {
    const { old } = await platform();
    for (const mishap of mishaps) {
      site.front.fail('BatchDeleteImage', mishap);
      expect(await run()).toBe(1);
      expect(await site.stored()).toContain(old);
      site.forgive();
    }
    site.front.fail('BatchDeleteImage', 'unheard');
    expect(await run()).toBe(1);
    expect(text()).toContain('socket hang up');
    expect(await site.stored()).not.toContain(old);
    expect(await run()).toBe(0);
    expect(said.at(-1)).toContain('Nothing is to be removed.');
  });

  moto.it(`that ECR does in part is reported, and complete the second time${moto.why}`, async () => {
    const [one, other] = [await site.push({ tag: 'a' }, 100), await site.push({ tag: 'b' }, 100)];
    const kept = await newest();
    site.front.answers.set('BatchDeleteImage', () => ({
      imageIds: [],
      failures: [
        {
          imageId: { imageDigest: one },
          ...{ failureCode: 'ImageReferencedByManifestList', failureReason: 'It is in an index' },
        },
        { imageId: { imageDigest: other }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
      ],
    }));
    expect(await run()).toBe(1);
    expect(said.at(-1)).toBe(
      `ECR has not removed 1; repeat the command:\n  ${one}: It is in an index (ImageReferencedByManifestList)`,
    );
    site.front.answers.delete('BatchDeleteImage');
    expect(await run()).toBe(0);
    expect(await site.stored()).toEqual([kept]);
  });
});

moto.it.each([
  ['production', 'y', 1],
  ['production', 'production', 0],
  ['demo', 'y', 0],
] as const)(`of a registry that %s needs goes on at the word %s or not${moto.why}`, async (environment, word, code) => {
  const old = await site.push({ tag: 'old' }, 100);
  await newest();
  await site.deploy(environment, `${repositoryUri}:newest`);
  const [input, output] = [new PassThrough(), new PassThrough()];
  const { input: stdin, output: stderr } = terminal;
  Object.assign(terminal, { input: Object.assign(input, { isTTY: true }), output });
  try {
    input.write(`${word}\n`);
    expect(await run({ yes: false })).toBe(code);
  } finally {
    Object.assign(terminal, { input: stdin, output: stderr });
  }
  expect((await site.stored()).includes(old)).toBe(code === 1);
  if (code === 1) expect(said.at(-1)).toBe('Nothing was removed.');
});

moto.it(`tells machines what it would remove, and why the rest stays${moto.why}`, async () => {
  const { old, running } = await platform();
  expect(await run({ dryRun: true, json: true })).toBe(0);
  const plan = JSON.parse(said.at(-1) ?? '');
  expect(plan).toMatchObject({ version: 1, account, keep: 1, olderThan: 90, remove: [{ digest: old, tags: ['old'] }] });
  expect(plan.kept).toContainEqual({ digest: running, tags: ['running'], because: expect.any(String) });
});
