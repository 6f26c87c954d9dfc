import { fullDiff, ResourceImpact, type TemplateDiff } from '@aws-cdk/cloudformation-diff';
import type { GuardedStack } from '../../diff-guard/assembly/guarded-stack';
import { inPlaceUpdate } from '../../diff-guard/effects/in-place-updates';
import { statefulTypes } from '../../lib/config/stateful-types';
import { type Draft, deployedStacks, drafted, judged, renameResource } from './draft';

/** Repeatable random numbers (mulberry32), so that a failure names the seed that shows it again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(random: () => number, list: readonly T[]): T => {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
};

/** From AWS's documentation: "Update requires: Replacement". Not taken from what the guard itself reads. */
const replacing: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::RDS::DBInstance': ['DBInstanceIdentifier', 'DBName', 'DBSubnetGroupName', 'KmsKeyId', 'MasterUsername', 'Port'],
  'AWS::ElastiCache::ReplicationGroup': ['CacheSubnetGroupName', 'KmsKeyId', 'Port', 'ReplicationGroupId'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::Route53::HostedZone': ['Name'],
  'AWS::Backup::BackupVault': ['BackupVaultName', 'EncryptionKeyArn'],
  'AWS::ECR::Repository': ['RepositoryName'],
};

const stateful = (stacks: readonly GuardedStack[]) =>
  stacks.flatMap(({ path, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type in statefulTypes)
      .map(([id, { Type }]) => ({ path, id, type: Type })),
  );

type Harm = (draft: Draft, target: { path: string; id: string; type: string }, random: () => number) => string;

/** Each of these destroys, replaces or orphans the resource, whatever else happens. */
const harms: readonly Harm[] = [
  ({ stack }, { path, id }) => {
    delete stack(path).template.Resources[id];
    return 'removed';
  },
  (draft, { path, id }, random) => {
    renameResource(draft, path, id, `Other${Math.floor(random() * 1e6)}`);
    return 'another logical id';
  },
  (draft, { path, id }, random) => {
    renameResource(draft, path, id, `Other${Math.floor(random() * 1e6)}`, 'Elsewhere/Renamed');
    return 'another construct';
  },
  ({ stack, paths }, { path, id }, random) => {
    const others = paths().filter((each) => each !== path);
    const near = others.filter((each) => each.split('/')[0] === path.split('/')[0]);
    const other = pick(random, near.length > 0 ? near : others);
    const { Resources } = stack(path).template;
    stack(other).template.Resources[id] = Resources[id];
    delete Resources[id];
    return `moved to ${other}`;
  },
  ({ resource }, { path, id, type }, random) => {
    const [first, ...others] = replacing[type] ?? [];
    if (first === undefined) {
      resource(path, id).Type = 'AWS::SSM::Parameter';
      return 'another type';
    }
    const property = pick(random, [first, ...others]);
    resource(path, id).Properties[property] = `other-${Math.floor(random() * 1e6)}`;
    return `${property} changed`;
  },
  ({ stack, resource }, { path, id }) => {
    stack(path).template.Conditions = { Never: { 'Fn::Equals': ['1', '2'] } };
    resource(path, id).Condition = 'Never';
    return 'a condition';
  },
  ({ stack, resource }, { path, id }) => {
    stack(path).template.Conditions = {
      Wanted: { 'Fn::Equals': ['1', '2'] },
      Made: { 'Fn::Not': [{ 'Fn::Not': [{ Condition: 'Wanted' }] }] },
    };
    resource(path, id).Condition = 'Made';
    return 'a condition of conditions';
  },
  ({ remove }, { path }) => {
    remove(path);
    return 'its stack is gone';
  },
  ({ stack }, { path }) => {
    stack(path).stackName += '-2';
    return 'its stack is renamed';
  },
];

/** What a busy pull request has beside. */
function addNoise({ stack, paths }: Draft, random: () => number): void {
  for (let count = Math.floor(random() * 4); count > 0; count -= 1) {
    const chosen = stack(pick(random, paths()));
    const { Resources } = chosen.template;
    const resource = Resources[pick(random, Object.keys(Resources))];
    resource.Metadata = { ...resource.Metadata, note: random() };
    if (resource.Properties?.Description !== undefined) resource.Properties.Description = `Edited ${random()}`;
    chosen.template.Resources = Object.fromEntries(Object.entries(Resources).reverse());
  }
}

it('never calls it green when a stateful resource is destroyed, replaced or orphaned', () => {
  const targets = stateful(deployedStacks());
  expect(new Set(targets.map(({ type }) => type))).toEqual(new Set(Object.keys(statefulTypes)));
  for (let seed = 1; seed <= 72; seed += 1) {
    const random = randomNumbers(seed);
    const target = pick(random, targets);
    let harm = '';
    const after = drafted((draft) => {
      addNoise(draft, random);
      harm = (harms[seed % harms.length] as Harm)(draft, target, random);
    });
    const { verdict, exitCode } = judged(after);
    expect({ seed, harm, ...target, verdict, exitCode }).toEqual({
      seed,
      harm,
      ...target,
      verdict: 'red',
      exitCode: 1,
    });
  }
});

/** Changes one value somewhere in a resource. */
function mutateLeaf(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || random() < 0.2) return [...value, ...value.slice(0, 1), 'added'];
    const index = Math.floor(random() * value.length);
    return value.map((each, at) => (at === index ? mutateLeaf(each, random) : each));
  }
  if (typeof value === 'object' && value !== null) {
    const key = pick(random, Object.keys(value));
    const entries = Object.entries(value);
    if (random() < 0.15) return Object.fromEntries(entries.filter(([name]) => name !== key));
    return Object.fromEntries(entries.map(([name, each]) => [name, name === key ? mutateLeaf(each, random) : each]));
  }
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + pick(random, [-1, 1]);
  return `${value}x`;
}

const losing = new Set<ResourceImpact>([
  ...[ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE, ResourceImpact.WILL_DESTROY, ResourceImpact.WILL_ORPHAN],
]);

/** Statements that it calls added, without those that it calls removed as well: it trips over lists of principals. */
function broadens({ iamChanges }: TemplateDiff): boolean {
  const rows = [...iamChanges.summarizeStatements(), ...iamChanges.summarizeManagedPolicies()];
  const signed = (sign: string) => rows.filter(([first]) => first === sign).map((row) => JSON.stringify(row.slice(1)));
  const [added, removed] = [signed('+'), signed('-')];
  return (
    added.some((row) => !removed.includes(row) && !row.includes('"Deny"')) ||
    removed.some((row) => !added.includes(row) && row.includes('"Deny"'))
  );
}

/** Undefined where the library trips: over a policy that has lost its document, which nobody could deploy. */
function diffOf(...templates: Parameters<typeof fullDiff>): ReturnType<typeof fullDiff> | undefined {
  try {
    return fullDiff(...templates);
  } catch (error) {
    if (error instanceof TypeError && error.message.includes("'Statement'")) return undefined;
    throw error;
  }
}

it('is never milder than cloudformation-diff, whatever value changes', () => {
  let losses = 0;
  let broadened = 0;
  for (let seed = 1; seed <= 160; seed += 1) {
    const random = randomNumbers(seed * 7919);
    const before = pick(random, deployedStacks());
    // Every other time in a stateful resource, which are few.
    const ids = Object.keys(before.template.Resources);
    const few = ids.filter((id) => (before.template.Resources[id]?.Type ?? '') in statefulTypes);
    const id = pick(random, seed % 2 === 0 && few.length > 0 ? few : ids);
    const after = drafted(({ resource }) => {
      const target = resource(before.path, id);
      target.Properties = mutateLeaf(target.Properties ?? { Some: 'property' }, random);
    });
    const then = after.find(({ path }) => path === before.path);
    const diff = diffOf(before.template, then?.template ?? {});
    if (diff === undefined) continue;
    const { verdict } = judged(after);
    const lost = Object.values(diff.resources.changes).some(
      ({ oldResourceType: type = '', changeImpact, propertyUpdates }) =>
        type in statefulTypes &&
        losing.has(changeImpact) &&
        // What AWS's documentation says to be done in place, although it is called conditional.
        !Object.entries(propertyUpdates).every(
          ([name, each]) => !losing.has(each.changeImpact as ResourceImpact) || inPlaceUpdate(type, name) !== undefined,
        ),
    );
    const what = { seed, stack: before.path, id };
    if (lost) expect({ ...what, verdict }).toEqual({ ...what, verdict: 'red' });
    const grants = broadens(diff);
    if (grants) expect({ ...what, verdict }).not.toEqual({ ...what, verdict: 'green' });
    losses += lost ? 1 : 0;
    broadened += grants ? 1 : 0;
  }
  // Enough of both, or the loop above proves nothing.
  expect(losses).toBeGreaterThan(9);
  expect(broadened).toBeGreaterThan(5);
});
