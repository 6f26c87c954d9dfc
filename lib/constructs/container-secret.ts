import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../policy/acknowledge';

/**
 * A secret of another stack, for a container of this one, and the right to read it for the execution
 * role. By name: a reference would export the stateful stack's secret, and a grant on the original
 * would write the reader into the policy of its key, so that the stateful stack imports from this one.
 */
export function containerSecret(scope: Construct, id: string, name: string, executionRole: iam.Role): ecs.Secret {
  const secret = secretsmanager.Secret.fromSecretNameV2(scope, id, name);
  acknowledge(executionRole, {
    [`AwsSolutions-IAM5[Resource::${secret.secretArn}-??????]`]:
      'Secrets Manager ends every ARN in six characters of its own; the name before them is fixed.',
  });
  return ecs.Secret.fromSecretsManager(secret);
}
