import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/**
 * A secret of another stack, for a container of this one. By name: a reference would export the
 * stateful stack's secret, and a grant on the original would write the reader into the policy of its
 * key, so that the stateful stack imports from this one.
 */
export function containerSecret(scope: Construct, id: string, name: string): ecs.Secret {
  return ecs.Secret.fromSecretsManager(secretsmanager.Secret.fromSecretNameV2(scope, id, name));
}
