import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { physicalId } from '../../stack-resources';
import { type Answer, failed, passed, skipped } from '../answer';
import { differences, listenerRules, productionRule, targetGroupsOf } from '../listener-rules';
import { isServed, notServed } from '../served';
import type { Site } from '../site';

/** Those whom a release would take back to. */
export async function targets(site: Site): Promise<Answer> {
  if (!(await isServed(site))) return notServed(site);
  const group = await liveGroup(site);
  if (typeof group !== 'string') return group;
  const { TargetHealthDescriptions: all = [] } = await site
    .client(ElasticLoadBalancingV2Client)
    .send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  const isState = (state: string) => (target: TargetHealthDescription) => target.TargetHealth?.State === state;
  const healthy = all.filter(isState('healthy')).length;
  const leaving = all.filter(isState('draining')).length;
  const { minTasks } = site.config.web;
  const sum = `${healthy} of ${all.length - leaving} targets healthy, ${minTasks} at least; ${shortName(group)}`;
  if (healthy >= minTasks && healthy === all.length - leaving) return passed(sum);
  const reasons = all.flatMap(({ Target, TargetHealth: health }) =>
    health?.State === 'healthy' || health?.State === 'draining'
      ? []
      : [`${Target?.Id}: ${health?.State}, ${health?.Description ?? health?.Reason ?? 'no reason given'}`],
  );
  return failed(
    [sum, ...reasons].join('\n'),
    `Mend what runs before releasing: npm run release -- status ${site.config.name}, npm run smoke -- ${site.config.name}`,
  );
}

const shortName = (arn: string) => arn.split('/')[1] ?? arn;

/** Which users are sent to. */
async function liveGroup(site: Site): Promise<string | Answer> {
  if (site.config.deployment.strategy === 'rolling') {
    const group = physicalId(await site.resourcesOf('service'), 'AWS::ElasticLoadBalancingV2::TargetGroup');
    return group ?? failed('The service stack has no target group.', `npx cdk deploy '${site.config.name}/service'`);
  }
  const production = (await listenerRules(site)).find(({ logicalId }) => logicalId?.startsWith(productionRule));
  const groups = production === undefined ? [] : targetGroupsOf(production.live);
  const live = groups.find(({ Weight }) => Weight === 100)?.TargetGroupArn;
  if (live !== undefined) return live;
  const weights = groups.map(({ TargetGroupArn: arn = '', Weight }) => `${shortName(arn)} ${Weight}`).join(', ');
  return failed(
    `No target group of the production rule has all of the traffic: ${weights || 'there is no such rule'}.`,
    `A release may be under way, or the rule was changed by hand: npm run release -- status ${site.config.name}`,
  );
}

/** What ECS or a person has made of the rules; a deployment would write the template's back (aws/aws-cdk#36649). */
export async function drift(site: Site): Promise<Answer> {
  if (!(await isServed(site))) return notServed(site);
  if (site.config.deployment.strategy === 'rolling') return skipped('a rolling deployment moves no weights');
  const rules = await listenerRules(site);
  const missing = (await site.resourcesOf('service')).filter(
    ({ ResourceType, PhysicalResourceId: id }) =>
      ResourceType === 'AWS::ElasticLoadBalancingV2::ListenerRule' && !rules.some(({ live }) => live.RuleArn === id),
  );
  const drifted = [
    ...rules.flatMap((rule) =>
      differences(rule).map((each) => `${rule.logicalId ?? `priority ${rule.live.Priority}`}: ${each}`),
    ),
    ...missing.map(({ LogicalResourceId }) => `${LogicalResourceId}: it is gone`),
  ];
  if (drifted.length === 0) return passed(`${rules.length} rules as in the template`);
  return failed(
    drifted.join('\n'),
    'Put it back by hand to what the template has, with all the weight where the users are now; never by cdk deploy --revert-drift, which moves it.',
  );
}
