import type { ResourceChange } from '../compare/change';
import { type Duration, durationOf, longest } from './durations';
import { inPlaceUpdate } from './in-place-updates';

/** What happens to a resource when it is deployed. */
export interface Effect {
  readonly kind:
    | 'created'
    | 'changed in place'
    | 'restarted'
    | 'replaced'
    | 'perhaps replaced'
    | 'deleted'
    | 'left behind'
    | 'untouched';
  readonly duration: Duration;
}

/** Beside the properties, these alone reach AWS; the rest is CloudFormation's own. */
const reachesNothing = new Set(['Metadata', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'UpdatePolicy']);

export function effectOf(change: ResourceChange): Effect {
  const { type } = change;
  const names = change.properties.map(({ name }) => name);
  const created = durationOf(type, 'create', names);
  const removed = durationOf(type, 'remove', names);
  const replaced = longest([created, removed]);
  switch (change.impact) {
    case 'create':
      return { kind: 'created', duration: created };
    case 'destroy':
      return { kind: 'deleted', duration: removed };
    case 'orphan':
      return { kind: 'left behind', duration: 'seconds' };
    case 'replace':
      return { kind: 'replaced', duration: replaced };
    case 'perhaps replace':
      return { kind: 'perhaps replaced', duration: replaced };
    case 'update':
      if (names.every((name) => reachesNothing.has(name))) return { kind: 'untouched', duration: 'seconds' };
      return {
        kind: names.some((name) => inPlaceUpdate(type, name)?.interruption === 'restart')
          ? 'restarted'
          : 'changed in place',
        duration: durationOf(type, 'update', names),
      };
  }
}
