import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { listImages, wholeImages } from '../../../operator/images/stored-images';
import { motoTests } from '../../moto';
import { account, ImageSite } from './image-site';

const moto = motoTests('Repositories of images were not read.');
const repository = { registryId: account, repository: 'mr-mentor-backend' };
let site: ImageSite;

beforeAll(async () => {
  if (moto.found) site = await ImageSite.start();
});
afterAll(() => site?.stop());
beforeEach(async () => {
  if (moto.found) await site.reset();
});

const read = () => listImages(site.session().ecr, repository);

moto.it(`is empty where there is no repository${moto.why}`, async () => {
  expect(await read()).toEqual([]);
});

moto.it(`knows an index with its images, and what is about an image${moto.why}`, async () => {
  const old = await site.push({ tag: 'main-1' }, 3);
  const index = await site.push({ tag: 'main-2', inIndex: true }, 2);
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { digest: index, size: 1 },
    layers: [],
  };
  const signature = { tag: `sha256-${index.slice(7)}.sig`, manifest: JSON.stringify(manifest) };
  await site.direct(ECRClient).send(
    new PutImageCommand({
      ...{ repositoryName: repository.repository, imageManifest: signature.manifest, imageTag: signature.tag },
      imageManifestMediaType: manifest.mediaType,
    }),
  );
  const images = await read();
  expect(images).toHaveLength(4);
  const [part] = images.filter(({ tags, digest }) => tags.length === 0 && digest !== index);
  expect(images.find(({ digest }) => digest === index)?.children).toContain(part?.digest);
  expect(images.find(({ tags }) => tags.includes(signature.tag))?.subjects).toEqual([index]);
  expect(wholeImages(images).map(({ digest }) => digest)).toEqual([index, old]);
});

moto.it(`reads all pages, and the manifests of a hundred indexes at once${moto.why}`, async () => {
  const digests = Array.from({ length: 230 }, (_, index) => `sha256:${index.toString(16).padStart(64, '0')}`);
  site.front.rewrites.clear();
  site.front.answers.set('DescribeImages', ({ nextToken }) => {
    const from = Number(nextToken ?? 0);
    return {
      imageDetails: digests.slice(from, from + 100).map((imageDigest) => ({
        ...{ imageDigest, imagePushedAt: 1, imageScanFindingsSummary: { findingSeverityCounts: { HIGH: 2 } } },
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
        subjectManifestDigest: imageDigest === digests[1] ? digests[0] : undefined,
      })),
      ...(from + 100 < digests.length && { nextToken: String(from + 100) }),
    };
  });
  site.front.answers.set('BatchGetImage', ({ imageIds }) => ({
    images: (imageIds as { imageDigest: string }[]).map((imageId) => ({
      ...{ imageId, imageManifest: JSON.stringify({ manifests: [{ digest: `${imageId.imageDigest}-part` }] }) },
    })),
  }));
  const images = await read();
  expect(images.map(({ digest }) => digest).sort()).toEqual(digests);
  for (const { digest, children, subjects, findingCounts } of images)
    expect([children, subjects, findingCounts]).toEqual([
      ...[[`${digest}-part`], digest === digests[1] ? [digests[0]] : [], { HIGH: 2 }],
    ]);
  expect(site.front.actions).toEqual([...Array(3).fill('DescribeImages'), ...Array(3).fill('BatchGetImage')]);
});
