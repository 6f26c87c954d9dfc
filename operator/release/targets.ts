import type { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryName } from '../../lib/config/names';
import { explainAwsError } from '../aws-error';
import { type IdentifiedImage, identifyImage } from '../images/registry';
import { migrationObjection } from '../images/schema';
import type { DeploymentState, RevisionState } from './service-deployments';

/** A revision that ran and was good, and so may be brought back. */
export interface RollbackTarget {
  readonly revision: RevisionState & Required<Pick<RevisionState, 'digest' | 'reference'>>;
  readonly releasedAt: Date | undefined;
  /** Undefined where it cannot be brought back, whatever one states. */
  readonly image: IdentifiedImage | undefined;
  /** Why it cannot be brought back, or should not. */
  readonly objection?: string;
}

/** What runs now: the last that has succeeded. */
export const liveDigest = (states: readonly DeploymentState[]): string | undefined =>
  states.find(({ status, target }) => status === 'SUCCESSFUL' && target?.digest !== undefined)?.target?.digest;

/** What is known of the image; or why nothing is. */
export type ImageKnowledge = IdentifiedImage | string;

/** By digest. */
export type Images = ReadonlyMap<string, ImageKnowledge>;

/** All images that a history knows of. One that cannot be looked at must not keep the others from being brought back. */
export async function readImages(ecr: ECRClient, states: readonly DeploymentState[]): Promise<Images> {
  const references = new Map(
    states.flatMap(({ target }) =>
      target?.digest === undefined || target.reference === undefined
        ? []
        : [[target.digest, target.reference] as const],
    ),
  );
  const known = await Promise.all(
    Array.from(references, async ([tagOrDigest, { registryId, repository }]) => {
      const found = await identifyImage(ecr, { registryId, repository, tagOrDigest }).catch(
        (error: Error) => `its image cannot be looked at: ${(explainAwsError(error) ?? error.message).split('\n')[0]}`,
      );
      return [tagOrDigest, found ?? 'its image is no longer in ECR'] as const;
    }),
  );
  return new Map(known);
}

const unknown = 'its image is not known';

/**
 * One for each image that ran, the newest first.
 *
 * @param states deployments of web, the newest first
 */
export function rollbackTargets(states: readonly DeploymentState[], images: Images): readonly RollbackTarget[] {
  const live = liveDigest(states);
  const seen = new Set<string>();
  const imageOf = ({ target }: DeploymentState): ImageKnowledge => images.get(target?.digest ?? '') ?? unknown;
  return states.flatMap((state, index): RollbackTarget[] => {
    const { status, target, finishedAt } = state;
    if (status !== 'SUCCESSFUL' || target?.digest === undefined || target.reference === undefined) return [];
    if (seen.has(target.digest)) return [];
    seen.add(target.digest);
    const revision = { ...target, digest: target.digest, reference: target.reference };
    const image = imageOf(state);
    const shared = { revision, releasedAt: finishedAt };
    if (target.digest === live) return [{ ...shared, image: undefined, objection: 'it is what runs now' }];
    if (typeof image === 'string') return [{ ...shared, image: undefined, objection: image }];
    // One that was taken back has migrated the database as well.
    const since = states
      .slice(0, index)
      .map(imageOf)
      .map((each) => (typeof each === 'string' ? undefined : each));
    return [{ ...shared, image, objection: migrationObjection(image, since) }];
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
