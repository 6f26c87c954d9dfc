import type { ImageFailure } from '@aws-sdk/client-ecr';
import { formatTable } from '../../scripts/table';
import { shortDigest } from './image-reference';
import type { PrunePlan } from './prune-plan';
import { isScanned, type ScanFindings } from './scan-findings';
import type { StoredImage } from './stored-images';

export interface ListedImage extends StoredImage {
  readonly scan: Pick<ScanFindings, 'status' | 'counts'>;
  /** `staging: web, worker` */
  readonly deployed: readonly string[];
}

/** To the minute, in UTC. */
const clock = (time: Date | undefined): string => time?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const nameOf = ({ tags }: Pick<StoredImage, 'tags'>): string => tags.join(', ') || '–';

/** `2 critical, 5 high`; what is not scanned is not known to be good. */
export function scanText({ status, counts }: Pick<ScanFindings, 'status' | 'counts'>): string {
  if (!isScanned({ status })) return status === 'NONE' ? 'not scanned' : status;
  return `${counts.CRITICAL ?? 0} critical, ${counts.HIGH ?? 0} high`;
}

export function listText(images: readonly ListedImage[]): string {
  if (images.length === 0) return 'No image is there.';
  const rows = images.map((image) => [
    clock(image.pushedAt),
    nameOf(image),
    shortDigest(image.digest),
    megabytes(image.bytes),
    scanText(image.scan),
    image.deployed.join('; '),
  ]);
  return formatTable(['pushed (UTC)', 'tags', 'digest', 'size', 'scan', 'deployed'], rows);
}

/** What goes, and why the rest stays. */
export function pruneText({ remove, kept }: PrunePlan): string {
  const because = new Map<string, number>();
  for (const each of kept) because.set(each.because, (because.get(each.because) ?? 0) + 1);
  const stays = [...because].map(([reason, count]) => `  ${count}: ${reason}`);
  const rows = remove.map((image) => [
    clock(image.pushedAt),
    nameOf(image),
    shortDigest(image.digest),
    megabytes(image.bytes),
  ]);
  const bytes = remove.reduce((sum, image) => sum + image.bytes, 0);
  return [
    `${kept.length} stay`,
    ...stays,
    remove.length === 0 ? 'Nothing is to be removed.' : `${remove.length} would be removed, ${megabytes(bytes)}`,
    ...(rows.length > 0 ? [formatTable(['pushed (UTC)', 'tags', 'digest', 'size'], rows)] : []),
  ].join('\n');
}

export function failuresText(failures: readonly ImageFailure[]): string {
  const lines = failures.map(
    ({ imageId, failureCode, failureReason }) => `  ${imageId?.imageDigest}: ${failureReason} (${failureCode})`,
  );
  return [`ECR has not removed ${failures.length}; repeat the command:`, ...lines].join('\n');
}
