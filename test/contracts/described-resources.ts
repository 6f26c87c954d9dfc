import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import type {
  BucketDescription,
  CacheDescription,
  DatabaseDescription,
  SecretDescription,
} from '../../rehearsal/assembly/deployment';
import { type LocatedResource, resourcesOf } from '../deployed';
import { theOnly } from './bound-references';

const ofType = (environment: EnvironmentName, type: string) =>
  resourcesOf(environment).filter(({ Type }) => Type === type);

export function databaseOf(environment: EnvironmentName): DatabaseDescription {
  const { logicalId, Properties } = theOnly(environment, 'AWS::RDS::DBInstance');
  const { 'rds.force_ssl': forceTls, ...settings } = theOnly(environment, 'AWS::RDS::DBParameterGroup').Properties
    .Parameters;
  return {
    logicalId,
    identifier: Properties.DBInstanceIdentifier,
    databaseName: Properties.DBName,
    username: Properties.MasterUsername,
    managedPassword: Properties.ManageMasterUserPassword,
    multiAz: Properties.MultiAZ,
    settings,
    forceTls: forceTls === '1',
  };
}

/** Without a replica, whatever the template says: nothing fails over here. */
export function cacheOf(environment: EnvironmentName): CacheDescription {
  const group = theOnly(environment, 'AWS::ElastiCache::ReplicationGroup');
  return {
    logicalId: group.logicalId,
    tls: group.Properties.TransitEncryptionEnabled,
    authTokenSecret: authTokenSecret(environment, group),
    automaticFailover: false,
    nodes: 1,
    settings: theOnly(environment, 'AWS::ElastiCache::ParameterGroup').Properties.Properties,
  };
}

export const bucketsOf = (environment: EnvironmentName): BucketDescription[] =>
  ofType(environment, 'AWS::S3::Bucket').map(({ logicalId, Properties }) => ({
    ...{ logicalId, name: Properties.BucketName, cors: [] },
    ...{ versioned: Properties.VersioningConfiguration?.Status === 'Enabled', publicAccessBlocked: true },
  }));

export const secretsOf = (environment: EnvironmentName): SecretDescription[] =>
  ofType(environment, 'AWS::SecretsManager::Secret').map(({ logicalId, Properties }) => ({
    ...{ logicalId, name: Properties.Name, arn: arnOf(environment, Properties.Name) },
    generatedLength: Properties.GenerateSecretString?.PasswordLength,
  }));

function arnOf(environment: EnvironmentName, name: string): string {
  const { account, region } = environments[environment];
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
}

/** What Redis asks for: the secret that the replication group's template refers to. */
function authTokenSecret(environment: EnvironmentName, { stack, Properties }: LocatedResource): string {
  const token = JSON.stringify(Properties.AuthToken);
  const [, reference] = /\{\{resolve:secretsmanager:",\{"Ref":"(\w+)"\}/.exec(token) ?? [];
  const secret = resourcesOf(environment).find((each) => each.stack === stack && each.logicalId === reference);
  if (secret === undefined) throw new Error(`${environment}/${stack}: AuthToken ${token} refers to no secret`);
  return arnOf(environment, secret.Properties.Name);
}
