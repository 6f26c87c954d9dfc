import { randomBytes } from 'node:crypto';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DatabaseDescription } from '../assembly/deployment';
import type { Aws } from './aws';

/** As RDS does for an instance whose password it manages: the password stands in a secret that the instance names. */
export async function provisionManagedPassword(
  aws: Pick<Aws, 'client' | 'moto' | 'region' | 'account'>,
  { identifier, username, databaseName }: DatabaseDescription,
): Promise<string> {
  const arn = await createInstance(aws, {
    Action: 'CreateDBInstance',
    Version: '2014-10-31',
    DBInstanceIdentifier: identifier,
    DBInstanceClass: 'db.t4g.medium',
    DBName: databaseName,
    Engine: 'postgres',
    AllocatedStorage: '20',
    MasterUsername: username,
    ManageMasterUserPassword: 'true',
  });
  const password = randomBytes(24).toString('base64');
  const manager = new SecretsManagerClient(aws.client);
  try {
    // moto gives every instance the same one.
    const SecretString = JSON.stringify({ username, password });
    await manager.send(new PutSecretValueCommand({ SecretId: arn, SecretString }));
  } finally {
    manager.destroy();
  }
  return password;
}

/** @returns the ARN of its secret */
async function createInstance(
  { moto, region, account }: Pick<Aws, 'moto' | 'region' | 'account'>,
  call: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(moto.url, {
    method: 'POST',
    // For moto this says which service is called; it is CloudFormation that would sign.
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=-/-/${region}/rds/aws4_request`,
      'x-moto-account-id': account,
    },
    body: new URLSearchParams(call),
  });
  const answer = await response.text();
  const [, arn] = /<SecretArn>([^<]+)<\/SecretArn>/.exec(answer) ?? [];
  if (arn === undefined)
    throw new Error(`moto made no instance ${call.DBInstanceIdentifier} (${response.status}): ${answer}`);
  return arn;
}
