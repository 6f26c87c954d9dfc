import { fullDiff, type ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { emptyTemplate, type GuardedStack, type Template } from '../assembly/guarded-stack';
import { inPlaceUpdate } from '../effects/in-place-updates';
import type { Impact, PropertyChange, ResourceChange } from './change';
import { labelOf } from './construct-label';
import { inlined } from './inline';
import { same } from './json-value';
import { leavesOf } from './leaves';
import { renameReferences } from './references';

const impacts: Readonly<Record<ResourceImpact, Impact>> = {
  [ResourceImpact.WILL_CREATE]: 'create',
  [ResourceImpact.WILL_IMPORT]: 'create',
  [ResourceImpact.WILL_UPDATE]: 'update',
  [ResourceImpact.NO_CHANGE]: 'update',
  [ResourceImpact.MAY_REPLACE]: 'perhaps replace',
  [ResourceImpact.WILL_REPLACE]: 'replace',
  [ResourceImpact.WILL_DESTROY]: 'destroy',
  [ResourceImpact.WILL_ORPHAN]: 'orphan',
};

/** Every resource of a stack that differs; of a stack that is new or gone, all. */
export function compareResources(before: GuardedStack | undefined, after: GuardedStack | undefined): ResourceChange[] {
  const one = before ? inlined(before.template, before.region) : emptyTemplate;
  const other = after ? inlined(after.template, after.region) : emptyTemplate;
  const { certain, all } = differences(one, other);
  return Object.entries(all).map(([logicalId, difference]) => {
    const stack = other.Resources[logicalId] ? after : before;
    const properties = propertyChanges(difference, certain[logicalId]);
    return {
      logicalId,
      label: stack ? labelOf(stack, logicalId) : logicalId,
      type: difference.newResourceType ?? difference.oldResourceType ?? 'unknown',
      before: one.Resources[logicalId],
      after: other.Resources[logicalId],
      impact: impactOf(difference, properties),
      properties,
    };
  });
}

type Differences = Readonly<Record<string, ResourceDifference>>;

/**
 * The differences, and those that follow from them: what refers to a resource that is replaced changes with it.
 * `fullDiff` follows references, but not into joins and substitutions, and not from what is perhaps replaced.
 */
function differences(before: Template, after: Template): { readonly certain: Differences; readonly all: Differences } {
  const isReplaced = ({ changeImpact }: ResourceDifference) =>
    changeImpact === ResourceImpact.WILL_REPLACE || changeImpact === ResourceImpact.MAY_REPLACE;
  const followed = (isCause: (difference: ResourceDifference) => boolean): Differences => {
    let found = fullDiff(before, after).resources.changes;
    for (let known = 0; ; ) {
      const causes = Object.entries(found).filter(([, difference]) => isCause(difference));
      if (causes.length === known) return found;
      known = causes.length;
      const names = new Map(causes.map(([id]) => [id, `${id} (replaced)`]));
      const marked = { ...after, Resources: renameReferences(after.Resources, names) as Template['Resources'] };
      found = fullDiff(before, marked).resources.changes;
    }
  };
  const certain = followed(({ changeImpact }) => changeImpact === ResourceImpact.WILL_REPLACE);
  return { certain, all: Object.values(certain).some(isReplaced) ? followed(isReplaced) : certain };
}

function propertyChanges(difference: ResourceDifference, certain: ResourceDifference | undefined): PropertyChange[] {
  const { oldValue, newValue } = difference;
  if (oldValue === undefined || newValue === undefined) return [];
  const changes: PropertyChange[] = [];
  difference.forEachDifference((kind, name, value) => {
    const isProperty = kind === 'Property';
    const values = isProperty
      ? [oldValue.Properties?.[name], stripped(newValue.Properties?.[name])]
      : [oldValue[name], newValue[name]];
    const [before, after] = values;
    const replacement = isProperty ? replacementOf(oldValue.Type, name, value) : 'no';
    changes.push({
      ...{ name, isProperty, before, after },
      leaves: same(before, after) ? [] : leavesOf(name, before, after),
      // It would be replaced only if what it refers to is.
      replacement: replacement === 'yes' && certain?.propertyUpdates[name] === undefined ? 'perhaps' : replacement,
    });
  });
  return changes;
}

/** Without the mark that a reference got whose resource is replaced. */
const stripped = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value).replaceAll(/ ?\(replaced\)/g, ''));

function replacementOf(type: string, property: string, difference: unknown): PropertyChange['replacement'] {
  if (inPlaceUpdate(type, property) !== undefined) return 'no';
  switch ((difference as { readonly changeImpact?: ResourceImpact }).changeImpact) {
    case ResourceImpact.WILL_REPLACE:
      return 'yes';
    case ResourceImpact.MAY_REPLACE:
      return 'perhaps';
    case ResourceImpact.WILL_UPDATE:
      return 'no';
    default:
      return 'unknown';
  }
}

function impactOf(difference: ResourceDifference, properties: readonly PropertyChange[]): Impact {
  const impact = impacts[difference.changeImpact];
  if (difference.isAddition || difference.isRemoval || difference.resourceTypeChanged) return impact;
  const has = (kind: PropertyChange['replacement']) => properties.some(({ replacement }) => replacement === kind);
  if (has('yes')) return 'replace';
  return has('perhaps') ? 'perhaps replace' : 'update';
}
