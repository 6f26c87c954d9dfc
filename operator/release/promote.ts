import { environments } from '../../lib/config/environments';
import { imageRepositoryName } from '../../lib/config/names';
import { UsageError } from '../../scripts/command-line';
import { shortDigest } from '../images/image-reference';
import { hostPlatform, type RegisteredImage, readImage } from '../images/registry';
import { isScanned } from '../images/scan-findings';
import { cdkDeploy } from './cdk-deploy';
import { type DeploymentState, isUnderWay, type RevisionState } from './service-deployments';
import { confirmAndDeploy, type ReleaseSession, readService, underWay } from './session';
import { liveDigest } from './targets';

const source = 'staging';
const history = 20;

/** Releases what staging runs: the image by its digest, never by a tag that could move. */
export async function promote(session: ReleaseSession): Promise<number> {
  const { target, account, ecr, options } = session;
  const { environment } = target;
  if (environment !== 'demo' && environment !== 'production')
    throw new UsageError(`promote: ${environment} does not get its images from ${source}; demo and production do.`);
  const from = await readService(await session.open(source, options.fromProfile), 'web', history);
  const own = await readService(session, 'web', history);
  const revision = from.find(({ status, target: its }) => status === 'SUCCESSFUL' && its?.digest !== undefined)?.target;
  const reason =
    notProven(from) ?? (await underWay(session)) ?? (revision === undefined ? `nothing runs in ${source}.` : undefined);
  if (reason !== undefined || revision?.digest === undefined) return refused(reason);
  if (liveDigest(own) === revision.digest) {
    console.error(`${environment} runs what ${source} runs: ${revision.image} (${revision.digest}).`);
    return 0;
  }
  const repository = repositoryFor(session, revision);
  const image = await readImage(ecr, { registryId: account, repository, tagOrDigest: revision.digest });
  if (image === undefined) return refused(missing(session, revision));
  if (from[0]?.status !== 'SUCCESSFUL')
    console.error(
      `The last release to ${source} was taken back (${from[0]?.status}); what runs there is the one before.`,
    );
  console.error(summary(environment, revision, image, liveDigest(own)));
  const objection = objectionTo(image, options.acceptFindings);
  if (objection !== undefined) return refused(objection);
  const imageTag = repository === imageRepositoryName ? image.digest : `${repository}@${image.digest}`;
  return confirmAndDeploy(session, cdkDeploy({ target, stacks: `${environment}/**`, imageTag }));
}

function refused(reason: string | undefined): number {
  console.error(`Refused, and nothing was changed: ${reason}`);
  return 1;
}

const notProven = ([newest]: readonly DeploymentState[]): string | undefined =>
  newest !== undefined && isUnderWay(newest)
    ? `a release to ${source} is ${newest.status}, ${newest.stage ?? 'at its beginning'}: what it brings is not proven yet. See: release watch ${source}`
    : undefined;

const isSameAccount = ({ account }: ReleaseSession, { reference }: RevisionState) => reference?.registryId === account;

/** Images that `cdk deploy` has built are in a repository of their own, and stay in their account. */
const repositoryFor = (session: ReleaseSession, revision: RevisionState): string =>
  isSameAccount(session, revision) ? (revision.reference?.repository ?? imageRepositoryName) : imageRepositoryName;

function missing(session: ReleaseSession, revision: RevisionState): string {
  const {
    account,
    target: { environment },
  } = session;
  const what = `${revision.image} (${revision.digest})`;
  if (revision.reference?.repository === imageRepositoryName)
    return `${what} is not in account ${account}, that of ${environment}. Images are replicated when they are pushed, some minutes later; one that was pushed before that was set up has to be pushed again.`;
  return `${what} was built by cdk deploy and is only in account ${revision.reference?.registryId ?? environments[source].account}. Push it to ${imageRepositoryName} there, release ${source} with its tag (-c imageTag=…), and promote that.`;
}

function objectionTo({ platform, findings }: RegisteredImage, acceptFindings: boolean): string | undefined {
  if (platform !== hostPlatform) return `it is for ${platform}, and the hosts are ${hostPlatform}.`;
  const critical = findings.critical.length || findings.counts.CRITICAL;
  if (critical && !acceptFindings)
    return `ECR has found critical vulnerabilities in it: ${findings.critical.join('; ')}. Mend them, or state --accept-findings.`;
  return undefined;
}

function summary(
  environment: string,
  revision: RevisionState,
  image: RegisteredImage,
  live: string | undefined,
): string {
  const { findings, tags, digest } = image;
  const counts = Object.entries(findings.counts).map(([severity, count]) => `${count} ${severity.toLowerCase()}`);
  return [
    `${source} runs ${revision.image}, revision ${revision.id}`,
    `  digest  ${digest}`,
    `  tags    ${tags.join(', ') || 'none'}`,
    `  scan    ${isScanned(findings) ? counts.join(', ') || 'nothing found' : findings.status}`,
    `${environment} runs ${live === undefined ? 'nothing yet' : shortDigest(live)}`,
  ].join('\n');
}
