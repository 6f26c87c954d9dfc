import { type LifecycleStage, lifecycleStages } from '../assembly/deployment';

/** What ECS changes in a stage; in the others it only asks its hooks. */
export type Action = 'start green' | 'shift test traffic' | 'shift production traffic' | 'bake' | 'retire blue';

export interface Stage {
  readonly action?: Action;
  readonly asksHooks: boolean;
  readonly watchesAlarms: boolean;
}

/**
 * The stages of a blue/green deployment, and which of them take lifecycle hooks:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 *
 * Alarms count from the first task of green to the end of the bake. That page does not say it stage by stage: tasks have
 * to run for it, and it ends with the bake. In CLEAN_UP nothing can be taken back any more:
 * blue's tasks are on their way out.
 */
export const stages: Readonly<Record<LifecycleStage, Stage>> = {
  RECONCILE_SERVICE: { asksHooks: true, watchesAlarms: false },
  PRE_SCALE_UP: { asksHooks: true, watchesAlarms: false },
  SCALE_UP: { action: 'start green', asksHooks: false, watchesAlarms: true },
  POST_SCALE_UP: { asksHooks: true, watchesAlarms: true },
  TEST_TRAFFIC_SHIFT: { action: 'shift test traffic', asksHooks: true, watchesAlarms: true },
  POST_TEST_TRAFFIC_SHIFT: { asksHooks: true, watchesAlarms: true },
  PRODUCTION_TRAFFIC_SHIFT: { action: 'shift production traffic', asksHooks: true, watchesAlarms: true },
  POST_PRODUCTION_TRAFFIC_SHIFT: { asksHooks: true, watchesAlarms: true },
  BAKE_TIME: { action: 'bake', asksHooks: false, watchesAlarms: true },
  CLEAN_UP: { action: 'retire blue', asksHooks: false, watchesAlarms: false },
};

/** RECONCILE_SERVICE happens only when a deployment begins while several service revisions are active. */
export const firstStage: LifecycleStage = 'PRE_SCALE_UP';

export type DeploymentEvent =
  | 'completed'
  | 'hook failed'
  | 'alarm'
  | 'stopped by an operator'
  /** ECS itself would go on for hours. */
  | 'tasks never healthy';

/** Where an event leads to; to the stage itself when ECS takes no notice of it there. */
export function afterEvent(stage: LifecycleStage, event: DeploymentEvent): LifecycleStage | 'SUCCESSFUL' | 'ROLLBACK' {
  const { action, asksHooks, watchesAlarms } = stages[stage];
  switch (event) {
    case 'completed':
      return lifecycleStages[lifecycleStages.indexOf(stage) + 1] ?? 'SUCCESSFUL';
    case 'hook failed':
      return asksHooks ? 'ROLLBACK' : stage;
    case 'alarm':
      return watchesAlarms ? 'ROLLBACK' : stage;
    case 'tasks never healthy':
      return action === 'start green' ? 'ROLLBACK' : stage;
    case 'stopped by an operator':
      return action === 'retire blue' ? stage : 'ROLLBACK';
  }
}

/**
 * The actions that a rollback takes back, users first. Hooks of the two traffic shifts are asked again in it:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html#lifecycle-hooks-during-rollback
 */
export function toTakeBack(stage: LifecycleStage): readonly Action[] {
  const order: readonly Action[] = ['shift production traffic', 'shift test traffic', 'start green'];
  const begun = lifecycleStages.slice(0, lifecycleStages.indexOf(stage) + 1).map((each) => stages[each].action);
  return order.filter((action) => begun.includes(action));
}
