import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { stackName } from '../../lib/config/names';
import { UsageError } from '../../scripts/command-line';
import type { AwsTarget } from '../aws-account';
import { consents } from '../consent';
import { type EnvironmentServices, type ServiceRole, serviceRoles } from '../environment-services';
import { type CdkDeploy, cdkDeployText } from './cdk-deploy';
import { type DeploymentState, isUnderWay, readDeployments } from './service-deployments';

/** As the command line has them; see the help of scripts/release.ts. */
export interface ReleaseOptions {
  /** @default - both */
  readonly service?: ServiceRole;
  readonly count: number;
  /** Seconds. */
  readonly every: number;
  readonly to?: string;
  readonly fromProfile?: string;
  readonly digest?: string;
  readonly github: boolean;
  readonly migrationsAllow: boolean;
  readonly acceptFindings: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** The services of an environment, and whom to ask about them. */
export interface Deployed {
  readonly ecs: ECSClient;
  readonly services: EnvironmentServices;
}

export interface ReleaseSession extends Deployed {
  readonly target: AwsTarget;
  /** That of the environment, 12 digits. */
  readonly account: string;
  readonly ecr: ECRClient;
  readonly options: ReleaseOptions;
  /** Another environment. */
  readonly open: (environment: EnvironmentName, profile?: string) => Promise<Deployed>;
  /** `mr-mentor-staging-service is UPDATE_IN_PROGRESS` */
  readonly stacksInProgress: () => Promise<readonly string[]>;
  /** Runs the CDK CLI. @returns its exit code */
  readonly deploy: (command: CdkDeploy) => Promise<number>;
}

/** Deployments of one service, the newest first. */
export const readService = (
  { ecs, services }: Deployed,
  role: ServiceRole,
  count: number,
): Promise<DeploymentState[]> => {
  const { cluster } = services;
  const service = services.services.find((each) => each.role === role)?.service ?? '';
  return readDeployments(ecs, { cluster, service, role, count });
};

/**
 * Two releases at once would take each other back.
 * @returns what is under way; undefined where a release could begin
 */
export async function underWay(session: ReleaseSession): Promise<string | undefined> {
  const { environment } = session.target;
  const newest = await Promise.all(serviceRoles.map((role) => readService(session, role, 1)));
  const running = newest.flat().find(isUnderWay);
  if (running !== undefined)
    return `a deployment of ${running.role} is under way in ${environment}: ${[running.status, running.stage].filter(Boolean).join(', ')}. See: release watch ${environment}`;
  const [stack] = await session.stacksInProgress();
  return stack === undefined ? undefined : `${stack}: CloudFormation is at work in ${environment}.`;
}

/** Says what is to be run, asks, and runs it. @returns the exit code */
export async function confirmAndDeploy(session: ReleaseSession, command: CdkDeploy): Promise<number> {
  const { target, options, deploy } = session;
  const { environment, region } = target;
  const own = environments[environment].region;
  if (region !== undefined && region !== own)
    throw new UsageError(`--region: cdk deploy releases ${environment} to ${own}, and not to ${region}.`);
  if (options.dryRun) {
    console.log(cdkDeployText(command));
    return 0;
  }
  console.error(cdkDeployText(command));
  if (!options.yes && !(await consents(environment))) {
    console.error('Nothing was changed.');
    return 1;
  }
  const code = await deploy(command);
  if (code === 0) console.error(`Deployed. See: release status ${environment}`);
  else
    console.error(
      `The CDK CLI ended with ${code}. What CloudFormation has begun it goes on with: release watch ${environment} follows it, release rollback ${environment} takes it back in the bake, and before that: aws cloudformation cancel-update-stack --stack-name ${stackName(environment, 'service')}`,
    );
  return code === 0 ? 0 : 1;
}
