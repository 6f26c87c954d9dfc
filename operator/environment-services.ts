import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { stackName } from '../lib/config/names';
import { type AwsTarget, clientConfiguration } from './aws-account';

export const serviceRoles = ['web', 'worker'] as const;
export type ServiceRole = (typeof serviceRoles)[number];

/** What ECS calls an environment's services. */
export interface EnvironmentServices {
  readonly cluster: string;
  readonly services: readonly { readonly role: ServiceRole; readonly service: string }[];
}

/**
 * CloudFormation names them, so it is asked.
 * @throws where the environment has none yet
 */
export async function servicesOf(target: AwsTarget): Promise<EnvironmentServices> {
  const stack = stackName(target.environment, 'service');
  const resources = await resourcesOf(target, stack);
  const physical = (type: string, logical = '') =>
    resources.find(
      ({ ResourceType, LogicalResourceId = '' }) => ResourceType === type && LogicalResourceId.startsWith(logical),
    )?.PhysicalResourceId;
  const cluster = physical('AWS::ECS::Cluster');
  const web = physical('AWS::ECS::Service', 'Web');
  const worker = physical('AWS::ECS::Service', 'Worker');
  if (cluster !== undefined && web !== undefined && worker !== undefined)
    return {
      cluster,
      services: [
        { role: 'web', service: web },
        { role: 'worker', service: worker },
      ],
    };
  throw new Error(
    `${stack} has no services in this account and region yet. npx cdk deploy '${target.environment}/**' makes them.`,
  );
}

async function resourcesOf(target: AwsTarget, stack: string) {
  const client = new CloudFormationClient(clientConfiguration(target));
  try {
    const found = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListStackResourcesCommand({ StackName: stack, NextToken: token }));
      found.push(...(page.StackResourceSummaries ?? []));
      token = page.NextToken;
    } while (token);
    return found;
  } catch (error) {
    // CloudFormation's word for "there is no such stack".
    if ((error as Error).name === 'ValidationError') return [];
    throw error;
  } finally {
    client.destroy();
  }
}
