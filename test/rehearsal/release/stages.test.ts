import { type LifecycleStage, lifecycleStages } from '../../../rehearsal/assembly/deployment';
import { afterEvent, type DeploymentEvent, firstStage, stages, toTakeBack } from '../../../rehearsal/release/stages';

test('a deployment that nothing disturbs goes through all stages', () => {
  const passed: string[] = [];
  let at: string = firstStage;
  while (at in stages) {
    passed.push(at);
    at = afterEvent(at as LifecycleStage, 'completed');
  }
  expect(at).toBe('SUCCESSFUL');
  expect(passed).toEqual(lifecycleStages.slice(1));
});

test.each<[DeploymentEvent, LifecycleStage[]]>([
  ['alarm', lifecycleStages.slice(lifecycleStages.indexOf('SCALE_UP'), -1)],
  ['stopped by an operator', lifecycleStages.slice(0, -1)],
  ['tasks never healthy', ['SCALE_UP']],
  [
    'hook failed',
    lifecycleStages.filter((stage) => stage !== 'SCALE_UP' && stage !== 'BAKE_TIME' && stage !== 'CLEAN_UP'),
  ],
])('%s takes a deployment back in the right stages only', (event, expected) => {
  expect(lifecycleStages.filter((stage) => afterEvent(stage, event) === 'ROLLBACK')).toEqual(expected);
  const others = lifecycleStages.filter((stage) => !expected.includes(stage));
  expect(others.map((stage) => afterEvent(stage, event))).toEqual(others);
});

test.each<[LifecycleStage, readonly string[]]>([
  ['PRE_SCALE_UP', []],
  ['SCALE_UP', ['start green']],
  ['POST_SCALE_UP', ['start green']],
  ['TEST_TRAFFIC_SHIFT', ['shift test traffic', 'start green']],
  ['POST_TEST_TRAFFIC_SHIFT', ['shift test traffic', 'start green']],
  ['PRODUCTION_TRAFFIC_SHIFT', ['shift production traffic', 'shift test traffic', 'start green']],
  ['BAKE_TIME', ['shift production traffic', 'shift test traffic', 'start green']],
])('a rollback at %s takes back %j', (stage, expected) => {
  expect(toTakeBack(stage)).toEqual(expected);
});
