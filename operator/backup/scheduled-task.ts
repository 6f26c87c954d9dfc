import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { type EcsParameters, GetScheduleCommand, type SchedulerClient, type Target } from '@aws-sdk/client-scheduler';
import { stackName } from '../../lib/config/names';
import type { AwsTarget } from '../aws-account';
import { stackResources } from '../stack-resources';

/** Of lib/config/jobs.ts, those that are about backups. */
export type BackupJob = 'DatabaseBackup' | 'RestoreCheck';

export const scheduleType = 'AWS::Scheduler::Schedule';
/** Of lib/constructs/scheduled-jobs.ts: the construct's path, and a hash behind. */
export const scheduleLogicalId = (job: BackupJob): RegExp => new RegExp(`^Jobs${job}[0-9A-F]{8}$`);

/** What a schedule has ECS run. */
export interface ScheduledTask {
  readonly cluster: string;
  readonly taskDefinition: string;
  /** As ECS takes it, without what each run has of its own. */
  readonly request: RunTaskRequest;
}

/**
 * CloudFormation names the schedule, so it is asked.
 *
 * @throws where the environment has none yet
 */
export async function scheduledTask(
  scheduler: SchedulerClient,
  target: AwsTarget,
  job: BackupJob,
): Promise<ScheduledTask> {
  const stack = stackName(target.environment, 'service');
  const logical = scheduleLogicalId(job);
  const found = (await stackResources(target, stack)).find(
    ({ ResourceType, LogicalResourceId = '' }) => ResourceType === scheduleType && logical.test(LogicalResourceId),
  );
  if (found?.PhysicalResourceId === undefined)
    throw new Error(
      `${stack} has no schedule ${job} in this account and region yet. npx cdk deploy '${target.environment}/**' makes it.`,
    );
  const { Target: scheduled } = await scheduler.send(new GetScheduleCommand({ Name: found.PhysicalResourceId }));
  return taskOf(scheduled, found.PhysicalResourceId);
}

function taskOf(target: Target | undefined, schedule: string): ScheduledTask {
  const cluster = target?.Arn;
  const parameters = target?.EcsParameters;
  if (cluster === undefined || parameters?.TaskDefinitionArn === undefined)
    throw new Error(`The schedule ${schedule} starts no task of ECS; deploy the service stack again.`);
  return {
    cluster,
    taskDefinition: parameters.TaskDefinitionArn,
    request: requestOf(cluster, parameters.TaskDefinitionArn, parameters, target?.Input),
  };
}

/** The names are EventBridge Scheduler's on the one side and ECS's on the other. */
function requestOf(
  cluster: string,
  taskDefinition: string,
  parameters: EcsParameters,
  input: string | undefined,
): RunTaskRequest {
  const vpc = parameters.NetworkConfiguration?.awsvpcConfiguration;
  return {
    ...{ cluster, taskDefinition, count: parameters.TaskCount ?? 1 },
    capacityProviderStrategy: parameters.CapacityProviderStrategy,
    launchType: parameters.LaunchType,
    platformVersion: parameters.PlatformVersion,
    networkConfiguration: vpc && {
      awsvpcConfiguration: {
        subnets: vpc.Subnets,
        securityGroups: vpc.SecurityGroups,
        assignPublicIp: vpc.AssignPublicIp,
      },
    },
    ...{ placementConstraints: parameters.PlacementConstraints, placementStrategy: parameters.PlacementStrategy },
    ...{ group: parameters.Group, referenceId: parameters.ReferenceId },
    enableECSManagedTags: parameters.EnableECSManagedTags,
    enableExecuteCommand: parameters.EnableExecuteCommand,
    propagateTags: parameters.PropagateTags,
    tags: parameters.Tags?.map(({ Key, key = Key, Value, value = Value }) => ({ key, value })),
    // A schedule's input is what the task is overridden with.
    overrides: input === undefined ? undefined : JSON.parse(input),
  };
}
