import type { StoredImage } from './stored-images';

/** What an image is there for. */
export interface Need {
  readonly digest: string;
  /** `staging runs it` */
  readonly because: string;
}

export interface PruneRules {
  /** So many of the newest are kept, whoever needs them. */
  readonly keep: number;
  /** Days; what was pushed since then is kept. */
  readonly olderThan: number;
  readonly now: Date;
}

export interface PrunePlan {
  /** In the order in which ECR lets them go: what refers to another one before that. */
  readonly remove: readonly StoredImage[];
  readonly kept: readonly { readonly image: StoredImage; readonly because: string }[];
}

const dayMs = 24 * 3600_000;

/** What nothing needs. An image, its index, its attestations and its signatures are kept together, or removed together. */
export function prunePlan(
  images: readonly StoredImage[],
  needs: readonly Need[],
  { keep, olderThan, now }: PruneRules,
): PrunePlan {
  // The first reason of several is the one that is told.
  const needed = new Map([...needs].reverse().map(({ digest, because }) => [digest, because]));
  const youngest = now.getTime() - olderThan * dayMs;
  // One without a time is as good as new.
  const pushed = ({ pushedAt }: StoredImage) => pushedAt?.getTime() ?? now.getTime();
  const newestOf = (group: readonly StoredImage[]) => Math.max(...group.map(pushed));
  const groups = groupsOf(images).sort((a, b) => newestOf(b) - newestOf(a));
  const remove: StoredImage[] = [];
  const kept: { image: StoredImage; because: string }[] = [];
  let named = 0;
  for (const group of groups) {
    // What a broken-off push has left is not one of the newest images.
    const isNamed = group.some(({ tags }) => tags.length > 0);
    if (isNamed) named += 1;
    const because =
      group.flatMap(({ digest }) => needed.get(digest) ?? [])[0] ??
      (isNamed && named <= keep ? `one of the newest ${keep}` : undefined) ??
      (newestOf(group) > youngest ? `younger than ${olderThan} days` : undefined);
    if (because === undefined) remove.push(...group);
    else kept.push(...group.map((image) => ({ image, because })));
  }
  const refers = (image: StoredImage) => refersTo(image).length > 0;
  return { remove: [...remove.filter(refers), ...remove.filter((image) => !refers(image))], kept };
}

export const refersTo = ({ children, subjects }: StoredImage) => [...children, ...subjects];

/** Those that refer to each other, over however many others. */
function groupsOf(images: readonly StoredImage[]): StoredImage[][] {
  const groupOf = new Map<string, StoredImage[]>(images.map((image) => [image.digest, [image]]));
  for (const image of images)
    for (const other of refersTo(image)) {
      const [own, its] = [groupOf.get(image.digest), groupOf.get(other)];
      if (own === undefined || its === undefined || own === its) continue;
      own.push(...its);
      for (const each of its) groupOf.set(each.digest, own);
    }
  return [...new Set(groupOf.values())];
}
