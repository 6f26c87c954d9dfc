import { join } from 'node:path';
import { CloudAssembly, type CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';

/**
 * What is deployed, as global-setup.ts synthesised it: all environments with the configuration as it is.
 * Loads no construct, so that a file which only reads templates starts fast.
 */

export const environmentNames = Object.keys(environments) as EnvironmentName[];
export const stackIds = [
  'network',
  'storage',
  'data',
  'secrets',
  'edge',
  'cdn',
  'edge-operations',
  'service',
  'operations',
] as const;
/** Of an environment with a recovery region, beside the others. */
export const recoveryStack = 'recovery';
export type StackId = (typeof stackIds)[number] | typeof recoveryStack;

/** In the order of composition. */
export const stackIdsOf = (environment: EnvironmentName): readonly StackId[] =>
  environments[environment].recoveryRegion === undefined ? stackIds : [...stackIds, recoveryStack];

export interface CfnResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
  readonly Properties?: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string | string[];
}
export interface CfnTemplate {
  readonly Resources: Readonly<Record<string, CfnResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

export interface DeployedStack {
  /** `production/service`, `delivery-000000000001` */
  readonly stack: string;
  /** Delivery belongs to an account, not to an environment. */
  readonly environment: EnvironmentName | undefined;
  readonly terminationProtection: boolean;
  /** Paths of the stacks that are deployed before it. */
  readonly dependencies: readonly string[];
  readonly template: CfnTemplate;
}

const describeStack =
  (environment: EnvironmentName | undefined) =>
  (artifact: CloudFormationStackArtifact): DeployedStack => ({
    stack: artifact.hierarchicalId,
    environment,
    terminationProtection: artifact.terminationProtection ?? false,
    dependencies: artifact.dependencies.map(({ hierarchicalId }) => hierarchicalId),
    template: artifact.template as CfnTemplate,
  });

export const stacksIn = (assembly: CloudAssembly): DeployedStack[] => [
  ...environmentNames.flatMap((name) =>
    assembly.tryGetArtifact(`assembly-${name}`) === undefined
      ? []
      : assembly.getNestedAssembly(`assembly-${name}`).stacks.map(describeStack(name)),
  ),
  ...assembly.stacks.map(describeStack(undefined)),
];

let deployed: DeployedStack[] | undefined;

/** The stacks of all environments, and delivery. */
export function everyStack(): readonly DeployedStack[] {
  deployed ??= stacksIn(new CloudAssembly(join(process.env.TEST_ASSEMBLIES ?? '', 'deployed')));
  return deployed;
}

export function stackOf(
  environment: EnvironmentName,
  id: StackId,
  stacks: readonly DeployedStack[] = everyStack(),
): DeployedStack {
  const found = stacks.find(({ stack }) => stack === `${environment}/${id}`);
  if (found === undefined) throw new Error(`no stack ${environment}/${id}`);
  return found;
}

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

export interface LocatedResource extends CfnResource {
  readonly stack: StackId;
  readonly logicalId: string;
}

/** Every resource of one environment. */
export const resourcesOf = (environment: EnvironmentName): LocatedResource[] =>
  stackIdsOf(environment).flatMap((stack) =>
    Object.entries(stackOf(environment, stack).template.Resources).map(([logicalId, resource]) => ({
      ...resource,
      stack,
      logicalId,
    })),
  );
