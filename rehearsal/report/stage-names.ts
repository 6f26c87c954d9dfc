import type { StageRecord } from '../record';

export type Stage = StageRecord['stage'];

/** `PRODUCTION_TRAFFIC_SHIFT` → `production traffic shift`: AWS's own words, which its documentation is found by. */
export const stageName = (stage: Stage): string => stage.toLowerCase().replaceAll('_', ' ');

/** What happens in it, for whoever does not know ECS's stages by heart. */
export const stageMeanings: Readonly<Record<Stage, string>> = {
  RECONCILE_SERVICE: 'ECS looks at what runs',
  PRE_SCALE_UP: 'hooks before new tasks are started',
  SCALE_UP: 'the new tasks start and get healthy beside the old ones',
  POST_SCALE_UP: 'hooks after the new tasks are healthy',
  TEST_TRAFFIC_SHIFT: 'requests with the test header go to the new tasks',
  POST_TEST_TRAFFIC_SHIFT: 'the smoke test asks the new tasks',
  PRODUCTION_TRAFFIC_SHIFT: 'all new requests go to the new tasks',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'hooks after the shift',
  BAKE_TIME: 'both colours run; an alarm or an operator can take the release back',
  CLEAN_UP: 'the tasks without traffic are deregistered and stopped',
  ROLLBACK: 'all requests go back to the old tasks',
  WORKER: 'the worker service is replaced task by task',
};
