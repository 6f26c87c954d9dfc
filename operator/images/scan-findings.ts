import { DescribeImageScanFindingsCommand, type ECRClient, type ImageScanFindings } from '@aws-sdk/client-ecr';
import { imageIdOf } from './image-reference';
import type { ImageQuery } from './registry';

/** What ECR's scan has found. Of no scan it is not known whether there is something. */
export interface ScanFindings {
  /** As ECR has it: COMPLETE, ACTIVE (enhanced scanning goes on), IN_PROGRESS, FAILED …; or NONE. */
  readonly status: string;
  /** By severity: CRITICAL, HIGH … */
  readonly counts: Readonly<Record<string, number>>;
  /** The critical ones: `CVE-2026-1234 in openssl 3.0.1`. */
  readonly critical: readonly string[];
}

export const isScanned = ({ status }: Pick<ScanFindings, 'status'>): boolean =>
  status === 'COMPLETE' || status === 'ACTIVE';

/** Basic scanning may count what it does not list. */
export const hasCritical = ({ critical, counts }: Pick<ScanFindings, 'critical' | 'counts'>): boolean =>
  critical.length > 0 || (counts.CRITICAL ?? 0) > 0;

export async function readFindings(
  ecr: ECRClient,
  { registryId, repository, tagOrDigest }: ImageQuery,
): Promise<ScanFindings> {
  const critical: string[] = [];
  let counts: Readonly<Record<string, number>> = {};
  let status = 'NONE';
  let nextToken: string | undefined;
  try {
    do {
      const page = await ecr.send(
        new DescribeImageScanFindingsCommand({
          ...{ registryId, repositoryName: repository, imageId: imageIdOf(tagOrDigest), nextToken },
        }),
      );
      status = page.imageScanStatus?.status ?? status;
      counts = page.imageScanFindings?.findingSeverityCounts ?? counts;
      critical.push(...criticalOf(page.imageScanFindings));
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    if ((error as Error).name !== 'ScanNotFoundException') throw error;
  }
  return { status, counts, critical };
}

/** Basic scanning has `findings`, enhanced scanning by Amazon Inspector has others. */
function criticalOf({ findings = [], enhancedFindings = [] }: ImageScanFindings = {}): string[] {
  const basic = findings.flatMap(({ severity, name, attributes = [] }) => {
    const of = (key: string) => attributes.find((each) => each.key === key)?.value ?? '';
    return severity === 'CRITICAL' ? [`${name} in ${of('package_name')} ${of('package_version')}`.trim()] : [];
  });
  const enhanced = enhancedFindings.flatMap(({ severity, title, packageVulnerabilityDetails: details }) => {
    const [one] = details?.vulnerablePackages ?? [];
    const mended = one?.fixedInVersion === undefined ? '' : `, mended in ${one.fixedInVersion}`;
    return severity === 'CRITICAL'
      ? [`${details?.vulnerabilityId ?? title} in ${one?.name ?? '?'} ${one?.version ?? ''}${mended}`]
      : [];
  });
  return [...basic, ...enhanced];
}
