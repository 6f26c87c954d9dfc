import { ECRClient } from '@aws-sdk/client-ecr';
import { isPinned, parseImageTag } from '../../../lib/config/image-tag';
import { findContainerEngine } from '../../../rehearsal/parts/container-engine';
import { environmentVariables } from '../../../scripts/command-line';
import { shortDigest } from '../../images/image-reference';
import { hostPlatform, type RegisteredImage, readImage } from '../../images/registry';
import { hasCritical, isScanned } from '../../images/scan-findings';
import { type Answer, failed, passed, together, warned } from '../answer';
import type { Site } from '../site';

/** Whether there is something to release, and whether it runs on the hosts. */
export async function image(site: Site): Promise<Answer> {
  const { imageTag, config } = site;
  if (imageTag === undefined) return builtHere();
  const asked = parseImageTag(imageTag);
  if (asked === undefined)
    return failed(`${imageTag} is neither a tag nor a digest.`, 'State e.g. main-1a2b3c4, or REPOSITORY@sha256:….');
  if (config.imageTags === 'pinned' && !isPinned(asked))
    return failed(
      `${imageTag} can move to another image, and ${config.name} takes pinned images only.`,
      "State a commit's tag (main-1a2b3c4), a version (1.4.0) or a digest (sha256:…).",
    );
  const found = await readImage(site.client(ECRClient), { registryId: config.account, ...asked });
  if (found === undefined)
    return failed(
      `There is no ${asked.tagOrDigest} in ${asked.repository} of account ${config.account}.`,
      'npm run image -- list has those that are there. What was pushed before the accounts knew of each other was not replicated.',
    );
  return together([architecture(found), scan(found)]);
}

async function builtHere(): Promise<Answer> {
  const engine = await findContainerEngine('auto', environmentVariables);
  return engine
    ? passed(`built here from app-image/, with ${engine.name}`)
    : failed(
        'cdk deploy would build it from app-image/, and neither Docker nor Podman answers here.',
        'Start one (npm run doctor), or release an image that is in ECR: --image main-1a2b3c4 here, -c imageTag=main-1a2b3c4 there.',
      );
}

const architecture = ({ digest, platform }: RegisteredImage): Answer =>
  platform === hostPlatform
    ? passed(`${shortDigest(digest)}, ${platform}`)
    : failed(
        `It is for ${platform}, and the hosts are ${hostPlatform}.`,
        `Build it for them: docker build --platform ${hostPlatform}`,
      );

function scan({ findings, digest }: RegisteredImage): Answer {
  const look = `npm run image -- verify ${shortDigest(digest)}`;
  if (hasCritical(findings))
    return failed(`ECR has found critical vulnerabilities: ${findings.critical.join('; ')}`, look);
  return isScanned(findings)
    ? passed('no critical finding')
    : warned(`ECR has not scanned it: ${findings.status}.`, look);
}
