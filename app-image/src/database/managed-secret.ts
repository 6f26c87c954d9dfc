import type { Environment } from '../config/contract';

/** What is needed of AWS to find the password that RDS keeps. */
export interface ManagedSecrets {
  /** The ARN of the instance's own secret. */
  secretArn(instance: string): Promise<string>;
  secretValue(arn: string): Promise<string>;
}

/** Both calls take tens of milliseconds; one that hangs must not take the start's time. */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 3_000 };

export function managedSecrets({ AWS_REGION: region }: Environment): ManagedSecrets {
  const settings = { region, requestHandler };
  return {
    async secretArn(instance) {
      // Not at the top: on a laptop nobody needs the SDK, and loading it costs start-up time.
      const { DescribeDBInstancesCommand, RDSClient } = await import('@aws-sdk/client-rds');
      const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance });
      const answer = await explained('rds:DescribeDBInstances', `DB_INSTANCE_IDENTIFIER ${instance}`, () =>
        withClient(new RDSClient(settings), (rds) => rds.send(command)),
      );
      const arn = answer.DBInstances?.[0]?.MasterUserSecret?.SecretArn;
      if (arn === undefined) {
        throw new Error(
          `The RDS instance ${instance} has no secret of its own; let RDS manage its master password (manageMasterUserPassword)`,
        );
      }
      return arn;
    },
    async secretValue(arn) {
      const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
      const command = new GetSecretValueCommand({ SecretId: arn });
      const { SecretString } = await explained('secretsmanager:GetSecretValue', arn, () =>
        withClient(new SecretsManagerClient(settings), (secrets) => secrets.send(command)),
      );
      if (SecretString === undefined) throw new Error(`The secret ${arn} holds no text; RDS writes JSON into its own`);
      return SecretString;
    },
  };
}

/** Called every few minutes at most: a client that is kept would keep its sockets, too. */
async function withClient<Client extends { destroy(): void }, Answer>(
  client: Client,
  send: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send(client);
  } finally {
    client.destroy();
  }
}

/** What to do about the SDK's errors, by name. RDS and Secrets Manager spell some of them differently. */
const remedies: Readonly<Record<string, string>> = {
  AccessDenied: 'allow it in the task role',
  AccessDeniedException: 'allow it in the task role, and kms:Decrypt if the secret has a key of its own',
  DBInstanceNotFoundFault: 'there is no such instance in this region; check DB_INSTANCE_IDENTIFIER and AWS_REGION',
  ResourceNotFoundException: 'the secret is gone; check that RDS still manages the master password',
  DecryptionFailure: 'allow kms:Decrypt on its key in the task role',
  CredentialsProviderError: 'there are no AWS credentials; the container gets them from its task role',
};

async function explained<T>(action: string, on: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new Error(`${action} failed for ${on} (${name}): ${remedies[name] ?? message}`, { cause });
  }
}
