import { migrationLabel, oldestMigrationLabel } from '../../../operator/images/schema';
import type { DeploymentState } from '../../../operator/release/service-deployments';
import {
  type ImageKnowledge,
  type Images,
  liveDigest,
  matches,
  rollbackTargets,
} from '../../../operator/release/targets';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const state = (letter: string, status = 'SUCCESSFUL'): DeploymentState => ({
  ...{ role: 'web', arn: letter, status, sources: [] },
  target: {
    ...{ id: `id-${letter}`, image: `main-${letter}`, digest: digest(letter), running: 1, requested: 1 },
    reference: {
      ...{ registryId: '123456789012', region: 'ap-south-1', repository: 'mr-mentor-backend' },
      tagOrDigest: `main-${letter}`,
    },
  },
});
const imageOf = (letter: string, migration: string, oldest = '0001-first'): Images => {
  const labels = { [migrationLabel]: migration, [oldestMigrationLabel]: oldest };
  const findings = { status: 'COMPLETE', counts: {}, critical: [] };
  const image = { repository: 'mr-mentor-backend', digest: digest(letter), tags: [`v-${letter}`], bytes: 1, labels };
  return new Map([[digest(letter), { ...image, pushedAt: undefined, platform: 'linux/amd64', findings }]]);
};
const together = (...images: readonly Images[]): Images => new Map(images.flatMap((each) => [...each]));
const objections = (states: readonly DeploymentState[], images: Images) =>
  rollbackTargets(states, images).map(({ revision, objection }) => [revision.image, objection]);

it('takes the last that has succeeded for what runs, and offers every other once', () => {
  const states = [state('d', 'ROLLBACK_SUCCESSFUL'), state('c'), state('b'), state('c'), state('b'), state('a')];
  const images = together(...['a', 'b', 'c', 'd'].map((letter) => imageOf(letter, '0003-third')));
  expect(liveDigest(states)).toBe(digest('c'));
  expect(objections(states, images)).toEqual([
    ['main-c', 'it is what runs now'],
    ['main-b', undefined],
    ['main-a', undefined],
  ]);
});

it('offers none whose image is gone', () => {
  const gone: Images = new Map<string, ImageKnowledge>([[digest('a'), 'its image is no longer in ECR']]);
  expect(objections([state('b'), state('a')], together(imageOf('b', '0002-second'), gone))).toEqual([
    ['main-b', 'it is what runs now'],
    ['main-a', 'its image is no longer in ECR'],
  ]);
});

it.each([
  ['a later image works with older ones', '0003-third', '0002-second', undefined],
  ['something was dropped since', '0001-first', '0002-second', /^its newest migration is 0001-first, and since 0002-s/],
  ['nobody knows its migrations', 'unlabelled', '0001-first', /does not say which migrations it has/],
  ['a later one does not say', '0003-third', 'unlabelled', /^a later image does not say/],
])('judges migrations: %s', (_, own, oldest, objection) => {
  const images = together(imageOf('a', own), imageOf('b', '0004-fourth', oldest));
  const [, [, found] = []] = objections([state('b'), state('a')], images);
  if (objection === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(objection);
});

it('minds what a release that was taken back has dropped as well', () => {
  const images = together(imageOf('a', '0001-x'), imageOf('b', '0002-x'), imageOf('c', '0003-x', '0002-x'));
  expect(objections([state('c', 'ROLLBACK_SUCCESSFUL'), state('b'), state('a')], images).slice(1)).toEqual([
    ['main-a', expect.stringContaining('since 0002-x')],
  ]);
});

it('does not trust what it cannot look at', () => {
  const images = together(imageOf('a', '0001-x'), imageOf('c', '0001-x'));
  expect(objections([state('c'), state('b', 'FAILED'), state('a')], images).slice(1)).toEqual([
    ['main-a', expect.stringContaining('a later image does not say')],
  ]);
});

it.each([
  ['id-a', true],
  ['main-a', true],
  ['v-a', true],
  [digest('a'), true],
  ['sha256:aaaaaa', true],
  ['aaaaaa', true],
  ['aaaaa', false],
  ['bbbbbb', false],
  ['main', false],
])('is found as %s: %s', (wanted, isFound) => {
  const [, target] = rollbackTargets(
    [state('b'), state('a')],
    together(imageOf('a', '0001-x'), imageOf('b', '0001-x')),
  );
  expect(target && matches(target, wanted)).toBe(isFound);
});
