import { explainingErrors } from '../../../operator/aws-error';
import { list } from '../../../operator/images/list';
import { migrationLabel, oldestMigrationLabel } from '../../../operator/images/schema';
import type { ImageOptions } from '../../../operator/images/session';
import { motoTests } from '../../moto';
import { ImageSite, repositoryUri } from './image-site';

const moto = motoTests('The list of images was not tried.');
let site: ImageSite;
const said: string[] = [];

beforeAll(async () => {
  if (moto.found) site = await ImageSite.start();
});
afterAll(() => site?.stop());
beforeEach(async () => {
  said.length = 0;
  for (const stream of ['log', 'error'] as const)
    jest.spyOn(console, stream).mockImplementation((...line) => void said.push(line.join(' ')));
  if (!moto.found) return;
  await site.reset();
  site.front.answers.set('DescribeImageScanFindings', ({ imageId }) =>
    scanOf(String((imageId as { imageDigest: string }).imageDigest)),
  );
});
afterEach(() => jest.restoreAllMocks());

/** By digest: what ECR says of its scan. */
const scans = new Map<string, object>();
const scanOf = (digest: string) => scans.get(digest) ?? { __type: 'ScanNotFoundException', message: 'no scan' };
const complete = (findingSeverityCounts: object) => ({
  imageScanStatus: { status: 'COMPLETE' },
  imageScanFindings: { findingSeverityCounts },
});

const run = (options: Partial<ImageOptions> = {}, ...names: Parameters<typeof list>[1] & string[]) =>
  explainingErrors(() => list(site.session(options), names));
const labels = { [migrationLabel]: '0002-x', [oldestMigrationLabel]: '0001-x' };

/** Staging runs the newest, could go back to the one before, and ran one that says nothing of its migrations. */
async function platform() {
  const images = {
    mute: await site.push({ tag: 'main-0' }, 4),
    unused: await site.push({ tag: 'main-1' }, 3),
    before: await site.push({ tag: 'main-2', labels, inIndex: true }, 2),
    live: await site.push({ tag: 'main-3', labels }, 1),
  };
  await site.deploy('staging', `${repositoryUri}:main-3`);
  await site.schedule('staging', `${repositoryUri}:main-3`);
  for (const digest of [images.mute, images.before, images.live])
    site.deployments.push({ environment: 'staging', digest });
  scans.set(images.live, complete({ CRITICAL: 1, HIGH: 20 }));
  scans.set(images.before, complete({}));
  scans.set(images.unused, { imageScanStatus: { status: 'UNSUPPORTED_IMAGE' } });
  return images;
}

moto.it(`says what is there, the newest first, and where each is deployed${moto.why}`, async () => {
  const { live, before, unused, mute } = await platform();
  expect(await run()).toBe(0);
  const [head, names, ...rows] = said.join('\n').split('\n');
  expect(head).toBe('mr-mentor-backend of account 123456789012 in ap-south-1');
  expect(names).toMatch(/^pushed \(UTC\) +tags +digest +size +scan +deployed$/);
  expect(rows.map((row) => row.slice(16).replace(/ {2,}/g, ' | '))).toEqual([
    ` | main-3 | ${live.slice(0, 19)} | 0 MB | 1 critical, 20 high | staging: web, worker, jobs`,
    ` | main-2 | ${before.slice(0, 19)} | 0 MB | 0 critical, 0 high | staging: can be rolled back to`,
    ` | main-1 | ${unused.slice(0, 19)} | 0 MB | UNSUPPORTED_IMAGE`,
    ` | main-0 | ${mute.slice(0, 19)} | 0 MB | not scanned | staging: ran before`,
  ]);
});

moto.it(`says what is being deployed, and of which environments one asks${moto.why}`, async () => {
  const { live, before } = await platform();
  await site.deploy('demo', `${repositoryUri}:main-2`);
  site.deployments.push({ environment: 'demo', digest: live, status: 'IN_PROGRESS', source: before });
  expect(await run({ count: 2 }, 'demo')).toBe(0);
  expect(
    said
      .join('\n')
      .split('\n')
      .slice(2)
      .map((row) => row.slice(16).replace(/^.* {2,}/, '')),
  ).toEqual(['demo: web is being deployed', 'demo: web, worker, web is being deployed']);
});

moto.it(`is there for machines, and says so where no image is${moto.why}`, async () => {
  expect(await run()).toBe(0);
  expect(said.at(-1)).toContain('No image is there.');
  const { live } = await platform();
  expect(await run({ json: true, count: 1 })).toBe(0);
  expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({
    ...{ version: 1, account: '123456789012', region: 'ap-south-1' },
    images: [
      { digest: live, tags: ['main-3'], scan: { status: 'COMPLETE' }, deployed: ['staging: web, worker, jobs'] },
    ],
  });
});

moto.it(`names the environment that cannot be asked${moto.why}`, async () => {
  await platform();
  site.front.fail('ListServiceDeployments', 'AccessDeniedException');
  expect(await run()).toBe(1);
  expect(said.at(-1)).toContain('images staging needs');
});
