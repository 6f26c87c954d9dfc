import { randomUUID } from 'node:crypto';
import {
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Call, hidden } from '../calls';
import { type SecretDocument, serialise } from './document';
import { inEffect, type StoredSecret } from './stored-secret';

/** On a version that is not in effect yet. Its own, since AWSPENDING is a rotation's. */
const pending = 'mr-mentor-pending';

/**
 * Puts a document in the place of the version that was read, and of no other: the new version gets AWSCURRENT only while
 * that one still has it, and AWSPREVIOUS is left on that one. Until then nobody sees it, wherever it is cut off.
 */
export function replacingCalls(manager: SecretsManagerClient, before: StoredSecret, document: SecretDocument): Call[] {
  const text = serialise(document);
  const versionId = randomUUID();
  const id = { SecretId: before.name };
  const put = { ...id, ClientRequestToken: versionId, VersionStages: [pending] };
  const activate = {
    ...{ ...id, VersionStage: 'AWSCURRENT' },
    ...{ MoveToVersionId: versionId, RemoveFromVersionId: before.versionId },
  };
  const tidy = { ...id, VersionStage: pending, RemoveFromVersionId: versionId };
  return [
    {
      action: 'secretsmanager:PutSecretValue',
      shown: { ...put, SecretString: hidden(text) },
      make: () => manager.send(new PutSecretValueCommand({ ...put, SecretString: text })),
    },
    {
      action: 'secretsmanager:UpdateSecretVersionStage',
      shown: activate,
      make: () => move(manager, activate, before.name),
    },
    {
      action: 'secretsmanager:UpdateSecretVersionStage',
      shown: tidy,
      make: () => manager.send(new UpdateSecretVersionStageCommand(tidy)),
    },
  ];
}

/** Somebody else was first. */
export class ConcurrentEdit extends Error {}

async function move(
  manager: SecretsManagerClient,
  input: ConstructorParameters<typeof UpdateSecretVersionStageCommand>[0],
  name: string,
): Promise<void> {
  try {
    await manager.send(new UpdateSecretVersionStageCommand(input));
  } catch (error) {
    if (!/^Invalid(Parameter|Request)Exception$/.test((error as Error).name)) throw error;
    const { VersionId: current } = await manager.send(inEffect(name));
    // An answer that was lost: the SDK has asked again, and it was done already.
    if (current === input.MoveToVersionId) return;
    if (current === input.RemoveFromVersionId) throw error;
    throw new ConcurrentEdit(
      `Somebody has changed ${name} meanwhile: its version is ${current} now. Nothing of yours is in effect and nothing is lost; look at it again, and repeat the command.`,
    );
  }
}
