import { createHash } from 'node:crypto';
import { CreateRepositoryCommand, type ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import type { AwsFront } from '../aws-front';

export interface TestImage {
  readonly tag?: string;
  /** @default - the platform's */
  readonly repository?: string;
  readonly architecture?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** As BuildKit pushes it: an index with an attestation beside the image. */
  readonly inIndex?: boolean;
}

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const ociIndex = 'application/vnd.oci.image.index.v1+json';

/** Configurations by digest, which the emulator has no model for: they are handed out as URLs that hold them. */
const configurations = new Map<string, string>();

/** Puts an image into ECR, and its configuration to where ECR says that it is. */
export async function putImage(front: AwsFront, ecr: ECRClient, image: TestImage): Promise<{ digest: string }> {
  const { tag, repository = 'mr-mentor-backend', architecture = 'amd64', labels = {}, inIndex = false } = image;
  front.answers.set('GetDownloadUrlForLayer', ({ layerDigest }) => ({
    downloadUrl: `data:application/json,${encodeURIComponent(configurations.get(String(layerDigest)) ?? '')}`,
  }));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: repository })).catch((error: Error) => {
    if (error.name !== 'RepositoryAlreadyExistsException') throw error;
  });
  const configuration = JSON.stringify({ architecture, os: 'linux', config: { Labels: labels }, tag });
  configurations.set(digestOf(configuration), configuration);
  const put = async (manifest: object, mediaType: string, imageTag?: string) => {
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType, ...manifest });
    const { image: stored } = await ecr.send(
      new PutImageCommand({
        ...{ repositoryName: repository, imageManifest, imageManifestMediaType: mediaType, imageTag },
        imageDigest: digestOf(imageManifest),
      }),
    );
    return stored?.imageId?.imageDigest ?? '';
  };
  const config = { digest: digestOf(configuration), size: configuration.length, mediaType: 'application/json' };
  const digest = await put({ config, layers: [] }, ociManifest, inIndex ? undefined : tag);
  if (!inIndex) return { digest };
  const manifests = [
    {
      mediaType: ociManifest,
      digest: digestOf('attestation'),
      size: 1,
      platform: { os: 'unknown', architecture: 'unknown' },
    },
    { mediaType: ociManifest, digest, size: 1, platform: { os: 'linux', architecture } },
  ];
  return { digest: await put({ manifests }, ociIndex, tag) };
}
