import { randomBytes } from 'node:crypto';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { generatedSecrets } from '../../lib/config/generated-secrets';
import { secretName } from '../../lib/config/names';
import { resourcesOf } from '../deployed';
import { theOnly } from './bound-references';

/** The secrets of an environment's templates by ARN. */
export type SecretValues = ReadonlyMap<string, string>;

/** As Secrets Manager generates them when they are created, and as people fill the application's. */
export function secretValuesOf(environment: EnvironmentName): SecretValues {
  const { account, region, settings } = environments[environment];
  const contentOf = (name: string, generated?: { readonly PasswordLength: number }): string => {
    if (generated) return randomBytes(generated.PasswordLength).toString('hex').slice(0, generated.PasswordLength);
    if (name !== secretName(environment)) throw new Error(`${environment}: nobody knows what the secret ${name} holds`);
    return JSON.stringify(generatedSecrets({ settings, known: { ADMIN_EMAIL: 'admin@myanalyticsschool.com' } }));
  };
  return new Map(
    resourcesOf(environment)
      .filter(({ Type }) => Type === 'AWS::SecretsManager::Secret')
      .map(({ Properties: { Name, GenerateSecretString } }) => [
        `arn:aws:secretsmanager:${region}:${account}:secret:${Name}`,
        contentOf(Name, GenerateSecretString),
      ]),
  );
}

/** What Redis asks for: the value of the secret that the replication group's template refers to. */
export function authTokenOf(environment: EnvironmentName, secrets: SecretValues): string {
  const { stack, Properties } = theOnly(environment, 'AWS::ElastiCache::ReplicationGroup');
  const token = JSON.stringify(Properties.AuthToken);
  const [, reference] = /\{\{resolve:secretsmanager:",\{"Ref":"(\w+)"\}/.exec(token) ?? [];
  const secret = resourcesOf(environment).find((each) => each.stack === stack && each.logicalId === reference);
  const [, value] = [...secrets].find(([arn]) => arn.endsWith(`:${secret?.Properties.Name}`)) ?? [];
  if (value === undefined) throw new Error(`${environment}/${stack}: AuthToken ${token} refers to no secret`);
  return value;
}
