import { randomUUID } from 'node:crypto';
import type { LifecycleHook, LifecycleStage } from '../assembly/deployment';

/** Percent of the traffic: of the service revision that is deployed, and of the one before it. */
export interface TrafficWeights {
  readonly target: number;
  readonly source: number;
}

/** ECS asks at this stage. In a rollback the weights are the other way round. */
export interface HookQuestion {
  readonly stage: LifecycleStage;
  readonly weights: TrafficWeights;
}

export interface HookVerdict {
  readonly hookStatus: 'SUCCEEDED' | 'FAILED';
  /** Why it failed. */
  readonly reason?: string;
}

export type AskHook = (hook: LifecycleHook, question: HookQuestion, signal: AbortSignal) => Promise<HookVerdict>;

/** Of AWS, to which the names in an event belong. */
export interface EcsService {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

/**
 * What ECS sends to a hook; only the two stages that shift traffic have weights.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html#service-deployment-lifecycle-payloads
 */
export function hookEvent(
  { account, region, cluster, service }: EcsService,
  { stage, weights }: HookQuestion,
  hookDetails?: unknown,
) {
  const arn = (kind: string, id = '') => `arn:aws:ecs:${region}:${account}:${kind}/${cluster}/${service}${id}`;
  const target = arn('service-revision', '/2222222222222222222');
  const source = arn('service-revision', '/1111111111111111111');
  const byRevision = { [target]: weights.target, [source]: weights.source };
  return {
    executionId: randomUUID(),
    lifecycleStage: stage,
    resourceArn: arn('service-deployment', '/rehearsal'),
    executionDetails: {
      serviceArn: arn('service'),
      targetServiceRevisionArn: target,
      testTrafficWeights: stage === 'TEST_TRAFFIC_SHIFT' ? byRevision : {},
      productionTrafficWeights: stage === 'PRODUCTION_TRAFFIC_SHIFT' ? byRevision : {},
    },
    ...(hookDetails === undefined ? {} : { hookDetails }),
  };
}
