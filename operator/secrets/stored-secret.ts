import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseDocument, type SecretDocument } from './document';

/** Names of keys and their values, as Secrets Manager has them now. */
export interface StoredSecret {
  readonly name: string;
  readonly versionId: string;
  readonly document: SecretDocument;
}

/** The environment's secrets stack has not been deployed. */
export class NoSecret extends Error {}

/** @throws when there is none, or it is no JSON object: its text is not repeated */
export async function readStoredSecret(manager: SecretsManagerClient, name: string): Promise<StoredSecret> {
  const { SecretString: text, VersionId: versionId } = await read(manager, name);
  if (text === undefined || versionId === undefined)
    throw new Error(`The secret ${name} holds bytes and no text; store a JSON object of names and texts.`);
  return { name, versionId, document: parseDocument(text, `The secret ${name}`) };
}

/** By its label, which is what AWS takes where none is named; the emulator takes the newest. */
export const inEffect = (name: string) => new GetSecretValueCommand({ SecretId: name, VersionStage: 'AWSCURRENT' });

async function read(manager: SecretsManagerClient, name: string) {
  try {
    return await manager.send(inEffect(name));
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    const [, environment] = name.split('/');
    throw new NoSecret(
      `There is no secret ${name} in this account and region. The deployment makes it: npx cdk deploy '${environment}/secrets'.`,
    );
  }
}
