import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  type ImageDetail,
} from '@aws-sdk/client-ecr';
import { imageIdOf } from './image-reference';
import { readFindings, type ScanFindings } from './scan-findings';

/** Of an image that is asked for. */
export interface ImageQuery {
  readonly registryId: string;
  readonly repository: string;
  /** A tag, or `sha256:…`. */
  readonly tagOrDigest: string;
}

/** An image as ECR has it, and as it describes itself. */
export interface IdentifiedImage {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: Date | undefined;
  /** Compressed, as it is pulled. */
  readonly bytes: number;
  /** `linux/amd64` */
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
}
export interface RegisteredImage extends IdentifiedImage {
  readonly findings: ScanFindings;
}

/** The platform of the hosts; see lib/constructs/container-image.ts. */
export const hostPlatform = 'linux/amd64';

/** Of manifests that name others, one for each platform. */
export const indexTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
export const manifestTypes = [
  ...indexTypes,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const configurationWaitMs = 15_000;

/** With what ECR's scan has found. @returns undefined where there is no such image, or no such repository */
export async function readImage(ecr: ECRClient, query: ImageQuery): Promise<RegisteredImage | undefined> {
  const image = await identifyImage(ecr, query);
  return image && { ...image, findings: await readFindings(ecr, { ...query, tagOrDigest: image.digest }) };
}

/** @returns undefined where there is no such image, or no such repository */
export async function identifyImage(ecr: ECRClient, query: ImageQuery): Promise<IdentifiedImage | undefined> {
  const found = await describeImage(ecr, query);
  if (found?.imageDigest === undefined) return undefined;
  const { imageDigest: digest, imageTags: tags = [], imagePushedAt: pushedAt, imageSizeInBytes: bytes = 0 } = found;
  const configuration = await readConfiguration(ecr, { ...query, tagOrDigest: digest });
  return { repository: query.repository, digest, tags, pushedAt, bytes, ...configuration };
}

/** @returns undefined where there is no such image, or no such repository */
export async function describeImage(
  ecr: ECRClient,
  { registryId, repository, tagOrDigest }: ImageQuery,
): Promise<ImageDetail | undefined> {
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ registryId, repositoryName: repository, imageIds: [imageIdOf(tagOrDigest)] }),
    );
    return imageDetails[0];
  } catch (error) {
    if (/^(ImageNotFound|RepositoryNotFound)Exception$/.test((error as Error).name)) return undefined;
    throw error;
  }
}

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly manifests?: readonly { readonly digest: string; readonly platform?: Platform }[];
}
interface Platform {
  readonly os: string;
  readonly architecture: string;
}

const platformText = ({ os, architecture }: Platform): string => `${os}/${architecture}`;

/** What an image says of itself. Of an index, that of the hosts' platform, or else of its first. */
async function readConfiguration(
  ecr: ECRClient,
  query: ImageQuery,
): Promise<Pick<IdentifiedImage, 'platform' | 'labels'>> {
  const manifest = await readManifest(ecr, query);
  if (manifest.manifests !== undefined) {
    // BuildKit's attestations are in the index, too, of no platform.
    const images = manifest.manifests.filter(({ platform }) => platform?.os !== 'unknown');
    const wanted = images.find(({ platform }) => platform && platformText(platform) === hostPlatform) ?? images[0];
    if (wanted === undefined) throw new Error(`The index ${query.tagOrDigest} of ${query.repository} holds no image.`);
    return readConfiguration(ecr, { ...query, tagOrDigest: wanted.digest });
  }
  const { registryId, repository, tagOrDigest } = query;
  const layerDigest = manifest.config?.digest;
  if (layerDigest === undefined) throw new Error(`${tagOrDigest} of ${repository} is no container image.`);
  const { downloadUrl = '' } = await ecr.send(
    new GetDownloadUrlForLayerCommand({ registryId, repositoryName: repository, layerDigest }),
  );
  const { config, ...platform } = await download(downloadUrl, tagOrDigest);
  return { platform: platformText(platform), labels: config?.Labels ?? {} };
}

type Configuration = Platform & { readonly config?: { readonly Labels?: Readonly<Record<string, string>> } };

/** The URL is signed: it is for nobody's eyes, and in no error. */
async function download(url: string, image: string): Promise<Configuration> {
  const complaint = (why: string) =>
    new Error(`The configuration of ${image} cannot be read from ECR's storage: ${why}. Repeat the command.`);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(configurationWaitMs) });
    if (answer.ok) return (await answer.json()) as Configuration;
    throw complaint(`HTTP ${answer.status}`);
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    throw name === 'Error' ? error : complaint(cause?.code ?? name);
  }
}

async function readManifest(ecr: ECRClient, { registryId, repository, tagOrDigest }: ImageQuery): Promise<Manifest> {
  const { images: [image] = [] } = await ecr.send(
    new BatchGetImageCommand({
      ...{ registryId, repositoryName: repository, acceptedMediaTypes: manifestTypes },
      imageIds: [imageIdOf(tagOrDigest)],
    }),
  );
  if (image?.imageManifest === undefined) throw new Error(`ECR gives no manifest of ${tagOrDigest} in ${repository}.`);
  return JSON.parse(image.imageManifest);
}
