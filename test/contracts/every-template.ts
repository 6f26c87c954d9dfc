import type { EnvironmentName } from '../../lib/config/environment';
import { type CfnResource, type CfnTemplate, deliveryStacks, environmentNames, stacksOf } from '../synthesise';

export interface DeployedStack {
  /** `production/service`, `delivery-000000000001` */
  readonly stack: string;
  /** Delivery belongs to an account, not to an environment. */
  readonly environment: EnvironmentName | undefined;
  readonly terminationProtection: boolean;
  readonly template: CfnTemplate;
}

/** Everything that is deployed: the stacks of all environments, and delivery. */
export const everyStack = (): DeployedStack[] => {
  const describe =
    (environment: EnvironmentName | undefined) => (artifact: ReturnType<typeof deliveryStacks>[number]) => ({
      stack: artifact.hierarchicalId,
      environment,
      terminationProtection: artifact.terminationProtection ?? false,
      template: artifact.template as CfnTemplate,
    });
  return [
    ...environmentNames.flatMap((name) => stacksOf(name).map(describe(name))),
    ...deliveryStacks().map(describe(undefined)),
  ];
};

export interface DeployedResource extends CfnResource {
  readonly stack: string;
  readonly environment: EnvironmentName | undefined;
  readonly logicalId: string;
}

/** Every resource of everything that is deployed. */
export const everyDeployedResource = (): DeployedResource[] =>
  everyStack().flatMap(({ stack, environment, template }) =>
    Object.entries(template.Resources).map(([logicalId, resource]) => ({ ...resource, stack, environment, logicalId })),
  );
