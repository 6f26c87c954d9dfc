import {
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListTasks,
} from '@aws-sdk/client-ecs';
import { GetScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { type ImageReference, parseImageReference } from './image-reference';

/** An image as ECS knows it: by the name in a task definition, by what was pulled, or both. */
export interface NamedImage {
  /** Of what was pulled. @default - nobody has pulled it, or ECS does not say */
  readonly digest?: string;
  /** @default - it is not in ECR, or ECS does not say */
  readonly reference?: ImageReference;
}

export interface Cluster {
  readonly ecs: ECSClient;
  readonly name: string;
}

const namedImage = (image: string | undefined, digest?: string): NamedImage => ({
  digest,
  reference: image === undefined ? undefined : parseImageReference(image),
});

/** ECS lists as many, and describes as many. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const mostTasks = 100;

/** Those of services, of jobs, and what somebody has started by hand. */
export async function imagesOfRunningTasks({ ecs, name: cluster }: Cluster): Promise<NamedImage[]> {
  const found: NamedImage[] = [];
  for await (const { taskArns: arns = [] } of paginateListTasks({ client: ecs, pageSize: mostTasks }, { cluster })) {
    if (arns.length === 0) continue;
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns }));
    for (const { containers = [] } of tasks)
      found.push(...containers.map(({ image, imageDigest }) => namedImage(image, imageDigest)));
  }
  return found;
}

/** What a service is at, which ECS's history has forgotten after 90 days. */
export async function readService({ ecs, name: cluster }: Cluster, service: string) {
  const { services: [found] = [], failures } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [service] }),
  );
  if (found === undefined)
    throw new Error(
      `ECS does not know ${service}, which its stack has: ${failures?.[0]?.reason ?? 'no reason given'}.`,
    );
  const { taskDefinition, deployments = [], currentServiceRevisions = [] } = found;
  const definitions = [taskDefinition, ...deployments.map((each) => each.taskDefinition)];
  return {
    revisions: currentServiceRevisions.flatMap(({ arn }) => arn ?? []),
    definitions: [...new Set(definitions.filter((definition) => definition !== undefined))],
  };
}

/** @param arns of one service, which has two at most */
export async function imagesOfRevisions(ecs: ECSClient, arns: readonly string[]): Promise<readonly NamedImage[]> {
  if (arns.length === 0) return [];
  const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] });
  const { serviceRevisions = [] } = await ecs.send(command);
  return serviceRevisions.flatMap(({ containerImages = [] }) =>
    containerImages.map(({ image, imageDigest }) => namedImage(image, imageDigest)),
  );
}

export async function imagesOfTaskDefinitions(
  ecs: ECSClient,
  definitions: readonly string[],
): Promise<readonly NamedImage[]> {
  const found: NamedImage[] = [];
  for (const taskDefinition of definitions) {
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const { containerDefinitions = [] } = described.taskDefinition ?? {};
    found.push(...containerDefinitions.map(({ image }) => namedImage(image)));
  }
  return found;
}

/** @param name of a schedule of EventBridge Scheduler, in its default group */
export async function taskDefinitionOf(scheduler: SchedulerClient, name: string): Promise<string[]> {
  const { Target: target } = await scheduler.send(new GetScheduleCommand({ Name: name }));
  const definition = target?.EcsParameters?.TaskDefinitionArn;
  return definition === undefined ? [] : [definition];
}
