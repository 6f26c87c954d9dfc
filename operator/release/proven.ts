import type { EnvironmentName } from '../../lib/config/environment';
import type { ImageReference } from '../images/image-reference';
import { isUnderWay, lookedBack } from './service-deployments';
import { type Deployed, readService } from './session';

/** An image that an environment runs, and has baked. */
export interface ProvenImage {
  readonly digest: string;
  /** `main-1a2b3c4`, as its task definition has it. @default - only the digest is known */
  readonly name?: string;
  readonly reference?: ImageReference;
  /** Worth a word: a later one was taken back. */
  readonly notice?: string;
}

/** @returns why there is none */
export async function provenImage(deployed: Deployed, environment: EnvironmentName): Promise<ProvenImage | string> {
  const states = await readService(deployed, 'web', lookedBack);
  const [newest] = states;
  if (newest !== undefined && isUnderWay(newest))
    return `a release to ${environment} is ${newest.status}, ${newest.stage ?? 'at its beginning'}: what it brings is not proven yet. See: release watch ${environment}`;
  const revision = states.find(({ status, target }) => status === 'SUCCESSFUL' && target?.digest !== undefined)?.target;
  if (revision?.digest === undefined) return `nothing runs in ${environment}.`;
  const notice =
    newest?.status === 'SUCCESSFUL'
      ? undefined
      : `The last release to ${environment} was taken back (${newest?.status}); what runs there is the one before.`;
  return { digest: revision.digest, name: revision.image, reference: revision.reference, notice };
}
