import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { ECSClient } from '@aws-sdk/client-ecs';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { EnvironmentName } from '../../lib/config/environment';
import { stackName } from '../../lib/config/names';
import { type AwsTarget, clientConfiguration } from '../aws-account';
import { type DeploymentState, isUnderWay, readDeployments } from '../release/service-deployments';
import { physicalId, stackResources } from '../stack-resources';
import {
  type Cluster,
  imagesOfRevisions,
  imagesOfRunningTasks,
  imagesOfTaskDefinitions,
  type NamedImage,
  readService,
  taskDefinitionOf,
} from './named-images';

/** What an environment has of an image. */
export interface ImageUse extends NamedImage {
  readonly environment: EnvironmentName;
  /** `web`, `worker`, `task` for whatever else is running, or a job by the logical id of its schedule. */
  readonly by: string;
  /**
   * `before`: it ran, and may be what a rollback wants. `tried`: it was taken back; its label says whether what ran
   * before it works with its tables.
   */
  readonly how: 'runs' | 'deploying' | 'before' | 'tried' | 'scheduled';
}

export interface EnvironmentUses {
  readonly uses: readonly ImageUse[];
  /** Of web, the newest first: all that ECS still knows of. */
  readonly deployments: readonly DeploymentState[];
}

/**
 * Every image that an environment's service stack runs, could go back to, or starts by the clock; nothing where it was
 * never deployed.
 * @throws where anything of it cannot be asked: what is not known may be needed
 */
export async function readUses(target: AwsTarget): Promise<EnvironmentUses> {
  const resources = await stackResources(target, stackName(target.environment, 'service'));
  const name = physicalId(resources, 'AWS::ECS::Cluster');
  if (name === undefined) return { uses: [], deployments: [] };
  const ecs = new ECSClient(clientConfiguration(target));
  const scheduler = new SchedulerClient(clientConfiguration(target));
  const cluster: Cluster = { ecs, name };
  const use =
    (by: string, how: ImageUse['how']) =>
    (image: NamedImage): ImageUse => ({ ...image, environment: target.environment, by, how });
  try {
    const running = await imagesOfRunningTasks(cluster);
    const uses = running.map(use('task', 'runs'));
    let deployments: readonly DeploymentState[] = [];
    for (const { id, logical } of named(resources, 'AWS::ECS::Service')) {
      const role = logical.startsWith('Worker') ? 'worker' : 'web';
      const { revisions, definitions } = await readService(cluster, id);
      const now = [...(await imagesOfRevisions(ecs, revisions)), ...(await imagesOfTaskDefinitions(ecs, definitions))];
      const history = await readDeployments(ecs, {
        ...{ cluster: name, service: id, role, count: Number.POSITIVE_INFINITY },
      });
      uses.push(
        ...now.map(use(role, 'runs')),
        ...history.flatMap((each) => imagesOfDeployment(each).map(use(role, howOf(each)))),
      );
      if (role === 'web') deployments = history;
    }
    for (const { id, logical } of named(resources, 'AWS::Scheduler::Schedule')) {
      const images = await imagesOfTaskDefinitions(ecs, await taskDefinitionOf(scheduler, id));
      uses.push(...images.map(use(logical, 'scheduled')));
    }
    return { uses, deployments };
  } finally {
    ecs.destroy();
    scheduler.destroy();
  }
}

const named = (resources: readonly StackResourceSummary[], type: string) =>
  resources.flatMap(({ ResourceType, PhysicalResourceId: id, LogicalResourceId: logical = '' }) =>
    ResourceType === type && id ? [{ id, logical }] : [],
  );

/** Its sources are needed as long as it can be taken back; afterwards they are targets of others. */
const imagesOfDeployment = (deployment: DeploymentState): NamedImage[] =>
  [...(deployment.target ? [deployment.target] : []), ...(isUnderWay(deployment) ? deployment.sources : [])].map(
    ({ digest, reference }) => ({ digest, reference }),
  );

function howOf(deployment: DeploymentState): ImageUse['how'] {
  if (isUnderWay(deployment)) return 'deploying';
  return deployment.status === 'SUCCESSFUL' ? 'before' : 'tried';
}
