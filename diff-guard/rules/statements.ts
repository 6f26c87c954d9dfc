import type { Resource } from '../assembly/guarded-stack';
import { canonical, isObject, listOf, visit } from '../compare/json-value';

/** A permission, taken apart so that each can be looked for on the other side. */
export interface Permission {
  readonly effect: 'Allow' | 'Deny';
  /** As a reader needs it: `s3:GetObject on …` */
  readonly text: string;
  readonly principal: unknown;
  readonly condition: unknown;
}

/** Policies wherever a resource holds them: every object with statements, managed policies, permissions of functions. */
export function permissionsOf({ Type, Properties = {} }: Resource): Permission[] {
  const found: Permission[] = [];
  visit(Properties, (object) => {
    if ('Statement' in object)
      for (const statement of listOf(object.Statement)) found.push(...takenApart(statement, object.Version));
  });
  for (const arn of listOf(Properties.ManagedPolicyArns))
    found.push(permission('Allow', `what ${shown(arn)} allows`, undefined, undefined));
  if (Type === 'AWS::Lambda::Permission')
    found.push(
      permission(
        'Allow',
        `${shown(Properties.Action)} on ${shown(Properties.FunctionName)}`,
        Properties.Principal,
        Properties.SourceArn ?? Properties.SourceAccount,
      ),
    );
  if (Type === 'AWS::Lambda::Url' && Properties.AuthType === 'NONE')
    found.push(permission('Allow', `the URL of ${shown(Properties.TargetFunctionArn)}`, '*', undefined));
  return found;
}

/** @param version of the policy language; an older one takes variables such as ${aws:username} to the letter */
function takenApart(statement: unknown, version: unknown): Permission[] {
  if (!isObject(statement)) return [];
  const effect = statement.Effect === 'Deny' ? 'Deny' : 'Allow';
  const actions = parts(statement, 'Action');
  const resources = parts(statement, 'Resource');
  const { NotPrincipal } = statement;
  const principals =
    'Principal' in statement
      ? principalsOf(statement.Principal)
      : [NotPrincipal === undefined ? undefined : { NotPrincipal }];
  const notes = [
    ...(version === '2012-10-17' ? [] : [` (policy language ${version ?? '2008-10-17'})`]),
    // An expression decides it: that may be an Allow.
    ...(statement.Effect === 'Allow' || statement.Effect === 'Deny' ? [] : [` (effect ${shown(statement.Effect)})`]),
  ].join('');
  return actions.flatMap((action) =>
    resources.flatMap((resource) =>
      principals.map((principal) =>
        permission(effect, `${shown(action)} on ${shown(resource)}${notes}`, principal, statement.Condition),
      ),
    ),
  );
}

/** The elements of `Action` or `NotAction`; the latter says what is meant by not naming it, so it stays whole. */
function parts(statement: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  if (key in statement) return listOf(statement[key]);
  const not = `Not${key}`;
  return not in statement ? [{ [not]: statement[not] }] : [undefined];
}

const principalsOf = (principal: unknown): unknown[] =>
  isObject(principal)
    ? Object.entries(principal).flatMap(([kind, who]) =>
        listOf(who).map((each) => (each === '*' ? '*' : { [kind]: each })),
      )
    : [principal];

const permission = (
  effect: Permission['effect'],
  text: string,
  principal: unknown,
  condition: unknown,
): Permission => ({
  effect,
  text: [
    text,
    ...(principal === undefined ? [] : [`by ${shown(principal)}`]),
    ...(condition === undefined ? [] : [`if ${shown(condition)}`]),
  ].join(' '),
  principal,
  condition,
});

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '(itself)' : canonical(value);
