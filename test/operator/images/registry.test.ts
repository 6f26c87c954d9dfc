import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseImageReference } from '../../../operator/images/image-reference';
import { identifyImage, readImage } from '../../../operator/images/registry';
import { motoTests } from '../../moto';
import { account, ImageSite, repositoryUri } from './image-site';

const moto = motoTests('No image was read.');
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
let site: ImageSite;
/** Where layers are downloaded from. */
let storage: Server;
let status = 200;

beforeAll(async () => {
  if (!moto.found) return;
  site = await ImageSite.start();
  storage = createServer((_, response) => {
    response.writeHead(status).end(JSON.stringify({ os: 'linux', architecture: 'amd64', config: {} }));
  });
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  storage?.close();
  await site?.stop();
});
beforeEach(async () => {
  if (!moto.found) return;
  await site.reset();
  status = 200;
});

const query = (tagOrDigest: string) => ({ registryId: account, repository: 'mr-mentor-backend', tagOrDigest });
const identify = (tagOrDigest: string) => identifyImage(site.session().ecr, query(tagOrDigest));

it('understands how task definitions name an image in ECR, and nothing else', () => {
  const ecr = { registryId: account, region: 'ap-south-1', repository: 'mr-mentor-backend' };
  expect(parseImageReference(`${repositoryUri}:main-1a2b3c4`)).toEqual({ ...ecr, tagOrDigest: 'main-1a2b3c4' });
  expect(parseImageReference(`${repositoryUri}@${digest}`)).toEqual({ ...ecr, tagOrDigest: digest });
  expect(parseImageReference(`${account}.dkr.ecr.cn-north-1.amazonaws.com.cn/a/b:1`)).toMatchObject({
    ...{ region: 'cn-north-1', repository: 'a/b', tagOrDigest: '1' },
  });
  for (const other of [
    '',
    'node:24',
    'public.ecr.aws/a/b:1',
    repositoryUri,
    `${repositoryUri}@main`,
    `x${repositoryUri}:1`,
  ])
    expect(parseImageReference(other)).toBeUndefined();
});

moto.it.each([false, true])(`reads an image by its tag and its digest, in an index: %s${moto.why}`, async (inIndex) => {
  const labels = { 'org.opencontainers.image.revision': '1a2b3c4' };
  const pushed = await site.push({ tag: 'main-1a2b3c4', labels, inIndex });
  for (const name of ['main-1a2b3c4', pushed])
    expect(await identify(name)).toMatchObject({
      digest: pushed,
      tags: ['main-1a2b3c4'],
      platform: 'linux/amd64',
      labels,
    });
});

moto.it(`finds no image where there is none, or no repository${moto.why}`, async () => {
  expect(await identify('main-1a2b3c4')).toBeUndefined();
  await site.push({ tag: 'main-1a2b3c4' });
  expect(await identify('main-0000000')).toBeUndefined();
  expect(await identify(digest)).toBeUndefined();
});

moto.it(`takes of an index that of the hosts, else its first, never an attestation${moto.why}`, async () => {
  await site.push({ tag: 'main-1a2b3c4' });
  const read: string[] = [];
  const manifests = [
    { digest: 'sha256:attestation', platform: { os: 'unknown', architecture: 'unknown' } },
    { digest: 'sha256:arm', platform: { os: 'linux', architecture: 'arm64' } },
    { digest: 'sha256:intel', platform: { os: 'linux', architecture: 'amd64' } },
  ];
  let index = manifests;
  site.front.answers.set('BatchGetImage', ({ imageIds }) => {
    const [{ imageDigest = '' } = {}] = imageIds as readonly { imageDigest?: string }[];
    read.push(imageDigest);
    const manifest = manifests.some((each) => each.digest === imageDigest)
      ? { config: { digest: `${imageDigest}-config` } }
      : { manifests: index };
    return { images: [{ imageManifest: JSON.stringify(manifest) }] };
  });
  site.front.answers.set('GetDownloadUrlForLayer', ({ layerDigest }) => ({
    downloadUrl: `data:application/json,${JSON.stringify({ os: 'linux', architecture: String(layerDigest).split(/[:-]/)[1] })}`,
  }));
  expect(await identify('main-1a2b3c4')).toMatchObject({ platform: 'linux/intel', labels: {} });
  index = manifests.slice(0, 2);
  expect(await identify('main-1a2b3c4')).toMatchObject({ platform: 'linux/arm' });
  index = manifests.slice(0, 1);
  await expect(identify('main-1a2b3c4')).rejects.toThrow(/The index sha256:\w+ of mr-mentor-backend holds no image\./);
  expect(read).not.toContain('sha256:attestation');
});

moto.it(`says why a configuration cannot be read, and never where from: the URL is signed${moto.why}`, async () => {
  const pushed = await site.push({ tag: 'main-1a2b3c4' });
  const { port } = storage.address() as AddressInfo;
  const from = (url: string) => site.front.answers.set('GetDownloadUrlForLayer', () => ({ downloadUrl: url }));
  from(`http://127.0.0.1:${port}/?X-Amz-Signature=secret`);
  expect(await identify(pushed)).toMatchObject({ platform: 'linux/amd64', labels: {} });
  status = 403;
  const complaint = `The configuration of ${pushed} cannot be read from ECR's storage: `;
  await expect(identify(pushed)).rejects.toThrow(`${complaint}HTTP 403. Repeat the command.`);
  from('http://127.0.0.1:9/?X-Amz-Signature=secret');
  const error: Error = await identify(pushed).then(
    () => new Error('it was read'),
    (reason) => reason,
  );
  expect(error.message).toContain(complaint);
  expect(JSON.stringify([error.message, error.cause])).not.toContain('Signature');
});

describe('what the scan has found', () => {
  const scans = (...pages: readonly object[]) => {
    let page = 0;
    site.front.answers.set('DescribeImageScanFindings', () => pages[page++] ?? {});
  };
  const findings = async () => (await readImage(site.session().ecr, query('main-1a2b3c4')))?.findings;
  beforeEach(async () => {
    if (moto.found) await site.push({ tag: 'main-1a2b3c4' });
  });

  moto.it(`is read over all pages of basic scanning${moto.why}`, async () => {
    const attributes = [
      { key: 'package_name', value: 'openssl' },
      { key: 'package_version', value: '3.0.1' },
    ];
    const page = (name: string) => ({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: {
        findingSeverityCounts: { CRITICAL: 2, HIGH: 1 },
        findings: [
          { name, severity: 'CRITICAL', attributes },
          { name: 'CVE-0', severity: 'HIGH' },
        ],
      },
    });
    scans({ ...page('CVE-1'), nextToken: 'more' }, page('CVE-2'));
    expect(await findings()).toEqual({
      ...{ status: 'COMPLETE', counts: { CRITICAL: 2, HIGH: 1 } },
      critical: ['CVE-1 in openssl 3.0.1', 'CVE-2 in openssl 3.0.1'],
    });
  });

  moto.it(`is read of enhanced scanning, with what mends it${moto.why}`, async () => {
    scans({
      imageScanStatus: { status: 'ACTIVE' },
      imageScanFindings: {
        findingSeverityCounts: { CRITICAL: 1 },
        enhancedFindings: [
          {
            ...{ severity: 'CRITICAL', title: 'CVE-2026-1 - openssl' },
            packageVulnerabilityDetails: {
              vulnerabilityId: 'CVE-2026-1',
              vulnerablePackages: [{ name: 'openssl', version: '3.0.1', fixedInVersion: '3.0.2' }],
            },
          },
        ],
      },
    });
    expect(await findings()).toEqual({
      ...{ status: 'ACTIVE', counts: { CRITICAL: 1 } },
      critical: ['CVE-2026-1 in openssl 3.0.1, mended in 3.0.2'],
    });
  });

  moto.it(`is not known where there was no scan, or none that has ended${moto.why}`, async () => {
    scans({ __type: 'ScanNotFoundException', message: 'no scan' });
    expect(await findings()).toEqual({ status: 'NONE', counts: {}, critical: [] });
    for (const status of ['IN_PROGRESS', 'FAILED', 'UNSUPPORTED_IMAGE']) {
      scans({ imageScanStatus: { status } });
      expect(await findings()).toEqual({ status, counts: {}, critical: [] });
    }
    scans({ __type: 'AccessDeniedException', message: 'no' });
    await expect(findings()).rejects.toThrow('no');
  });
});
