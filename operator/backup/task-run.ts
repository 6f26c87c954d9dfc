import {
  type ECSClient,
  type Failure,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskRequest,
} from '@aws-sdk/client-ecs';
import type { Call } from '../calls';
import type { ScheduledTask } from './scheduled-task';
import type { TaskDefinition } from './task-definition';

/** Shown as the one who has started a task. */
export const startedBy = 'npm-run-backup';

export interface TaskRunProps {
  readonly task: ScheduledTask;
  readonly definition: TaskDefinition;
  /** Behind the container's own command. */
  readonly args?: readonly string[];
  /** ECS starts one task for a token, however often it is asked. */
  readonly clientToken: string;
}

/** Exactly what the schedule would have ECS run, but for the arguments and who has asked. */
export function runTaskRequest({ task, definition, args = [], clientToken }: TaskRunProps): RunTaskRequest {
  const { container, command } = definition;
  const overrides = { containerOverrides: [{ name: container, command: [...command, ...args] }] };
  return { ...task.request, ...(args.length > 0 && { overrides }), startedBy, clientToken };
}

export interface RunTaskCall extends Call {
  /** @returns the task's ARN */
  make(): Promise<string>;
}

/** ECS has answered, and says why it has started nothing. */
export class NothingStarted extends Error {}

export const runTaskCall = (ecs: ECSClient, request: RunTaskRequest): RunTaskCall => ({
  action: 'ecs:RunTask',
  shown: { ...request },
  async make() {
    const { tasks: [task] = [], failures = [] } = await ecs.send(new RunTaskCommand(request));
    if (task?.taskArn !== undefined) return task.taskArn;
    throw new NothingStarted(
      `ECS has started no task: ${failures.map(explainFailure).join('; ') || 'it does not say why'}`,
    );
  },
});

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html */
const failureRemedies: readonly (readonly [reason: RegExp, remedy: string])[] = [
  [/RESOURCE:(CPU|MEMORY)/, 'no host has as much left; wait for the end of a release, or raise hosts.max'],
  [/RESOURCE:ENI/, 'no host has a network interface left; wait for the end of a release, or raise hosts.max'],
  [/RESOURCE/, 'no host has room for it'],
  [
    /EMPTY CAPACITY PROVIDER|NO ACTIVE INSTANCES/i,
    'there is no host; look at the Auto Scaling group and its activities',
  ],
  [/AGENT/, 'the agent of a host is not connected; the Auto Scaling group replaces the host, try again then'],
  [/ATTRIBUTE|MemberOf/i, 'no host meets its constraints; look at the type and the AMI of the hosts'],
  [/INACTIVE|MISSING/, 'the cluster or the task definition has been removed; deploy the service stack again'],
];

export function explainFailure({ reason = 'no reason', detail }: Failure): string {
  const remedy = failureRemedies.find(([reasons]) => reasons.test(reason))?.[1];
  return [detail === undefined ? reason : `${reason} (${detail})`, remedy].filter(Boolean).join(': ');
}

/** ARNs of tasks of this family that are to run, among them those that wait for a host. */
export async function runningTasks(ecs: ECSClient, cluster: string, family: string): Promise<readonly string[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, family, desiredStatus: 'RUNNING' }));
  return taskArns;
}
