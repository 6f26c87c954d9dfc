import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { stackName } from '../lib/config/names';
import { type AwsTarget, clientConfiguration } from './aws-account';
import type { Call } from './calls';

export interface Redeployment {
  readonly calls: readonly Call[];
  close(): void;
}

/**
 * Starts the tasks of web and worker anew, which read the secret then; web goes blue/green as in a release.
 * @throws where the environment has no services yet
 */
export async function redeployment(target: AwsTarget): Promise<Redeployment> {
  const configuration = clientConfiguration(target);
  const { cluster, services } = await servicesOf(target);
  const client = new ECSClient(configuration);
  return {
    calls: services.map((service) => {
      const input = { cluster, service, forceNewDeployment: true };
      return { action: 'ecs:UpdateService', shown: input, make: () => client.send(new UpdateServiceCommand(input)) };
    }),
    close: () => client.destroy(),
  };
}

async function servicesOf(target: AwsTarget) {
  const client = new CloudFormationClient(clientConfiguration(target));
  const stack = stackName(target.environment, 'service');
  const ids: Record<string, string[]> = {};
  try {
    let token: string | undefined;
    do {
      const page = await client.send(new ListStackResourcesCommand({ StackName: stack, NextToken: token }));
      for (const { ResourceType: type = '', PhysicalResourceId: id } of page.StackResourceSummaries ?? [])
        if (id) ids[type] = [...(ids[type] ?? []), id];
      token = page.NextToken;
    } while (token);
  } finally {
    client.destroy();
  }
  const { 'AWS::ECS::Cluster': [cluster] = [], 'AWS::ECS::Service': services = [] } = ids;
  if (cluster === undefined || services.length === 0)
    throw new Error(
      `${stack} has no services yet: npx cdk deploy '${target.environment}/**' starts them with this secret.`,
    );
  return { cluster, services };
}
