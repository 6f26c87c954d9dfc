import type { PublishedImage } from './assets';
import type { Stack } from './cloud-assembly';
import type { ImageAsset } from './deployment';

/** What builds the image that a task definition names. */
export function imageBehind(stacks: readonly Stack[], name: string): ImageAsset {
  const images: readonly PublishedImage[] = stacks.flatMap(({ assets }) => assets.images);
  const found = images.find(({ names }) => names.some((each) => name.endsWith(`/${each}`)));
  if (found === undefined)
    throw new Error(
      `The services run ${name}, which the assembly does not build, and a rehearsal runs what it has built; synthesise without imageTag.`,
    );
  const { names: _, ...asset } = found;
  return asset;
}
