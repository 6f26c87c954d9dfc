import type { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryName } from '../../lib/config/names';
import { type RegisteredImage, readImage } from '../images/registry';
import { migrationObjection } from '../images/schema';
import type { DeploymentState, RevisionState } from './service-deployments';

/** A revision that ran and was good, and so may be brought back. */
export interface RollbackTarget {
  readonly revision: RevisionState & Required<Pick<RevisionState, 'digest' | 'reference'>>;
  readonly releasedAt: Date | undefined;
  /** Undefined where it is gone. */
  readonly image: RegisteredImage | undefined;
  /** Why it cannot be brought back. */
  readonly objection?: string;
}

/** What runs now: the last that has succeeded. */
export const liveDigest = (states: readonly DeploymentState[]): string | undefined =>
  states.find(({ status, target }) => status === 'SUCCESSFUL' && target?.digest !== undefined)?.target?.digest;

/** By digest; undefined for one that is no longer in ECR. */
export type Images = ReadonlyMap<string, RegisteredImage | undefined>;

/** All images that a history knows of. */
export async function readImages(ecr: ECRClient, states: readonly DeploymentState[]): Promise<Images> {
  const images = new Map<string, RegisteredImage | undefined>();
  for (const { target } of states) {
    if (target?.digest === undefined || target.reference === undefined || images.has(target.digest)) continue;
    const { registryId, repository } = target.reference;
    images.set(target.digest, await readImage(ecr, { registryId, repository, tagOrDigest: target.digest }));
  }
  return images;
}

/**
 * One for each image that ran before the one that runs now, the newest first.
 *
 * @param states deployments of web, the newest first
 */
export function rollbackTargets(states: readonly DeploymentState[], images: Images): readonly RollbackTarget[] {
  const live = liveDigest(states);
  const seen = new Set<string | undefined>([live]);
  return states.flatMap(({ status, target, finishedAt }, index) => {
    if (status !== 'SUCCESSFUL' || target?.digest === undefined || target.reference === undefined) return [];
    if (seen.has(target.digest)) return [];
    seen.add(target.digest);
    const revision = { ...target, digest: target.digest, reference: target.reference };
    const image = images.get(target.digest);
    // One that was taken back has migrated the database as well.
    const since = states
      .slice(0, index)
      .flatMap((later) => (later.target?.digest === undefined ? [] : [images.get(later.target.digest)]));
    const objection = image === undefined ? 'its image is no longer in ECR' : migrationObjection(image, since);
    return [{ revision, releasedAt: finishedAt, image, objection }];
  });
}

/** Six hexadecimal digits and more of a digest: fewer may be meant for something else. */
const fewestDigits = 6;

/** By a revision's id, an image's tag, or the beginning of a digest. */
export function matches({ revision, image }: RollbackTarget, wanted: string): boolean {
  const digits = wanted.replace(/^sha256:/, '');
  return (
    revision.id === wanted ||
    revision.image === wanted ||
    image?.tags.includes(wanted) === true ||
    (digits.length >= fewestDigits && revision.digest.startsWith(`sha256:${digits}`))
  );
}

/** As `-c imageTag` takes it. */
export const imageTagOf = ({ revision: { reference, digest } }: Pick<RollbackTarget, 'revision'>): string =>
  reference.repository === imageRepositoryName ? digest : `${reference.repository}@${digest}`;
