import type { Resource } from '../assembly/guarded-stack';
import type { ResourceChange, StackChange } from '../compare/change';
import { canonical, isObject, listOf } from '../compare/json-value';
import { openingText } from './ingress';
import { newOpenings, newPermissions } from './opened';
import { type Finding, isNewEnvironment, type Rule } from './rule';
import { suspicionsIn } from './secret-patterns';
import type { Permission } from './statements';

/** Keys of conditions that say whose request it is; the others only say how it comes. */
const whose =
  /^(aws:Source(Account|Arn|Owner|OrgID|OrgPaths|Vpc|Vpce)|aws:Principal(Account|Arn|OrgID|OrgPaths)|kms:CallerAccount)$/i;

/** A negation and a condition that holds where the key is missing exclude nobody in particular. */
const saysWho = (condition: unknown): boolean =>
  isObject(condition) &&
  Object.entries(condition).some(
    ([operator, keys]) =>
      !/Not|IfExists|^Null$/.test(operator) &&
      isObject(keys) &&
      Object.entries(keys).some(([key, value]) => whose.test(key) && !listOf(value).includes('*')),
  );

/** Anybody in the world, or everybody but somebody, and no condition that says who. */
const isForAnybody = ({ principal, condition }: Permission) =>
  (principal === '*' || (isObject(principal) && 'NotPrincipal' in principal)) && !saysWho(condition);

const publicAcl = /^(PublicRead|PublicReadWrite|AuthenticatedRead)$/;

/** Literals of secrets that were not there before, by place. */
function newSecrets(before: unknown, after: unknown): string[] {
  const were = new Set(suspicionsIn(before ?? {}).map((each) => canonical(each)));
  return suspicionsIn(after ?? {})
    .filter((each) => !were.has(canonical(each)))
    .map(({ path, what }) => `${path} holds ${what}`);
}

const otherSections = ['Outputs', 'Parameters', 'Mappings', 'Conditions'] as const;

/** Resources, and sections beside them, that hold secrets which they did not hold before. */
function placesWithSecrets({ before, after, resources }: StackChange) {
  const found: { change?: ResourceChange; resource?: string; places: string[] }[] = [
    ...resources.map((change) => ({
      change,
      places: newSecrets(change.before?.Properties, change.after?.Properties),
    })),
    ...otherSections.map((resource) => ({
      resource,
      places: newSecrets(before?.template[resource], after?.template[resource]),
    })),
  ];
  return found.filter(({ places }) => places.length > 0);
}

export const exposureRules: readonly Rule[] = [
  {
    id: 'public-policy',
    verdict: 'red',
    title: 'A bucket, key, secret or queue that anybody may use',
    reason: 'Whoever finds its name has what is in it.',
    find: (stack): Finding[] => [
      ...newPermissions(stack).flatMap(({ change, granted }) => {
        const open = granted.filter(isForAnybody);
        return open.length === 0
          ? []
          : [
              {
                change,
                essence: `would let anybody use ${change.type} ${change.label}`,
                detail: `${open.map(({ text }) => text).join('; ')}.`,
                keep: 'name the principal, or a condition such as aws:SourceAccount.',
              },
            ];
      }),
      ...stack.resources.flatMap((change) => {
        const acl = change.after?.Properties?.AccessControl;
        if (!publicAcl.test(String(acl)) || change.before?.Properties?.AccessControl === acl) return [];
        return [
          {
            change,
            essence: `would let anybody read ${change.type} ${change.label}`,
            detail: `AccessControl is ${acl}.`,
            keep: 'leave the ACL out; lib/constructs/private-bucket.ts makes buckets that are private.',
          },
        ];
      }),
    ],
  },
  {
    id: 'public-ingress',
    verdict: 'red',
    title: 'Ingress from the whole internet, or a load balancer that faces it',
    reason: 'Only the load balancer’s port is meant to be reached from anywhere.',
    find: (stack, comparison): Finding[] => {
      if (isNewEnvironment(stack, comparison)) return [];
      const opened = newOpenings(stack).flatMap(({ change, openings }) => {
        const open = openings.filter(({ direction, isPublic }) => direction === 'in' && isPublic);
        return open.length === 0
          ? []
          : [
              {
                change,
                essence: `would be open to the internet at ${change.label}`,
                detail: `New ingress: ${open.map(openingText).join('; ')}.`,
                keep: 'admit a security group instead of addresses.',
              },
            ];
      });
      return [...opened, ...facingTheInternet(stack), ...routesOut(stack)];
    },
  },
  {
    id: 'secret-in-template',
    verdict: 'red',
    title: 'A secret’s value in a template',
    reason: 'Templates are in the repository, in S3 and in every describe call: the value is no secret any more.',
    find: (stack) =>
      placesWithSecrets(stack).map(({ places, ...what }) => ({
        ...what,
        essence: `would show a secret's value in its template (${what.change?.label ?? what.resource})`,
        detail: `${places.join('; ')}. The value is not repeated here.`,
        keep: 'put it into Secrets Manager (npm run secrets) and refer to it. Issue a new one: this one is in git.',
      })),
  },
];

function facingTheInternet({ resources }: StackChange): Finding[] {
  return resources.flatMap((change) => {
    const { type, before, after } = change;
    if (type !== 'AWS::ElasticLoadBalancingV2::LoadBalancer' || after?.Properties?.Scheme !== 'internet-facing')
      return [];
    if (before?.Properties?.Scheme === 'internet-facing' || change.movedFrom !== undefined) return [];
    return [
      {
        change,
        essence: `would face the internet at ${change.label}`,
        detail: `Scheme: ${listOf(before?.Properties?.Scheme)[0] ?? 'none'} → internet-facing.`,
        keep: 'make it internal, or serve it through the load balancer that is there.',
      },
    ];
  });
}

/** Routes to the internet gateway from tables that had none: what was isolated no longer is. */
function routesOut({ before, resources }: StackChange): Finding[] {
  const isOpen = (resource: Resource | undefined) =>
    resource?.Type === 'AWS::EC2::Route' && resource.Properties?.GatewayId !== undefined;
  const then = Object.entries(before?.template.Resources ?? {});
  const open = new Set(then.flatMap(([, route]) => (isOpen(route) ? [canonical(route.Properties?.RouteTableId)] : [])));
  const tables = new Set(
    then.flatMap(([id, { Type }]) => (Type === 'AWS::EC2::RouteTable' ? [canonical({ Ref: id })] : [])),
  );
  return resources
    .filter(({ after, movedFrom }) => isOpen(after) && movedFrom === undefined)
    .filter(({ after }) => {
      const table = canonical(after?.Properties?.RouteTableId);
      return tables.has(table) && !open.has(table);
    })
    .map((change) => ({
      change,
      essence: `would be routed to the internet at ${change.label}`,
      detail: 'Its route table had no route to an internet gateway: what is in its subnets was out of reach.',
      keep: 'use subnets that are public by name for what has to be reached.',
    }));
}
