import { stackName } from '../lib/config/names';
import type { AwsTarget } from './aws-account';
import { physicalId, stackResources } from './stack-resources';

export const serviceRoles = ['web', 'worker'] as const;
export type ServiceRole = (typeof serviceRoles)[number];

/** What ECS calls an environment's services. */
export interface EnvironmentServices {
  readonly cluster: string;
  readonly services: readonly { readonly role: ServiceRole; readonly service: string }[];
}

/** CloudFormation names them, so it is asked. @returns undefined where the environment has none yet */
export async function findServices(target: AwsTarget): Promise<EnvironmentServices | undefined> {
  const resources = await stackResources(target, stackName(target.environment, 'service'));
  const cluster = physicalId(resources, 'AWS::ECS::Cluster');
  const web = physicalId(resources, 'AWS::ECS::Service', 'Web');
  const worker = physicalId(resources, 'AWS::ECS::Service', 'Worker');
  if (cluster === undefined || web === undefined || worker === undefined) return undefined;
  return {
    cluster,
    services: [
      { role: 'web', service: web },
      { role: 'worker', service: worker },
    ],
  };
}

/** @throws where the environment has none yet */
export async function servicesOf(target: AwsTarget): Promise<EnvironmentServices> {
  const services = await findServices(target);
  if (services !== undefined) return services;
  const { environment } = target;
  throw new Error(
    `${stackName(environment, 'service')} has no services in this account and region yet. npx cdk deploy '${environment}/**' makes them.`,
  );
}
