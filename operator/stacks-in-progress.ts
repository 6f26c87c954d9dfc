import { CloudFormationClient, paginateListStacks, type StackStatus } from '@aws-sdk/client-cloudformation';
import { edgeRegion, stackName } from '../lib/config/names';
import { type AwsTarget, clientConfiguration } from './aws-account';

/** Without REVIEW_IN_PROGRESS: a change set of a stack that is not there yet, which changes nothing. */
const inProgress: StackStatus[] = [
  ...(['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'] as const),
  ...(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'] as const),
  ...(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'] as const),
  ...(['IMPORT_IN_PROGRESS', 'IMPORT_ROLLBACK_IN_PROGRESS'] as const),
];

/** What CloudFormation is at in an environment: `mr-mentor-staging-service is UPDATE_IN_PROGRESS`. */
export async function stacksInProgress(target: AwsTarget): Promise<readonly string[]> {
  const regions = [...new Set([clientConfiguration(target).region, edgeRegion])];
  const found = await Promise.all(regions.map((region) => inRegion({ ...target, region })));
  return found.flat();
}

async function inRegion(target: AwsTarget): Promise<string[]> {
  const client = new CloudFormationClient(clientConfiguration(target));
  const found: string[] = [];
  try {
    for await (const { StackSummaries = [] } of paginateListStacks({ client }, { StackStatusFilter: inProgress }))
      for (const { StackName: name = '', StackStatus: status } of StackSummaries)
        if (name.startsWith(stackName(target.environment, ''))) found.push(`${name} is ${status}`);
  } finally {
    client.destroy();
  }
  return found;
}
