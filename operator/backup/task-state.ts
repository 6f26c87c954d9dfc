import { DescribeTasksCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';

/** A task as ECS tells it. */
export interface TaskState {
  readonly arn: string;
  /** As ECS has it: PROVISIONING, PENDING, RUNNING … STOPPED. */
  readonly status: string;
  /** False as long as it waits for a host with room. */
  readonly hasHost: boolean;
  readonly taskDefinition: string;
  readonly createdAt?: Date;
  readonly stoppedAt?: Date;
  /** Of the container; undefined while it runs, and where it never ran. */
  readonly exitCode?: number;
  /** Why it has stopped, in ECS's words, where there is more to say than that it has ended. */
  readonly reason?: string;
}

/** `4f1c2a90be7d…`, the end of an ARN, which a log stream is named by. */
export const taskId = (arn: string): string => arn.split('/').at(-1) ?? arn;

/** @returns undefined where ECS does not know it: not yet, or, an hour after its end, no longer */
export async function readTask(
  ecs: ECSClient,
  { cluster, task, container }: { readonly cluster: string; readonly task: string; readonly container?: string },
): Promise<TaskState | undefined> {
  const { tasks: [found] = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
  return found && stateOf(found, container);
}

function stateOf(task: Task, name: string | undefined): TaskState {
  const { containers = [], stopCode, stoppedReason } = task;
  const container = containers.find((each) => each.name === name) ?? containers[0];
  const said = [container?.reason, stopCode === 'EssentialContainerExited' ? undefined : stoppedReason];
  return {
    arn: task.taskArn ?? '',
    status: task.lastStatus ?? 'PROVISIONING',
    hasHost: task.containerInstanceArn !== undefined,
    taskDefinition: task.taskDefinitionArn ?? '',
    ...{ createdAt: task.createdAt, stoppedAt: task.stoppedAt, exitCode: container?.exitCode },
    reason: [...new Set(said.filter(Boolean))].join('; ') || undefined,
  };
}
