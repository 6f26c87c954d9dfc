import { BatchDeleteImageCommand, type ImageFailure } from '@aws-sdk/client-ecr';
import { type Call, describeCall } from '../calls';
import { consents } from '../consent';
import { registryText } from './image-registry';
import { needsOf, readAllUses, requireQuiet } from './needs';
import { type PrunePlan, prunePlan, refersTo } from './prune-plan';
import { failuresText, pruneText } from './report';
import { type ImageSession, repositoryOf } from './session';
import { listImages, mostImageIds, type StoredImage } from './stored-images';

/** Removes the images that nothing needs: by digest, and only where everything that might need one could be asked. */
export async function prune(session: ImageSession): Promise<number> {
  const { registry, options } = session;
  const { plan: first, hasProduction } = await look(session);
  console.error(`${registryText(registry)}\n${pruneText(first)}`);
  if (options.json) console.log(machineReadable(session, first));
  if (options.dryRun) {
    if (!options.json) for (const call of deletions(session, first, [])) console.log(describeCall(call));
    return 0;
  }
  if (first.remove.length === 0) return 0;
  if (!options.yes && !(await consents(hasProduction ? 'production' : 'images'))) {
    console.error('Nothing was removed.');
    return 1;
  }
  // A deployment may have begun while somebody was asked.
  const { plan: again } = await look(session);
  const still = new Set(again.remove.map(({ digest }) => digest));
  const agreed = { ...first, remove: first.remove.filter(({ digest }) => still.has(digest)) };
  const failures: ImageFailure[] = [];
  let done = 0;
  const calls = deletions(session, agreed, failures);
  for (const call of calls) {
    await call.make();
    done += 1;
    console.error(`  ✓ call ${done} of ${calls.length}`);
  }
  if (failures.length > 0) console.error(failuresText(failures));
  else console.error(`${agreed.remove.length} removed from ${registryText(registry)}.`);
  return failures.length > 0 ? 1 : 0;
}

async function look({ registry, ecr, options }: ImageSession) {
  await requireQuiet(registry);
  const uses = (await readAllUses(registry)).flatMap((each) => each.uses);
  const images = await listImages(ecr, repositoryOf(registry));
  const plan = prunePlan(images, needsOf(uses, images, registry), { ...options, now: new Date() });
  return { plan, hasProduction: uses.some(({ environment }) => environment === 'production') };
}

/** @param failures gets what ECR did not remove */
function deletions({ registry, ecr }: ImageSession, { remove }: PrunePlan, failures: ImageFailure[]): readonly Call[] {
  const { registryId, repository: repositoryName } = repositoryOf(registry);
  const calls: Call[] = [];
  // Not in one call: nothing says that ECR removes what it is asked for in that order.
  const isReferring = (image: StoredImage) => refersTo(image).length > 0;
  const [referring, others] = [remove.filter(isReferring), remove.filter((image) => !isReferring(image))];
  for (const images of [...inCalls(referring), ...inCalls(others)]) {
    const imageIds = images.map(({ digest: imageDigest }) => ({ imageDigest }));
    const input = { registryId, repositoryName, imageIds };
    calls.push({
      ...{ action: 'ecr:BatchDeleteImage', shown: input },
      make: async () => {
        const answer = await ecr.send(new BatchDeleteImageCommand(input));
        // Gone is gone: an answer was lost, or somebody else has removed it.
        failures.push(...(answer.failures ?? []).filter(({ failureCode }) => failureCode !== 'ImageNotFound'));
      },
    });
  }
  return calls;
}

const inCalls = (images: readonly StoredImage[]): (readonly StoredImage[])[] =>
  Array.from({ length: Math.ceil(images.length / mostImageIds) }, (_, index) =>
    images.slice(index * mostImageIds, (index + 1) * mostImageIds),
  );

const machineReadable = ({ registry, options }: ImageSession, { remove, kept }: PrunePlan): string => {
  const { account, region } = registry;
  const { keep, olderThan } = options;
  const named = kept.map(({ image, because }) => ({ digest: image.digest, tags: image.tags, because }));
  return JSON.stringify({ version: 1, account, region, keep, olderThan, remove, kept: named }, null, 2);
};
