import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ECSClient } from '@aws-sdk/client-ecs';
import { servicesOf } from '../../environment-services';
import { isUnderWay, readDeployments } from '../../release/service-deployments';
import { isNoSuchStack } from '../../stack-resources';
import { type Answer, failed, passed, together } from '../answer';
import { isServed, notServed } from '../served';
import type { Site, StackId } from '../site';

/** What CloudFormation is at, or has been left in. */
export async function stackStates(site: Site): Promise<Answer> {
  const answers = await Promise.all(site.stacks.map((stack) => stackState(site, stack)));
  return together(answers);
}

async function stackState(site: Site, stack: StackId): Promise<Answer> {
  const name = site.stackName(stack);
  const status = await statusOf(site, stack, name);
  const events = `aws cloudformation describe-stack-events --stack-name ${name} --region ${site.regionOf(stack)}`;
  // A change set of a stack that is not there yet changes nothing by itself.
  if (status === undefined || status === 'REVIEW_IN_PROGRESS') return passed(`${stack}: not there yet`);
  if (status.endsWith('_IN_PROGRESS'))
    return failed(`${name} is ${status}: a deployment is under way.`, `Wait for its end: ${events}`);
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return failed(
      `${name} is ${status}.`,
      `Mend what it stumbled on (${events}), then: npx cdk rollback '${site.config.name}/${stack}'`,
    );
  if (status === 'ROLLBACK_COMPLETE')
    return failed(
      `${name} is ${status}: it was never made.`,
      `The next npx cdk deploy makes it anew, once it is known why: ${events}`,
    );
  if (status.endsWith('_FAILED')) return failed(`${name} is ${status}.`, `Look why: ${events}`);
  return passed(`${stack}: ${status}`);
}

async function statusOf(site: Site, stack: StackId, name: string): Promise<string | undefined> {
  try {
    const client = site.client(CloudFormationClient, site.regionOf(stack));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0]?.StackStatus;
  } catch (error) {
    if (isNoSuchStack(error)) return undefined;
    throw error;
  }
}

/** One release at a time: ECS would take a running one back for the next. */
export async function deployments(site: Site): Promise<Answer> {
  if (!(await isServed(site))) return notServed(site);
  const { cluster, services } = await servicesOf(site.target);
  const ecs = site.client(ECSClient);
  const answers = services.map(async ({ role, service }): Promise<Answer> => {
    const [newest] = await readDeployments(ecs, { cluster, service, role, count: 1 });
    if (newest === undefined || !isUnderWay(newest)) return passed(`${role}: ${newest?.status ?? 'none yet'}`);
    const { name } = site.config;
    return failed(
      `${role}: ${newest.status}${newest.stage === undefined ? '' : `, ${newest.stage}`}.`,
      `Wait for its end: npm run release -- watch ${name}; or take it back: npm run release -- rollback ${name}`,
    );
  });
  return together(await Promise.all(answers));
}
