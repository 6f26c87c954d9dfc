import type { IdentifiedImage } from './registry';

/** Labels of app-image/Dockerfile; see docs/decisions/0015-rollback-after-the-bake.md. */
export const migrationLabel = 'com.myanalyticsschool.migration';
export const oldestMigrationLabel = 'com.myanalyticsschool.migration.oldest';

type Labelled = Pick<IdentifiedImage, 'labels'>;

/** `0012-recordings-of-meetings` → 12 */
function numberIn({ labels }: Labelled, label: string): number | undefined {
  const [, digits] = /^(\d{4})-[a-z0-9-]+$/.exec(labels[label] ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Whether an image works with what later ones have made of the tables. Migrations only add (decision 0009), so it does,
 * unless people have dropped something by hand since: a later image says so.
 *
 * @param since those that ran after it, undefined for one that is gone
 * @returns why not, or why nobody knows
 */
export function migrationObjection(image: Labelled, since: readonly (Labelled | undefined)[]): string | undefined {
  const own = numberIn(image, migrationLabel);
  if (own === undefined) return `its image does not say which migrations it has (label ${migrationLabel})`;
  for (const later of since) {
    const oldest = later === undefined ? undefined : numberIn(later, oldestMigrationLabel);
    if (oldest === undefined) return 'a later image does not say which older ones work with its tables';
    if (own < oldest)
      return `its newest migration is ${image.labels[migrationLabel]}, and since ${later?.labels[oldestMigrationLabel]} something that it uses may be dropped`;
  }
  return undefined;
}
