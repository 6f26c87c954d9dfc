import { DescribeTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';

/** What of a job's task definition a run of it needs to be started and followed. */
export interface TaskDefinition {
  readonly family: string;
  /** The name of its one container. */
  readonly container: string;
  readonly command: readonly string[];
  /** Of its CloudWatch logs. @default - it logs elsewhere */
  readonly logs?: { readonly group: string; readonly prefix: string };
}

/** @param arn as a schedule or a task has it */
export async function readTaskDefinition(ecs: ECSClient, arn: string): Promise<TaskDefinition> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
  const { family, containerDefinitions = [] } = taskDefinition ?? {};
  const container = containerDefinitions.find(({ essential = true }) => essential);
  if (family === undefined || container?.name === undefined)
    throw new Error(`The task definition ${arn} has no container; deploy the service stack again.`);
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = options;
  return {
    ...{ family, container: container.name, command: container.command ?? [] },
    ...(logDriver === 'awslogs' && group !== undefined && prefix !== undefined && { logs: { group, prefix } }),
  };
}
