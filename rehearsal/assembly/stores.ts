import type { CacheDescription, DatabaseDescription, SecretDescription } from './deployment';
import { secretReferredTo } from './dynamic-references';
import type { Scalar } from './property-values';
import type { Resources } from './resources';

const settingsOf = (parameters: Readonly<Record<string, Scalar>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));

/** Defaults are those of https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export function readDatabase(resources: Resources): DatabaseDescription {
  const instance = resources.only('AWS::RDS::DBInstance');
  const stated = resources.read(
    instance,
    'DBInstanceIdentifier',
    'DBName',
    'DBParameterGroupName',
    'EngineVersion',
    'ManageMasterUserPassword',
    'MasterUsername',
    'MultiAZ',
  );
  const settings = databaseSettings(resources, stated.DBParameterGroupName);
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
  const forcedByDefault = Number.parseInt(stated.EngineVersion ?? '', 10) >= 15 ? '1' : '0';
  return {
    logicalId: instance.logicalId,
    identifier: stated.DBInstanceIdentifier ?? instance.logicalId,
    databaseName: stated.DBName ?? 'postgres',
    username: stated.MasterUsername ?? 'postgres',
    managedPassword: stated.ManageMasterUserPassword ?? false,
    multiAz: stated.MultiAZ ?? false,
    settings: Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith('rds.'))),
    forceTls: (settings['rds.force_ssl'] ?? forcedByDefault) === '1',
  };
}

/** Of the parameter group, or none where it is RDS's own (`default.postgres16`). */
function databaseSettings(resources: Resources, name: string | undefined): Record<string, string> {
  if (name === undefined || name.startsWith('default.')) return {};
  const group = resources.behind('AWS::RDS::DBParameterGroup', 'Ref', name);
  const settings = settingsOf(resources.read(group, 'Parameters').Parameters);
  const formula = Object.entries(settings).find(([, value]) => value.includes('{'));
  if (formula)
    throw new Error(
      `${group.stack.environment}/${group.stack.id}: ${formula[0]} is the formula ${formula[1]}, which only RDS computes; state a number.`,
    );
  return settings;
}

/** Defaults are those of https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html */
export function readCache(resources: Resources): CacheDescription {
  const group = resources.only('AWS::ElastiCache::ReplicationGroup');
  const stated = resources.read(
    group,
    'AuthToken',
    'AutomaticFailoverEnabled',
    'CacheParameterGroupName',
    'NumCacheClusters',
    'TransitEncryptionEnabled',
  );
  const { CacheParameterGroupName: name } = stated;
  const parameters =
    name === undefined || name.startsWith('default.')
      ? undefined
      : resources.behind('AWS::ElastiCache::ParameterGroup', 'Ref', name);
  return {
    logicalId: group.logicalId,
    tls: stated.TransitEncryptionEnabled ?? false,
    authTokenSecret: stated.AuthToken === undefined ? undefined : secretReferredTo(stated.AuthToken),
    automaticFailover: stated.AutomaticFailoverEnabled ?? false,
    nodes: Number(stated.NumCacheClusters ?? 1),
    settings: settingsOf(parameters && resources.read(parameters, 'Properties').Properties),
  };
}

/** The length is that of https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export const readSecrets = (resources: Resources): SecretDescription[] =>
  resources.ofType('AWS::SecretsManager::Secret').map((secret) => {
    const { Name, GenerateSecretString: generated } = resources.read(secret, 'Name', 'GenerateSecretString');
    return {
      logicalId: secret.logicalId,
      name: Name ?? secret.logicalId,
      arn: String(resources.attribute(secret, 'Ref')),
      generatedLength: generated && Number(generated.PasswordLength ?? 32),
    };
  });
