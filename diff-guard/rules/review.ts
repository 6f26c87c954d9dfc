import type { ResourceChange } from '../compare/change';
import { same } from '../compare/json-value';
import { inPlaceUpdate } from '../effects/in-place-updates';
import { costsOf } from './costs';
import { driftProne } from './drift';
import { openingText } from './ingress';
import { newOpenings, newPermissions } from './opened';
import { weaker } from './protection';
import { capacityFailures } from './release-capacity';
import { countsAsDeployed, eachResource, isNewEnvironment, type Rule, stays } from './rule';
import { heldBy } from './stateful-types';

/** What users of the service stand on, though nothing is stored in it. */
const serving = new Set([
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::CertificateManager::Certificate',
  'AWS::CloudFront::Distribution',
  'AWS::EC2::EIP',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::ECS::CapacityProvider',
  'AWS::ECS::Cluster',
  'AWS::ECS::Service',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::Route53::RecordSet',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
]);

const goes = ({ impact }: ResourceChange) => ['replace', 'perhaps replace', 'destroy', 'orphan'].includes(impact);

/** Sentences are cut where a reviewer would stop reading; the details are in the properties. */
const some = (texts: readonly string[], most = 8): string =>
  texts.length <= most ? texts.join('; ') : `${texts.slice(0, most).join('; ')}; and ${texts.length - most} more`;

const permissions: Rule['find'] = (stack, comparison) =>
  isNewEnvironment(stack, comparison)
    ? []
    : newPermissions(stack).map(({ change, granted, undenied }) => ({
        change,
        essence: `would allow more: ${change.type} ${change.label}`,
        detail: `${some([...granted.map(({ text }) => text), ...undenied.map(({ text }) => `no longer denied: ${text}`)])}.`,
        keep: 'name actions and resources as narrowly as the code needs them.',
      }));

const openings: Rule['find'] = (stack, comparison) =>
  isNewEnvironment(stack, comparison)
    ? []
    : newOpenings(stack).flatMap(({ change, openings: all }) => {
        // Ingress from everywhere is red.
        const opened = all.filter(({ direction, isPublic }) => !(direction === 'in' && isPublic));
        return opened.length === 0
          ? []
          : [
              {
                change,
                essence: `would open a security group: ${change.label}`,
                detail: `${some(opened.map((each) => `${each.direction === 'in' ? 'ingress' : 'egress'} ${openingText(each)}`))}.`,
              },
            ];
      });

/** Once for each environment, at the stack that holds the services. */
const capacity: Rule['find'] = ({ stack, after }, comparison) => {
  const runsServices = Object.values(after?.template.Resources ?? {}).some(({ Type }) => Type === 'AWS::ECS::Service');
  if (!runsServices) return [];
  const own = (stacks: typeof comparison.after) =>
    stacks.filter(({ environment }) => environment === stack.environment);
  const failures = capacityFailures(own(comparison.after)) ?? [];
  if (failures.length === 0 || same(failures, capacityFailures(own(comparison.before)))) return [];
  return [
    {
      resource: 'capacity of a release',
      essence: 'could no longer hold both colours of a release',
      detail: `${failures.join('; ')}.`,
      keep: 'raise hosts.max, choose larger hosts or fewer tasks in lib/config/environments.ts.',
    },
  ];
};

const acknowledgements: Rule['find'] = (stack, comparison) => {
  if (isNewEnvironment(stack, comparison)) return [];
  const [then, now] = [stack.before?.acknowledgements ?? [], stack.after?.acknowledgements ?? []];
  const known = new Set(then.map(({ path, rule }) => `${path} ${rule}`));
  const still = new Set(now.map(({ path, rule }) => `${path} ${rule}`));
  // A construct that is renamed takes its acknowledgements along.
  const taken = new Set(
    then.filter(({ path, rule }) => !still.has(`${path} ${rule}`)).map(({ rule, reason }) => `${rule} ${reason}`),
  );
  return now
    .filter(({ path, rule, reason }) => !known.has(`${path} ${rule}`) && !taken.has(`${rule} ${reason}`))
    .map(({ path, rule, reason }) => ({
      resource: `${path.replace(`${stack.stack.path}/`, '')} ${rule}`,
      essence: `would accept a finding of a policy pack: ${rule}`,
      detail: `On ${path}: ${reason}`,
    }));
};

const goneWithoutState: Rule['find'] = ({ stack, after, resources }, comparison) =>
  after !== undefined || !countsAsDeployed(stack, comparison) || resources.some(({ type }) => heldBy(type))
    ? []
    : [
        {
          resource: stack.stackName,
          essence: `would lose hold of the stack ${stack.stackName}`,
          detail: 'The app no longer has it. The CDK deletes no stack by itself: it stays as it is, and is paid for.',
          keep: 'delete it with npx cdk destroy before this is merged, or leave a note for whoever will.',
        },
      ];

export const reviewRules: readonly Rule[] = [
  {
    id: 'permissions-broadened',
    verdict: 'amber',
    title: 'A permission that was not there before, or a denial that is gone',
    reason: 'Whether it is needed shows in the code that uses it, which only a person reads.',
    find: permissions,
  },
  {
    id: 'security-group-opened',
    verdict: 'amber',
    title: 'A security group that admits or reaches more',
    reason: 'Whether the new path is meant is not in the template.',
    find: openings,
  },
  {
    id: 'safeguard-weakened',
    verdict: 'amber',
    title: 'A safeguard that is weaker, or gone',
    reason: 'Nothing is lost by it today; the next mistake or failure is larger.',
    find: weaker(
      'safeguard-weakened',
      'would do without a safeguard:',
      'leave it, or say in the pull request what takes its place.',
    ),
  },
  {
    id: 'cost-changed',
    verdict: 'amber',
    title: 'A size that shows on the bill',
    reason: 'Somebody pays for it.',
    find: (stack, comparison) =>
      isNewEnvironment(stack, comparison) || stack.after === undefined
        ? []
        : stack.resources.flatMap((change) => {
            const costs = costsOf(change);
            return costs.length === 0
              ? []
              : [
                  {
                    change,
                    essence: `would cost another amount: ${change.type} ${change.label}`,
                    detail: `${costs.join('; ')}.`,
                  },
                ];
          }),
  },
  {
    id: 'capacity-short',
    verdict: 'amber',
    title: 'Capacity that no longer holds both colours of a release',
    reason: 'Green would wait for hosts that may not come, and the release hangs.',
    find: capacity,
  },
  {
    id: 'acknowledged-anew',
    verdict: 'amber',
    title: 'A finding of a policy pack that is acknowledged anew',
    reason: 'An acknowledgement is a decision on security, with a reason that somebody else should believe.',
    find: acknowledgements,
  },
  {
    id: 'drift-prone',
    verdict: 'amber',
    title: 'A property that something beside CloudFormation changes',
    reason: 'The template’s value is written over the one in effect.',
    find: eachResource((change) => {
      const { type, after } = change;
      const found = driftProne.filter(
        ({ property, where = () => true, ...row }) =>
          row.type === type &&
          after !== undefined &&
          stays(change) &&
          change.properties.some(({ name }) => name === property) &&
          after.Properties?.[property] !== undefined &&
          where(after),
      );
      if (found.length === 0) return;
      return {
        essence: `would set what something else moves: ${found.map(({ property }) => property).join(', ')} of ${change.label}`,
        detail: found.map(({ reason }) => reason).join(' '),
        keep: 'leave the property out, or agree on when it is deployed.',
      };
    }),
  },
  {
    id: 'interruption',
    verdict: 'amber',
    title: 'A database or cache that restarts',
    reason: 'Requests and jobs fail for as long as it is away: choose the hour.',
    find: eachResource((change) => {
      if (change.impact !== 'update') return;
      const restarts = change.properties.flatMap(({ name }) => {
        const row = inPlaceUpdate(change.type, name);
        return row?.interruption === 'restart' ? [`${name}: ${row.reason}`] : [];
      });
      if (restarts.length === 0) return;
      return { essence: `would restart ${change.type} ${change.label}`, detail: restarts.join(' ') };
    }),
  },
  {
    id: 'serving-replaced',
    verdict: 'amber',
    title: 'A load balancer, network, host group or service that is replaced or goes',
    reason: 'Nothing is lost, but users notice: connections are cut, names and addresses change.',
    find: eachResource((change, stack) => {
      if (!serving.has(change.before?.Type ?? '') || !goes(change) || stack.after === undefined) return;
      const why = change.properties
        .filter(({ replacement }) => /yes|perhaps/.test(replacement))
        .map(({ name }) => name);
      return {
        essence: `would ${change.after === undefined ? 'take away' : 'replace'} ${change.type} ${change.label}`,
        detail: why.length > 0 ? `${why.join(', ')} cannot be changed in place.` : 'It has left the template.',
        keep: change.movedTo ? `pin its logical id with overrideLogicalId('${change.logicalId}').` : undefined,
      };
    }),
  },
  {
    id: 'stack-gone',
    verdict: 'amber',
    title: 'A stack without stateful resources that vanishes',
    reason: 'It stays in AWS until somebody deletes it by hand.',
    find: goneWithoutState,
  },
  {
    id: 'environment-appears',
    verdict: 'amber',
    title: 'An environment that is deployed for the first time',
    reason: 'There is nothing to compare it with: it is read as a whole.',
    find: (stack, comparison) =>
      isNewEnvironment(stack, comparison) &&
      stack.stack.environment !== undefined &&
      !comparison.before.some(({ environment }) => environment === stack.stack.environment)
        ? [
            {
              resource: stack.stack.stackName,
              essence: `would appear: the stack ${stack.stack.stackName}`,
              detail: `${stack.resources.length} resources in ${stack.stack.account}, ${stack.stack.region}.`,
            },
          ]
        : [],
  },
];
