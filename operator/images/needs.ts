import { everyName } from '../../lib/config/context';
import { isDigest } from '../../lib/config/image-tag';
import { imageRepositoryName } from '../../lib/config/names';
import { explainAwsError } from '../aws-error';
import { stacksInProgress } from '../stacks-in-progress';
import { environmentIn, type ImageRegistry } from './image-registry';
import { type EnvironmentUses, type ImageUse, readUses } from './image-uses';
import type { Need } from './prune-plan';
import type { StoredImage } from './stored-images';

/**
 * What all environments have of images, those that are not in this account nothing.
 * @throws with the environment's name where anything of it cannot be asked
 */
export async function readAllUses(
  registry: ImageRegistry,
  names: readonly (typeof everyName)[number][] = everyName,
): Promise<readonly EnvironmentUses[]> {
  const all: EnvironmentUses[] = [];
  for (const name of names) all.push(await naming(name, () => readUses(environmentIn(registry, name))));
  return all;
}

/** @throws where CloudFormation is at work: what it brings, ECS does not know yet */
export async function requireQuiet(registry: ImageRegistry): Promise<void> {
  for (const name of everyName)
    await naming(name, async () => {
      const busy = await stacksInProgress(environmentIn(registry, name));
      if (busy.length > 0) throw new Error(`${busy.join(', ')}, which may bring any image. Wait for its end.`);
    });
}

async function naming<T>(environment: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const explained = explainAwsError(error);
    if (explained === undefined && (error as Error).name !== 'Error') throw error;
    throw new Error(
      `It is not known which images ${environment} needs, so nothing was done.\n${explained ?? (error as Error).message}`,
    );
  }
}

const reasons: Readonly<Record<ImageUse['how'], string>> = {
  runs: 'runs it',
  deploying: 'is being deployed with it',
  before: 'ran it, and may go back to it',
  tried: 'was deployed with it',
  scheduled: 'starts it by the clock',
};

/** Those of uses of images that are in this registry. */
export const needsOf = (
  uses: readonly ImageUse[],
  images: readonly StoredImage[],
  registry: ImageRegistry,
): readonly Need[] =>
  uses.flatMap((use) => {
    const digest = digestOf(use, images, registry);
    return digest === undefined ? [] : [{ digest, because: `${use.environment} ${use.by} ${reasons[use.how]}` }];
  });

/** What nobody has pulled is known by its name only. */
export function digestOf(
  { digest, reference }: ImageUse,
  images: readonly StoredImage[],
  { account }: ImageRegistry,
): string | undefined {
  if (digest !== undefined) return digest;
  if (reference?.registryId !== account || reference.repository !== imageRepositoryName) return undefined;
  const { tagOrDigest } = reference;
  return isDigest(tagOrDigest) ? tagOrDigest : images.find(({ tags }) => tags.includes(tagOrDigest))?.digest;
}
