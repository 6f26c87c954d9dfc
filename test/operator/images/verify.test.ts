import { explainingErrors } from '../../../operator/aws-error';
import { migrationLabel, oldestMigrationLabel } from '../../../operator/images/schema';
import type { ImageOptions } from '../../../operator/images/session';
import { verify } from '../../../operator/images/verify';
import { motoTests } from '../../moto';
import { account, ImageSite, repositoryUri } from './image-site';

const moto = motoTests('No image was verified.');
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
  if (!moto.found) return;
  await site.reset();
  scanned('COMPLETE');
});
afterEach(() => jest.restoreAllMocks());

const scanned = (status: string, findings: readonly { severity: string; name: string }[] = []) =>
  site.front.answers.set('DescribeImageScanFindings', () => ({
    imageScanStatus: { status },
    imageScanFindings: {
      findings,
      findingSeverityCounts: Object.fromEntries(findings.map(({ severity }) => [severity, findings.length])),
    },
  }));

type Asked = Parameters<typeof verify>[1];
const run = (asked: Asked, options: Partial<ImageOptions> = {}) =>
  explainingErrors(() => verify(site.session(options), asked));
const labels = {
  'org.opencontainers.image.revision': '1a2b3c4',
  [migrationLabel]: '0002-meetings',
  [oldestMigrationLabel]: '0001-accounts',
};

moto.it(`finds nothing wrong with a good image, whichever way it is named${moto.why}`, async () => {
  const digest = await site.push({ tag: 'main-1a2b3c4', labels, inIndex: true });
  await site.deploy('staging', `${repositoryUri}:main-1a2b3c4`);
  site.deployments.push({ environment: 'staging', digest });
  const names: readonly Asked[] = [
    'staging',
    ...['main-1a2b3c4', digest, digest.slice(0, 19), digest.slice(7, 13), `mr-mentor-backend@${digest}`].map(
      (image) => ({ image }),
    ),
  ];
  for (const name of names) {
    said.length = 0;
    expect(await run(name)).toBe(0);
    const [head, tags, ...findings] = text().split('\n');
    expect(head).toBe(`mr-mentor-backend@${digest}, account ${account}, ap-south-1`);
    expect(tags).toMatch(/^ {2}tags main-1a2b3c4, pushed .*Z, 0 MB$/);
    expect(findings).toEqual([
      '✓ linux/amd64',
      '✓ commit 1a2b3c4',
      '✓ migrations up to 0002-meetings; images from 0001-accounts on work with its tables',
      '✓ 0 critical, 0 high',
    ]);
  }
});

moto.it(`looks into the repository where the CDK keeps what it builds${moto.why}`, async () => {
  const repository = `cdk-hnb659fds-container-assets-${account}-ap-south-1`;
  const tag = '0123456789abcdef'.repeat(4);
  const digest = await site.push({ tag, labels, repository });
  expect(await run({ image: `${repository}:${tag}` })).toBe(0);
  expect(text()).toContain(`${repository}@${digest}`);
});

moto.it(`finds an image for other machines than the hosts wrong${moto.why}`, async () => {
  await site.push({ tag: 'arm', labels, architecture: 'arm64' });
  expect(await run({ image: 'arm' })).toBe(1);
  expect(text()).toContain('✗ It is for linux/arm64, and the hosts are linux/amd64.');
});

moto.it(`finds critical vulnerabilities wrong, by name${moto.why}`, async () => {
  await site.push({ tag: 'main-1a2b3c4', labels });
  scanned('COMPLETE', [{ severity: 'CRITICAL', name: 'CVE-2026-1234' }]);
  expect(await run({ image: 'main-1a2b3c4' })).toBe(1);
  expect(text()).toContain('✗ 1 critical, 0 high\n    CVE-2026-1234');
  expect(await run({ image: 'main-1a2b3c4' }, { json: true })).toBe(1);
  expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({
    ...{ version: 1, passed: false, image: { tags: ['main-1a2b3c4'], findings: { counts: { CRITICAL: 1 } } } },
    findings: expect.arrayContaining([expect.objectContaining({ state: 'failed' })]),
  });
});

moto.it(`takes no scan for no finding, and wants labels${moto.why}`, async () => {
  await site.push({ tag: 'main-1a2b3c4' });
  for (const [status, said_] of [
    ['IN_PROGRESS', '! IN_PROGRESS'],
    ['FAILED', '! FAILED'],
    ['UNSUPPORTED_IMAGE', '! UNSUPPORTED_IMAGE'],
  ] as const) {
    scanned(status);
    said.length = 0;
    expect(await run({ image: 'main-1a2b3c4' })).toBe(0);
    expect(text()).toContain(said_);
  }
  expect(text()).toContain('! It does not say which commit it was built from');
  expect(text()).toContain('! It does not say which migrations it has');
});

moto.it(`says what it does not find, and where it has looked${moto.why}`, async () => {
  const digest = await site.push({ tag: 'main-1a2b3c4', labels });
  expect(await run({ image: 'main-0000000' })).toBe(1);
  expect(text()).toContain('There is no main-0000000 in mr-mentor-backend of account 123456789012 in ap-south-1.');
  expect(await run({ image: 'other@sha256:0' })).toBe(1);
  expect(await run('production')).toBe(1);
  expect(text()).toContain('ECS knows of no deployment of production that has succeeded in the last 90 days');
  await site.deploy('production', `${repositoryUri}:gone`);
  site.deployments.push({ environment: 'production', digest: `sha256:${'0'.repeat(64)}` });
  expect(await run('production')).toBe(1);
  expect(said.at(-1)).toBe(`sha256:${'0'.repeat(64)} is no longer in mr-mentor-backend.`);
  expect(await run({ image: digest.slice(7, 10) })).toBe(1);
});

moto.it(`does not choose between two that begin alike${moto.why}`, async () => {
  const digests = await Promise.all(['a', 'b'].map((tag) => site.push({ tag, labels })));
  // Digests as they come don't begin alike.
  const rewrite = site.front.rewrites.get('DescribeImages');
  site.front.rewrites.set('DescribeImages', (answer) =>
    digests.reduce(
      (whole, digest, index) => whole.replace(digest, `sha256:abcdef${index}${digest.slice(14)}`),
      rewrite?.(answer) ?? answer,
    ),
  );
  expect(await run({ image: 'abcdef' })).toBe(1);
  expect(text()).toMatch(/^abcdef: 2 digests begin so: sha256:abcdef\w{6}, sha256:abcdef\w{6}\.$/);
});
