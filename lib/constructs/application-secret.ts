import { SecretValue } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { recoveryKeyAlias, secretName } from '../config/names';
import { acknowledge } from '../policy/acknowledge';
import { containerSecret } from './container-secret';
import type { EncryptionKey } from './encryption-key';
import { removalPolicy } from './removal-policy';

export interface ApplicationSecretProps {
  readonly env: EnvironmentConfig;
  readonly encryptionKey: EncryptionKey;
}

/**
 * The one JSON secret of an environment. It begins as `{}`; people fill it.
 *
 * CloudFormation writes a secret's value only when the property itself changes, so the constant below
 * is written once and a deployment never touches what people stored since.
 */
export class ApplicationSecret extends Construct {
  private readonly name: string;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, { env, encryptionKey }: ApplicationSecretProps) {
    super(scope, id);
    this.encryptionKey = encryptionKey;
    this.name = secretName(env.name);
    const secret = new secretsmanager.Secret(this, 'Secret', {
      secretName: this.name,
      description: `Secret settings of mr-mentor-backend on ${env.name}; see docs/environment-reference.md`,
      encryptionKey,
      secretStringValue: SecretValue.unsafePlainText('{}'),
      removalPolicy: removalPolicy(env),
    });
    const { recoveryRegion: region } = env;
    // By alias, since the key is another region's. A replica follows every change within seconds, the mistakes as well.
    if (region !== undefined)
      (secret.node.defaultChild as secretsmanager.CfnSecret).replicaRegions = [
        { region, kmsKeyId: `alias/${recoveryKeyAlias(env.name)}` },
      ];
    secret.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'ThisAccountOnly',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['secretsmanager:*'],
        resources: ['*'],
        conditions: { StringNotEquals: { 'aws:PrincipalAccount': env.account } },
      }),
    );
    const reason =
      'Holds keys that people and other companies issue; each is rotated where it was issued, several only together with re-encryption of stored data.';
    acknowledge(secret, {
      'AwsSolutions-SMG4': reason,
      'NIST.800.53.R5-SecretsManagerRotationEnabled': reason,
    });
  }

  /**
   * The whole secret, for a container; its execution role reads it when a task starts. Whole, so that
   * an optional key may be absent, and one redeploy picks up a change.
   */
  for(scope: Construct, executionRole: iam.Role): ecs.Secret {
    this.encryptionKey.grantDecrypt(executionRole);
    return containerSecret(scope, 'ApplicationSecret', this.name);
  }
}
