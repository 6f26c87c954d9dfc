import type { EnvironmentName } from '../../lib/config/environment';
import { registryText } from './image-registry';
import { readAllUses } from './needs';
import { readPlacements } from './placements';
import { type ListedImage, listText } from './report';
import { readFindings } from './scan-findings';
import { type ImageSession, repositoryOf } from './session';
import { listImages, type StoredImage, wholeImages } from './stored-images';

/** @param environments @default - all that are in this account */
export async function list(session: ImageSession, environments: readonly EnvironmentName[] = []): Promise<number> {
  const { registry, ecr, options } = session;
  const images = await listImages(ecr, repositoryOf(registry));
  const uses = await readAllUses(registry, environments.length > 0 ? environments : undefined);
  const placements = await readPlacements(ecr, registry, images, uses);
  const listed: ListedImage[] = [];
  for (const image of wholeImages(images).slice(0, options.count))
    listed.push({ ...image, scan: await scanOf(session, image), deployed: placements.get(image.digest) ?? [] });
  const { account, region } = registry;
  if (options.json) console.log(JSON.stringify({ version: 1, account, region, images: listed }, null, 2));
  else console.log(`${registryText(registry)}\n${listText(listed)}`);
  return 0;
}

/** Of enhanced scanning, and of none, ECR has no summary. */
async function scanOf({ registry, ecr }: ImageSession, { digest, findingCounts }: StoredImage) {
  if (findingCounts !== undefined) return { status: 'COMPLETE', counts: findingCounts };
  const { status, counts } = await readFindings(ecr, { ...repositoryOf(registry), tagOrDigest: digest });
  return { status, counts };
}
