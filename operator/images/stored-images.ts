import { BatchGetImageCommand, type ECRClient, type ImageDetail, paginateDescribeImages } from '@aws-sdk/client-ecr';
import { indexTypes, manifestTypes } from './registry';

/** A repository of an account's registry. */
export interface Repository {
  readonly registryId: string;
  readonly repository: string;
}

/** Whatever has a digest in a repository: an image, an index of images, one of an index's, a signature. */
export interface StoredImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: Date | undefined;
  readonly bytes: number;
  /** Of an index: digests of its images and attestations. */
  readonly children: readonly string[];
  /** Of a signature and the like: digests of what it is about. */
  readonly subjects: readonly string[];
  /** By severity, of the last basic scan. @default - there was none */
  readonly findingCounts?: Readonly<Record<string, number>>;
}

/** What people mean by an image: no part of an index, and nothing that is about another one. */
export function wholeImages(images: readonly StoredImage[]): StoredImage[] {
  const parts = new Set(images.flatMap(({ children }) => children));
  return images.filter(({ digest, subjects }) => !parts.has(digest) && subjects.length === 0);
}

/** ECR takes as many at once. */
export const mostImageIds = 100;

/**
 * All that the repository holds, the newest first; empty where there is no such repository.
 * @throws where ECR does not give the manifest of an index: what belongs to it would not be known
 */
export async function listImages(ecr: ECRClient, { registryId, repository }: Repository): Promise<StoredImage[]> {
  const details = await describeAll(ecr, { registryId, repository });
  // One whose type ECR does not say may be an index.
  const indexes = details.flatMap(({ imageDigest, imageManifestMediaType: type }) =>
    imageDigest !== undefined && (type === undefined || indexTypes.includes(type)) ? [imageDigest] : [],
  );
  const children = await readIndexes(ecr, { registryId, repository }, indexes);
  const images = details.flatMap((detail): StoredImage[] => {
    const { imageDigest: digest, imageTags: tags = [], imagePushedAt: pushedAt, imageSizeInBytes: bytes = 0 } = detail;
    if (digest === undefined) return [];
    const findingCounts = detail.imageScanFindingsSummary?.findingSeverityCounts;
    const relations = { children: children.get(digest) ?? [], subjects: subjectsOf(detail) };
    return [{ digest, tags, pushedAt, bytes, ...relations, findingCounts }];
  });
  return images.sort((a, b) => (b.pushedAt?.getTime() ?? 0) - (a.pushedAt?.getTime() ?? 0));
}

async function describeAll(ecr: ECRClient, { registryId, repository }: Repository): Promise<ImageDetail[]> {
  const details: ImageDetail[] = [];
  try {
    for await (const page of paginateDescribeImages({ client: ecr }, { registryId, repositoryName: repository }))
      details.push(...(page.imageDetails ?? []));
  } catch (error) {
    if ((error as Error).name !== 'RepositoryNotFoundException') throw error;
  }
  return details;
}

/** Of a signature or attestation beside an image: ECR says it, or the tag does, as cosign has it. */
function subjectsOf({ subjectManifestDigest: subject, imageTags = [] }: ImageDetail): string[] {
  const tagged = imageTags.flatMap((tag) => /^sha256-([0-9a-f]{64})(\.|$)/.exec(tag)?.[1] ?? []);
  return [...(subject === undefined ? [] : [subject]), ...tagged.map((hex) => `sha256:${hex}`)];
}

async function readIndexes(
  ecr: ECRClient,
  { registryId, repository }: Repository,
  digests: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (let from = 0; from < digests.length; from += mostImageIds) {
    const { images = [] } = await ecr.send(
      new BatchGetImageCommand({
        ...{ registryId, repositoryName: repository, acceptedMediaTypes: manifestTypes },
        imageIds: digests.slice(from, from + mostImageIds).map((imageDigest) => ({ imageDigest })),
      }),
    );
    for (const { imageId, imageManifest = '{}' } of images) {
      const { manifests = [] } = JSON.parse(imageManifest) as { manifests?: readonly { readonly digest: string }[] };
      found.set(
        imageId?.imageDigest ?? '',
        manifests.map(({ digest }) => digest),
      );
    }
  }
  const missing = digests.find((digest) => !found.has(digest));
  if (missing !== undefined) throw new Error(`ECR gives no manifest of the index ${missing} in ${repository}.`);
  return found;
}
