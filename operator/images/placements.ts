import type { ECRClient } from '@aws-sdk/client-ecr';
import { lookedBack } from '../release/service-deployments';
import { readImages, rollbackTargets } from '../release/targets';
import type { ImageRegistry } from './image-registry';
import type { EnvironmentUses, ImageUse } from './image-uses';
import { digestOf } from './needs';
import type { StoredImage } from './stored-images';

/** Where an image is: `staging: web, worker`, `production: can be rolled back to`. By digest. */
export type Placements = ReadonlyMap<string, readonly string[]>;

export async function readPlacements(
  ecr: ECRClient,
  registry: ImageRegistry,
  images: readonly StoredImage[],
  environments: readonly EnvironmentUses[],
): Promise<Placements> {
  const wholes = new Map(images.flatMap(({ digest, children }) => children.map((child) => [child, digest] as const)));
  const placements = new Map<string, string[]>();
  for (const { uses, deployments } of environments) {
    const recent = deployments.slice(0, lookedBack);
    const targets = rollbackTargets(recent, await readImages(ecr, recent));
    const possible = new Set(
      targets.flatMap(({ objection, revision }) => (objection === undefined ? [revision.digest] : [])),
    );
    const byDigest = new Map<string, ImageUse[]>();
    for (const use of uses) {
      const digest = digestOf(use, images, registry);
      if (digest !== undefined) byDigest.set(digest, [...(byDigest.get(digest) ?? []), use]);
    }
    for (const [digest, its] of byDigest) {
      const whole = wholes.get(digest) ?? digest;
      const placement = placementOf(its, possible.has(digest));
      if (placement !== undefined) placements.set(whole, [...(placements.get(whole) ?? []), placement]);
    }
  }
  return placements;
}

/** @returns undefined for what was taken back */
function placementOf(uses: readonly ImageUse[], possible: boolean): string | undefined {
  const [first] = uses;
  const by = (how: ImageUse['how']) => [...new Set(uses.filter((use) => use.how === how).map((use) => use.by))];
  const runs = by('runs').filter((role) => role !== 'task');
  const parts = [
    ...(runs.length > 0 ? runs : by('runs')),
    ...(by('scheduled').length > 0 ? ['jobs'] : []),
    ...by('deploying').map((role) => `${role} is being deployed`),
  ];
  if (parts.length > 0) return `${first?.environment}: ${parts.join(', ')}`;
  if (by('before').length === 0) return undefined;
  return `${first?.environment}: ${possible ? 'can be rolled back to' : 'ran before'}`;
}
