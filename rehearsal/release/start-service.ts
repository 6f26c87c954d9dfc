import type { LoadBalancerDescription, Service, WebService } from '../assembly/deployment';
import type { Cluster, Image } from './cluster';
import { allTo, describedTargetGroup } from './colours';
import { untilEveryTaskFailedTwice } from './patience';
import { NeverSteady, TaskSet } from './task-set';

export interface StartRequest {
  readonly cluster: Cluster;
  readonly image: Image;
  readonly title: string;
  readonly signal: AbortSignal;
}

/**
 * A service's first deployment, for which ECS has nothing to go back to. Web comes up in the target group that the
 * template names first, with all traffic from the start.
 */
export async function startWeb(
  { cluster, image, title, signal }: StartRequest,
  service: WebService,
  loadBalancer: LoadBalancerDescription,
): Promise<TaskSet> {
  const { blueGreen } = service;
  const targetGroup =
    blueGreen === undefined ? onlyTargetGroup(loadBalancer) : describedTargetGroup(loadBalancer, blueGreen.targetGroup);
  if (blueGreen !== undefined)
    for (const rule of [blueGreen.productionRule, blueGreen.testRule])
      if (rule !== undefined) await cluster.loadBalancer.setWeights(rule, allTo(blueGreen, 'blue'));
  const description = { service, image, targetGroup, colour: 'blue', deployment: title } as const;
  return untilUp(new TaskSet(cluster, description, signal), signal);
}

export async function startWorker({ cluster, image, title, signal }: StartRequest, service: Service): Promise<TaskSet> {
  return untilUp(new TaskSet(cluster, { service, image, deployment: title }, signal), signal);
}

/** @throws NeverSteady with the last lines of a task that did not come up */
async function untilUp(set: TaskSet, signal: AbortSignal): Promise<TaskSet> {
  set.scaleTo(set.description.service.desiredCount);
  try {
    await set.untilSteady(untilEveryTaskFailedTwice(), signal);
  } catch (error) {
    if (!(error instanceof NeverSteady)) throw error;
    throw new NeverSteady(`${set.description.deployment} does not come up. ${error.message}`);
  }
  return set;
}

function onlyTargetGroup({ targetGroups }: LoadBalancerDescription) {
  const [only, ...others] = targetGroups;
  if (only !== undefined && others.length === 0) return only;
  const known = targetGroups.map(({ logicalId }) => logicalId).join(', ') || 'none';
  throw new Error(`A service that is released by rolling has one target group; the load balancer has: ${known}.`);
}
