import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { type ComposeOptions, composeApp } from '../lib/compose-app';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';

/** Feature flags of cdk.json, which the CLI passes and a test has to pass itself. */
export const featureFlags: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(join(__dirname, '..', 'cdk.json'), 'utf8'),
).context;

export const environmentNames = Object.keys(environments) as EnvironmentName[];
export const stackIds = ['network', 'storage', 'data', 'secrets', 'edge', 'cdn', 'service', 'operations'] as const;
export type StackId = (typeof stackIds)[number];

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

const outdirs: string[] = [];
process.on('exit', () => {
  for (const outdir of outdirs) rmSync(outdir, { recursive: true, force: true });
});

export interface ComposeTestOptions extends Omit<ComposeOptions, 'app'> {
  /** As `-c key=value` gives it. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The whole app as bin/app.ts composes it, but without the policy packs: they have a test of their own. */
export function compose({ context, ...options }: ComposeTestOptions = {}): App {
  const outdir = mkdtempSync(join(tmpdir(), 'mr-mentor-infra-'));
  outdirs.push(outdir);
  return composeApp({
    ...options,
    app: { outdir, context: { ...featureFlags, policyChecks: 'false', ...context } },
  });
}

let shared: CloudAssembly | undefined;
/** All environments with the configuration as it is; synthesised once for each test file. */
const sharedAssembly = (): CloudAssembly => {
  shared ??= compose().synth();
  return shared;
};

/** The synthesised stacks of one environment, with their templates and their settings. */
export const stacksOf = (
  environment: EnvironmentName,
  assembly: CloudAssembly = sharedAssembly(),
): CloudFormationStackArtifact[] => assembly.getNestedAssembly(`assembly-${environment}`).stacks;

export const deliveryStacks = (assembly: CloudAssembly = sharedAssembly()): CloudFormationStackArtifact[] =>
  assembly.stacks;

export function stackOf(
  environment: EnvironmentName,
  id: StackId,
  assembly: CloudAssembly = sharedAssembly(),
): CloudFormationStackArtifact {
  const found = stacksOf(environment, assembly).find(({ hierarchicalId }) => hierarchicalId === `${environment}/${id}`);
  if (found === undefined) throw new Error(`no stack ${environment}/${id}`);
  return found;
}

/** For `hasResourceProperties` and its like. */
export const templateOf = (environment: EnvironmentName, id: StackId, assembly?: CloudAssembly): Template =>
  Template.fromJSON(stackOf(environment, id, assembly).template);

export interface LocatedResource extends CfnResource {
  readonly environment: EnvironmentName;
  readonly stack: StackId;
  readonly logicalId: string;
}

/** Every resource of every environment, for promises that cut across. */
export const everyResource = (): LocatedResource[] =>
  environmentNames.flatMap((environment) =>
    stackIds.flatMap((stack) =>
      Object.entries((stackOf(environment, stack).template as CfnTemplate).Resources).map(([logicalId, resource]) => ({
        ...resource,
        environment,
        stack,
        logicalId,
      })),
    ),
  );
