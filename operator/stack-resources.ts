import {
  CloudFormationClient,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { type AwsTarget, clientConfiguration } from './aws-account';

/** Everything that a stack has made; empty where there is no such stack in this account and region. */
export async function stackResources(target: AwsTarget, stack: string): Promise<readonly StackResourceSummary[]> {
  const client = new CloudFormationClient(clientConfiguration(target));
  try {
    const found: StackResourceSummary[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListStackResourcesCommand({ StackName: stack, NextToken: token }));
      found.push(
        ...(page.StackResourceSummaries ?? []).filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE'),
      );
      token = page.NextToken;
    } while (token);
    return found;
  } catch (error) {
    if (isNoSuchStack(error)) return [];
    throw error;
  } finally {
    client.destroy();
  }
}

/** CloudFormation has no name of its own for it. */
export const isNoSuchStack = (error: unknown): boolean => {
  const { name, message } = error as Error;
  return name === 'ValidationError' && /does not exist/.test(message);
};

/** @param logical how its logical id begins, where there are several of a type */
export const physicalId = (
  resources: readonly StackResourceSummary[],
  type: string,
  logical = '',
): string | undefined =>
  resources.find(
    ({ ResourceType, LogicalResourceId = '' }) => ResourceType === type && LogicalResourceId.startsWith(logical),
  )?.PhysicalResourceId;
