import { compare } from '../../../diff-guard/compare/compare';
import { durationOf, longest } from '../../../diff-guard/effects/durations';
import { effectOf } from '../../../diff-guard/effects/effect';
import { inPlaceUpdates } from '../../../diff-guard/effects/in-place-updates';
import { deployedStacks, drafted, type Edit } from '../draft';

const effectAt = (path: string, id: string, edit: Edit) => {
  const { changes } = compare(deployedStacks(), drafted(edit));
  const change = changes
    .find(({ stack }) => stack.path === path)
    ?.resources.find(({ logicalId }) => logicalId.startsWith(id));
  return change && effectOf(change);
};

const database =
  (property: string, value: unknown): Edit =>
  ({ resource }) => {
    resource('production/data', 'DatabaseInstanceAA8A5FDE').Properties[property] = value;
  };

it.each<[string, string, unknown, object]>([
  ['grows its storage in place', 'AllocatedStorage', '200', { kind: 'changed in place', duration: 'an hour or more' }],
  ['restarts on another class', 'DBInstanceClass', 'db.m7g.xlarge', { kind: 'restarted', duration: 'tens of minutes' }],
  ['restarts for another engine version', 'EngineVersion', '17', { kind: 'restarted', duration: 'tens of minutes' }],
  ['gives up its standby in place', 'MultiAZ', false, { kind: 'changed in place', duration: 'tens of minutes' }],
  [
    'changes its window in place',
    'PreferredBackupWindow',
    '01:00-02:00',
    { kind: 'changed in place', duration: 'minutes' },
  ],
  ['is replaced for another port', 'Port', '5432', { kind: 'replaced', duration: 'tens of minutes' }],
  [
    'is perhaps replaced for another engine',
    'Engine',
    'mysql',
    { kind: 'perhaps replaced', duration: 'tens of minutes' },
  ],
])('the database %s', (_, property, value, effect) => {
  expect(effectAt('production/data', 'DatabaseInstanceAA8A5FDE', database(property, value))).toEqual(effect);
});

it('a release takes tens of minutes, as the service waits for the bake', () => {
  const release: Edit = ({ resource }) => {
    resource('production/service', 'WebTask3').Properties.ContainerDefinitions[0].Image = 'other';
  };
  expect(effectAt('production/service', 'WebServiceD0', release)).toEqual({
    kind: 'changed in place',
    duration: 'tens of minutes',
  });
});

it('a policy for its removal touches nothing that runs', () => {
  const policy: Edit = ({ resource }) => {
    resource('production/data', 'DatabaseInstanceAA8A5FDE').DeletionPolicy = 'Delete';
  };
  expect(effectAt('production/data', 'DatabaseInstanceAA8A5FDE', policy)).toEqual({
    kind: 'untouched',
    duration: 'seconds',
  });
});

it('knows no type by two names, and explains every row', () => {
  const keys = inPlaceUpdates.map(({ type, property }) => `${type} ${property}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { reason } of inPlaceUpdates) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
});

it('takes the longest of several durations, and seconds for what nobody has listed', () => {
  expect(longest(['minutes', 'an hour or more', 'seconds'])).toBe('an hour or more');
  expect(longest([])).toBe('seconds');
  expect(durationOf('AWS::SSM::Parameter', 'update', ['Value'])).toBe('seconds');
});
