import type { Resource, Template } from '../assembly/guarded-stack';
import type { ResourceChange, StackChange } from '../compare/change';
import { inlined } from '../compare/inline';
import { canonical } from '../compare/json-value';
import { renameReferences } from '../compare/references';
import { type Opening, openingsOf } from './ingress';
import { type Permission, permissionsOf } from './statements';

/**
 * What is open after a change and was not before. Looked for in the whole stack: a statement or a rule that only moved
 * to another resource, or whose group or role was renamed, opens nothing.
 */

const openAt = (opening: Opening) => canonical(opening);

/** Former resources, with the names that their moved neighbours have now. */
function formerly({ before, after, resources }: StackChange): readonly (readonly [string, Resource])[] {
  const names = new Map(
    resources.flatMap(({ logicalId, movedTo }) =>
      movedTo !== undefined && movedTo.stack === after ? [[logicalId, movedTo.logicalId] as const] : [],
    ),
  );
  const then = before === undefined ? {} : inlined(before.template, before.region).Resources;
  const renamed = renameReferences(then, names) as Template['Resources'];
  return Object.entries(renamed).map(([id, resource]) => [names.get(id) ?? id, resource] as const);
}

export function newOpenings(stack: StackChange): { readonly change: ResourceChange; readonly openings: Opening[] }[] {
  const were = new Set(formerly(stack).flatMap(([id, resource]) => openingsOf(id, resource).map(openAt)));
  return stack.resources.flatMap((change) => {
    if (change.after === undefined) return [];
    const openings = openingsOf(change.logicalId, change.after).filter((each) => !were.has(openAt(each)));
    return openings.length === 0 ? [] : [{ change, openings }];
  });
}

/** Whose permission it is: the roles that a policy is attached to, or the resource that it guards. */
function ownerOf(id: string, { Type, Properties = {} }: Resource): string {
  if (/^AWS::IAM::(Managed)?Policy$/.test(Type) || Type === 'AWS::IAM::RolePolicy')
    return canonical([Properties.Roles, Properties.RoleName, Properties.Users, Properties.Groups]);
  if (Type === 'AWS::IAM::Role') return canonical([[{ Ref: id }]]);
  const guarded = Properties.Bucket ?? Properties.SecretId ?? Properties.Topics ?? Properties.Queues ?? { Ref: id };
  return canonical(guarded);
}

const heldAt = (id: string, resource: Resource, { effect, text }: Permission) =>
  `${ownerOf(id, resource)} ${effect} ${text}`;

export interface NewPermissions {
  readonly change: ResourceChange;
  readonly granted: readonly Permission[];
  /** Denials that are no longer there. */
  readonly undenied: readonly Permission[];
}

export function newPermissions(stack: StackChange): NewPermissions[] {
  const all = (resources: readonly (readonly [string, Resource])[]) =>
    new Set(resources.flatMap(([id, each]) => permissionsOf(each).map((one) => heldAt(id, each, one))));
  const were = all(formerly(stack));
  const now = stack.after === undefined ? {} : inlined(stack.after.template, stack.after.region).Resources;
  const are = all(Object.entries(now));
  return stack.resources.flatMap((change) => {
    const { logicalId, before, after } = change;
    const lacking = (held: ReadonlySet<string>, resource: Resource | undefined, effect: Permission['effect']) =>
      resource === undefined
        ? []
        : permissionsOf(resource).filter((one) => one.effect === effect && !held.has(heldAt(logicalId, resource, one)));
    const granted = lacking(were, after, 'Allow');
    // With the resource itself its denials go, too; with a policy of another resource they do not.
    const guardsItself = before !== undefined && after === undefined && !/Policy$/.test(before.Type);
    const undenied = guardsItself || change.movedTo || stack.after === undefined ? [] : lacking(are, before, 'Deny');
    return granted.length + undenied.length === 0 ? [] : [{ change, granted, undenied }];
  });
}
