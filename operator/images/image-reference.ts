import { isDigest } from '../../lib/config/image-tag';

/** An image in ECR, as a task definition names it. */
export interface ImageReference {
  readonly registryId: string;
  readonly region: string;
  readonly repository: string;
  /** A tag, or `sha256:…`. */
  readonly tagOrDigest: string;
}

/** @returns undefined for what is not in ECR, or names no version */
export function parseImageReference(text: string): ImageReference | undefined {
  const [, registryId, region, repository, tagOrDigest] =
    /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.[\w.]+\/([\w./-]+)(?::|@(?=sha256:))([\w.:-]+)$/.exec(text) ?? [];
  if (registryId === undefined || region === undefined || repository === undefined || tagOrDigest === undefined)
    return undefined;
  return { registryId, region, repository, tagOrDigest };
}

/** As ECR's API takes it. */
export const imageIdOf = (tagOrDigest: string): { readonly imageDigest: string } | { readonly imageTag: string } =>
  isDigest(tagOrDigest) ? { imageDigest: tagOrDigest } : { imageTag: tagOrDigest };

/** `sha256:0123456789ab`: enough to tell images apart, and to look one up. */
export const shortDigest = (digest: string): string => digest.slice(0, 19);
