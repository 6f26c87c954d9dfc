import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { everyName } from '../../lib/config/context';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { secretName } from '../../lib/config/names';
import type { AwsTarget } from '../aws-account';
import type { SecretDocument } from './document';
import { NoSecret, readStoredSecret } from './stored-secret';

export interface OtherSecrets {
  readonly others: Readonly<Partial<Record<EnvironmentName, SecretDocument>>>;
  /** Those that these credentials may not read, and AWS's words for it. */
  readonly unread: readonly { readonly environment: EnvironmentName; readonly reason: string }[];
}

/** Of the other environments in the same account; one that is not there yet has nothing to compare. */
export async function readOtherSecrets(manager: SecretsManagerClient, target: AwsTarget): Promise<OtherSecrets> {
  const account = (name: EnvironmentName) => target.account ?? environments[name].account;
  const names = everyName.filter(
    (name) => name !== target.environment && account(name) === account(target.environment),
  );
  const documents = new Map<EnvironmentName, SecretDocument>();
  const unread: { readonly environment: EnvironmentName; readonly reason: string }[] = [];
  const read = async (environment: EnvironmentName) => {
    try {
      documents.set(environment, (await readStoredSecret(manager, secretName(environment))).document);
    } catch (error) {
      if (error instanceof NoSecret) return;
      if ((error as Error).name !== 'AccessDeniedException') throw error;
      unread.push({ environment, reason: (error as Error).message });
    }
  };
  await Promise.all(names.map(read));
  return { others: Object.fromEntries(documents), unread };
}
