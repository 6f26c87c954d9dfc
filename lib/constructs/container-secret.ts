import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * A secret of another stack, for a container of this one. Imported by ARN, because a grant on the
 * original writes the reader into the policy of its key: the stateful stack would depend on this one.
 */
export function containerSecret(scope: Construct, id: string, secretArn: string): ecs.Secret {
  return ecs.Secret.fromSecretsManager(secretsmanager.Secret.fromSecretCompleteArn(scope, id, secretArn));
}
