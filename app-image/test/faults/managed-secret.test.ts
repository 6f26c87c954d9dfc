import { setTimeout as sleep } from 'node:timers/promises';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Moto, startMoto } from '../../../local/moto';
import { motoTests } from '../../../test/moto';
import { connectDatabase } from '../../src/database/database';
import { managedSecrets } from '../../src/database/managed-secret';
import { captureLog, environmentOf } from '../database/environment';
import { instanceIdentifier, masterUser, secretDocument, startRdsInstance, underLoad } from '../database/rds-instance';

const { found, it: withMoto, why } = motoTests('managed-secret.test.ts: not tried against Secrets Manager');

jest.setTimeout(60_000);

const region = 'ap-south-1';
const secrets = managedSecrets(environmentOf({ AWS_REGION: region }));
const before = { ...process.env };
let moto: Moto | undefined;

const createInstance = (
  identifier: string,
  password: { ManageMasterUserPassword: true } | { MasterUserPassword: string },
) =>
  new RDSClient({ region }).send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: identifier,
      DBInstanceClass: 'db.t4g.medium',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: masterUser,
      ...password,
    }),
  );

beforeAll(async () => {
  if (!found) return;
  moto = await startMoto();
  process.env.AWS_ENDPOINT_URL = moto.url;
  process.env.AWS_ACCESS_KEY_ID = 'testing';
  process.env.AWS_SECRET_ACCESS_KEY = 'testing';
});
afterAll(async () => {
  process.env = before;
  await moto?.stop();
});

withMoto(`is found by the instance, and followed when it rotates under load${why}`, async () => {
  await createInstance(instanceIdentifier, { ManageMasterUserPassword: true });
  const arn = await secrets.secretArn(instanceIdentifier);
  const manager = new SecretsManagerClient({ region });
  const store = (password: string) =>
    manager.send(new PutSecretValueCommand({ SecretId: arn, SecretString: secretDocument(password) }));

  const rds = await startRdsInstance();
  await store(await rds.rotate());
  const database = await connectDatabase(rds.environment(), captureLog().log);
  const { failures, answered } = await underLoad(database, async () => {
    const password = await rds.rotate();
    await rds.endConnections();
    await sleep(500);
    await store(password);
  });
  await database.close();
  await rds.stop();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(100);
});

withMoto(`says what is wrong with the instance or its secret${why}`, async () => {
  await createInstance('by-hand', { MasterUserPassword: 'chosen-by-a-person' });
  await expect(secrets.secretArn('by-hand')).rejects.toThrow(
    'The RDS instance by-hand has no secret of its own; let RDS manage its master password (manageMasterUserPassword)',
  );
  await expect(secrets.secretArn('elsewhere')).rejects.toThrow(
    'rds:DescribeDBInstances failed for DB_INSTANCE_IDENTIFIER elsewhere (DBInstanceNotFoundFault): there is no such instance in this region; check DB_INSTANCE_IDENTIFIER and AWS_REGION',
  );
  await expect(secrets.secretValue(`arn:aws:secretsmanager:${region}:123456789012:secret:gone`)).rejects.toThrow(
    /^secretsmanager:GetSecretValue failed for arn:.*:secret:gone \(ResourceNotFoundException\): the secret is gone; /,
  );
});
