import { imageRepositoryName } from './names';

/** An image in ECR, by what does or does not move. */
export interface ImageName {
  readonly repository: string;
  /** A tag, or `sha256:…`. */
  readonly tagOrDigest: string;
}

/** A branch and the commit it was built from, a commit or an asset's hash, a version: names that don't move. */
const pinnedTag = /^(([\w.-]+-)?[0-9a-f]{7,40}|[0-9a-f]{64}|v?\d+\.\d+\.\d+)$/;
const repository = '[a-z0-9]+(?:[._/-][a-z0-9]+)*';
const byDigest = new RegExp(`^(?:(${repository})@)?(sha256:[0-9a-f]{64})$`);
const byTag = new RegExp(`^(?:(?!sha256:)(${repository}):)?(\\w[\\w.-]{0,127})$`);

/**
 * What `-c imageTag` takes: a tag or a digest of the platform's repository, or, with its repository before it, of another
 * one in the same account, such as that of the images which `cdk deploy` builds.
 *
 * @returns undefined for what is none
 */
export function parseImageTag(text: string): ImageName | undefined {
  const [, stated = imageRepositoryName, tagOrDigest] = byDigest.exec(text) ?? byTag.exec(text) ?? [];
  return tagOrDigest === undefined ? undefined : { repository: stated, tagOrDigest };
}

export const isDigest = (tagOrDigest: string): boolean => tagOrDigest.startsWith('sha256:');
export const isPinned = ({ tagOrDigest }: ImageName): boolean => isDigest(tagOrDigest) || pinnedTag.test(tagOrDigest);
