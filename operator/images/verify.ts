import type { EnvironmentName } from '../../lib/config/environment';
import { parseImageTag } from '../../lib/config/image-tag';
import { imageRepositoryName } from '../../lib/config/names';
import { liveDigest } from '../release/targets';
import { shortDigest } from './image-reference';
import { environmentIn, type ImageRegistry, registryText } from './image-registry';
import { readUses } from './image-uses';
import { hostPlatform, type ImageQuery, type RegisteredImage, readImage } from './registry';
import { megabytes, scanText } from './report';
import { hasCritical, isScanned } from './scan-findings';
import { migrationLabel, oldestMigrationLabel } from './schema';
import { type ImageSession, repositoryOf } from './session';
import { listImages } from './stored-images';

const revisionLabel = 'org.opencontainers.image.revision';

interface Finding {
  readonly state: 'passed' | 'warned' | 'failed';
  readonly text: string;
}

/** Whether an image can be deployed. @param asked an environment's, which runs it, or a tag, a digest or its beginning */
export async function verify(session: ImageSession, asked: EnvironmentName | { readonly image: string }) {
  const { registry, options } = session;
  const found =
    typeof asked === 'string' ? await imageOf(session, asked) : await imageNamed(session, asked.image.trim());
  if (typeof found === 'string') {
    if (options.json) console.log(JSON.stringify({ version: 1, passed: false, reason: found }, null, 2));
    else console.error(found);
    return 1;
  }
  const findings = judge(found);
  const passed = findings.every(({ state }) => state !== 'failed');
  const { account, region } = registry;
  if (options.json)
    console.log(JSON.stringify({ version: 1, account, region, passed, image: found, findings }, null, 2));
  else console.log([head(found, registry), ...findings.map(({ state, text }) => `${signs[state]} ${text}`)].join('\n'));
  return passed ? 0 : 1;
}

const signs: Readonly<Record<Finding['state'], string>> = { passed: '✓', warned: '!', failed: '✗' };

const head = ({ repository, digest, tags, pushedAt, bytes }: RegisteredImage, { account, region }: ImageRegistry) =>
  [
    `${repository}@${digest}, account ${account}, ${region}`,
    `  tags ${tags.join(', ') || 'none'}, pushed ${pushedAt?.toISOString() ?? '–'}, ${megabytes(bytes)}`,
  ].join('\n');

function judge({ platform, labels, findings }: RegisteredImage): Finding[] {
  const { [revisionLabel]: revision, [migrationLabel]: newest, [oldestMigrationLabel]: oldest } = labels;
  const scanState = hasCritical(findings) ? 'failed' : isScanned(findings) ? 'passed' : 'warned';
  return [
    platform === hostPlatform
      ? { state: 'passed', text: platform }
      : { state: 'failed', text: `It is for ${platform}, and the hosts are ${hostPlatform}.` },
    revision
      ? { state: 'passed', text: `commit ${revision}` }
      : { state: 'warned', text: `It does not say which commit it was built from (label ${revisionLabel}).` },
    newest && oldest
      ? { state: 'passed', text: `migrations up to ${newest}; images from ${oldest} on work with its tables` }
      : {
          state: 'warned',
          text: 'It does not say which migrations it has: no rollback goes back to it, or past it, without --migrations-allow.',
        },
    { state: scanState, text: [scanText(findings), ...findings.critical.map((each) => `    ${each}`)].join('\n') },
  ];
}

/** What web runs. @returns why it is not known */
async function imageOf({ registry, ecr }: ImageSession, environment: EnvironmentName) {
  const { deployments } = await readUses(environmentIn(registry, environment));
  const digest = liveDigest(deployments);
  const live = deployments.find(({ target }) => target?.digest === digest)?.target?.reference;
  if (digest === undefined || live === undefined)
    return `ECS knows of no deployment of ${environment} that has succeeded in the last 90 days, in ${registryText(registry)}.`;
  const { registryId, repository } = live;
  return orMissing(await readImage(ecr, { registryId, repository, tagOrDigest: digest }), live.repository, digest);
}

async function imageNamed(session: ImageSession, text: string) {
  const { registry, ecr } = session;
  const named = parseImageTag(text);
  const query: ImageQuery | undefined = named && { registryId: registry.account, ...named };
  const exactly = query && (await readImage(ecr, query));
  if (exactly !== undefined) return exactly;
  const begun = await digestsBeginning(session, text);
  const [first, second] = begun;
  if (second !== undefined) return `${text}: ${begun.length} digests begin so: ${begun.map(shortDigest).join(', ')}.`;
  if (first !== undefined)
    return orMissing(
      await readImage(ecr, { ...repositoryOf(registry), tagOrDigest: first }),
      imageRepositoryName,
      first,
    );
  return `There is no ${text} in ${named?.repository ?? imageRepositoryName} of account ${registry.account} in ${registry.region}. npm run image -- list has those that are there.`;
}

const orMissing = (image: RegisteredImage | undefined, repository: string, digest: string): RegisteredImage | string =>
  image ?? `${digest} is no longer in ${repository}.`;

/** As tables show digests. Fewer than six hexadecimal digits may be meant for something else. */
async function digestsBeginning({ registry, ecr }: ImageSession, text: string): Promise<string[]> {
  const [, digits] = /^(?:sha256:)?([0-9a-f]{6,63})$/.exec(text) ?? [];
  if (digits === undefined) return [];
  const images = await listImages(ecr, repositoryOf(registry));
  return images.map(({ digest }) => digest).filter((digest) => digest.startsWith(`sha256:${digits}`));
}
