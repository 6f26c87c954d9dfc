import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { edgeRegion } from '../../../lib/config/names';
import { type Answer, failed, passed, together } from '../answer';
import type { Site } from '../site';

/** Of `cdk bootstrap`, unless an account states another; so does lib/constructs/github-access.ts. */
const qualifier = 'hnb659fds';
/** The least that stacks of the CDK's default synthesizer deploy with (`MIN_BOOTSTRAP_STACK_VERSION` of aws-cdk-lib). */
const bootstrapVersion = 6;

const regionsOf = ({ config: { region, recoveryRegion = region } }: Site): readonly string[] => [
  ...new Set([region, edgeRegion, recoveryRegion]),
];

/** Some regions answer nobody until the account opts in. */
export async function regions(site: Site): Promise<Answer> {
  const wanted = regionsOf(site);
  const { Regions = [] } = await site
    .client(EC2Client)
    .send(new DescribeRegionsCommand({ RegionNames: [...wanted], AllRegions: true }));
  const closed = Regions.filter(({ OptInStatus }) => OptInStatus === 'not-opted-in').map(
    ({ RegionName }) => RegionName,
  );
  return closed.length === 0
    ? passed(wanted.join(', '))
    : failed(`${closed.join(', ')}: the account has not opted in.`, 'Opt in, in the account settings of the console.');
}

export async function bootstrap(site: Site): Promise<Answer> {
  const { account } = site.config;
  const answers = regionsOf(site).map(async (region): Promise<Answer> => {
    const remedy = `npx cdk bootstrap aws://${account}/${region}`;
    const found = await bootstrapVersionIn(site, region);
    if (found === undefined) return failed(`${region} is not bootstrapped.`, remedy);
    return found >= bootstrapVersion
      ? passed(`${region}: version ${found}`)
      : failed(`${region} has version ${found}, and ${bootstrapVersion} is the least.`, remedy);
  });
  return together(await Promise.all(answers));
}

async function bootstrapVersionIn(site: Site, region: string): Promise<number | undefined> {
  try {
    const { Parameter } = await site
      .client(SSMClient, region)
      .send(new GetParameterCommand({ Name: `/cdk-bootstrap/${qualifier}/version` }));
    return Number(Parameter?.Value);
  } catch (error) {
    if ((error as Error).name === 'ParameterNotFound') return undefined;
    throw error;
  }
}

/** The CDK CLI does everything as these roles: whoever may assume them may deploy, and else nobody. */
export async function permissions(site: Site): Promise<Answer> {
  const { account, region } = site.config;
  const kinds = ['deploy', 'lookup', 'file-publishing'];
  const roles = [
    ...regionsOf(site).flatMap((each) => kinds.map((kind) => `cdk-${qualifier}-${kind}-role-${account}-${each}`)),
    ...(site.imageTag === undefined ? [`cdk-${qualifier}-image-publishing-role-${account}-${region}`] : []),
  ];
  const refused = (await Promise.all(roles.map(async (role) => (await mayAssume(site, role)) ?? []))).flat();
  if (refused.length === 0) return passed(`may assume the ${roles.length} roles of cdk bootstrap`);
  return failed(
    refused.join('\n'),
    `Bootstrap the region if the role is not there. Else these credentials need sts:AssumeRole on arn:aws:iam::${account}:role/cdk-${qualifier}-*.`,
  );
}

/** @returns why not */
async function mayAssume(site: Site, role: string): Promise<string | undefined> {
  try {
    // The shortest that STS gives: what it returns is thrown away.
    const asked = { RoleSessionName: 'mr-mentor-preflight', DurationSeconds: 900 };
    await site
      .client(STSClient)
      .send(new AssumeRoleCommand({ ...asked, RoleArn: `arn:aws:iam::${site.config.account}:role/${role}` }));
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'AccessDenied' || name === 'AccessDeniedException') return `${role}: ${message}`;
    throw error;
  }
}
