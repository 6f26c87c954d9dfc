import { environments } from '../../lib/config/environments';
import { isDigest, parseImageTag } from '../../lib/config/image-tag';
import { imageRepositoryName } from '../../lib/config/names';
import { UsageError } from '../../scripts/command-line';
import { shortDigest } from '../images/image-reference';
import { hostPlatform, type RegisteredImage, readImage } from '../images/registry';
import { hasCritical, isScanned } from '../images/scan-findings';
import { cdkDeploy } from './cdk-deploy';
import { type ProvenImage, provenImage } from './proven';
import { lookedBack } from './service-deployments';
import { confirmAndDeploy, type ReleaseSession, readService, underWay } from './session';
import { liveDigest } from './targets';

const source = 'staging';

/** Releases what staging runs: the image by its digest, never by a tag that could move. */
export async function promote(session: ReleaseSession): Promise<number> {
  const { target, account, ecr, options } = session;
  const { environment } = target;
  if (environment !== 'demo' && environment !== 'production')
    throw new UsageError(`promote: ${environment} does not get its images from ${source}; demo and production do.`);
  const proven = await wanted(session);
  if (typeof proven === 'string') return refused(proven);
  const reason = await underWay(session);
  if (reason !== undefined) return refused(reason);
  const live = liveDigest(await readService(session, 'web', lookedBack));
  if (live === proven.digest) {
    console.error(`${environment} runs what ${source} runs: ${proven.digest}.`);
    return 0;
  }
  const repository = repositoryFor(session, proven);
  const image = await readImage(ecr, { registryId: account, repository, tagOrDigest: proven.digest });
  if (image === undefined) return refused(missing(session, proven));
  if (proven.notice !== undefined) console.error(proven.notice);
  console.error(summary(environment, proven, image, live));
  const objection = objectionTo(image, options.acceptFindings);
  if (objection !== undefined) return refused(objection);
  const imageTag = repository === imageRepositoryName ? image.digest : `${repository}@${image.digest}`;
  return confirmAndDeploy(session, cdkDeploy({ target, stacks: `${environment}/**`, imageTag }));
}

/** What was asked for, or else what staging runs. */
async function wanted({ options, open }: ReleaseSession): Promise<ProvenImage | string> {
  const { digest, fromProfile } = options;
  if (digest === undefined) return provenImage(await open(source, fromProfile), source);
  const named = parseImageTag(digest);
  if (named === undefined || !isDigest(named.tagOrDigest) || named.repository !== imageRepositoryName)
    throw new UsageError(
      `--digest: "${digest}" is no digest; state sha256: and 64 hexadecimal digits, as "release digest ${source}" prints it.`,
    );
  return { digest };
}

function refused(reason: string): number {
  console.error(`Refused, and nothing was changed: ${reason}`);
  return 1;
}

/** Images that `cdk deploy` has built are in a repository of their own, and stay in their account. */
const repositoryFor = ({ account }: ReleaseSession, { reference }: ProvenImage): string =>
  reference?.registryId === account ? reference.repository : imageRepositoryName;

function missing(
  { account, target: { environment } }: ReleaseSession,
  { digest, name, reference }: ProvenImage,
): string {
  const what = name === undefined ? digest : `${name} (${digest})`;
  if (reference === undefined || reference.repository === imageRepositoryName)
    return `${what} is not in account ${account}, that of ${environment}. Images are replicated when they are pushed, some minutes later; one that was pushed before that was set up has to be pushed again.`;
  return `${what} was built by cdk deploy and is only in account ${reference.registryId ?? environments[source].account}. Push it to ${imageRepositoryName} there, release ${source} with its tag (-c imageTag=…), and promote that.`;
}

function objectionTo({ platform, findings }: RegisteredImage, acceptFindings: boolean): string | undefined {
  if (platform !== hostPlatform) return `it is for ${platform}, and the hosts are ${hostPlatform}.`;
  if (hasCritical(findings) && !acceptFindings)
    return `ECR has found critical vulnerabilities in it: ${findings.critical.join('; ')}. Mend them, or state --accept-findings.`;
  return undefined;
}

function summary(environment: string, { name }: ProvenImage, image: RegisteredImage, live: string | undefined): string {
  const { findings, tags, digest } = image;
  const counts = Object.entries(findings.counts).map(([severity, count]) => `${count} ${severity.toLowerCase()}`);
  return [
    `${source} runs ${name ?? shortDigest(digest)}`,
    `  digest  ${digest}`,
    `  tags    ${tags.join(', ') || 'none'}`,
    `  scan    ${isScanned(findings) ? counts.join(', ') || 'nothing found' : findings.status}`,
    `${environment} runs ${live === undefined ? 'nothing yet' : shortDigest(live)}`,
  ].join('\n');
}
