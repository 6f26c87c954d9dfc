import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { EnvironmentName } from '../../lib/config/environment';
import type { AwsTarget } from '../aws-account';
import { consents } from '../consent';
import type { EnvironmentServices, ServiceRole } from '../environment-services';
import { type CdkDeploy, cdkDeployText } from './cdk-deploy';
import { type DeploymentState, readDeployments } from './service-deployments';

/** As the command line has them; see the help of scripts/release.ts. */
export interface ReleaseOptions {
  /** @default - both */
  readonly service?: ServiceRole;
  readonly count: number;
  /** Seconds. */
  readonly every: number;
  readonly to?: string;
  readonly fromProfile?: string;
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

/** Says what is to be run, asks, and runs it. @returns the exit code */
export async function confirmAndDeploy(
  { target, options, deploy }: ReleaseSession,
  command: CdkDeploy,
): Promise<number> {
  const { environment } = target;
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
      `The CDK CLI ended with ${code}. What CloudFormation has begun it goes on with: release watch ${environment}; release rollback ${environment} takes it back.`,
    );
  return code === 0 ? 0 : 1;
}
