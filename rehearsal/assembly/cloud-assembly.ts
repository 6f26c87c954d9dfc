import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type AssetManifest, type Assets, readAssets } from './assets';
import type { Template } from './template';

/** A stack as the manifest of a cloud assembly announces it. */
export interface StackArtifact {
  /** The stage, or undefined for what is deployed once per account. */
  readonly environment: string | undefined;
  /** Within its environment: `service` */
  readonly id: string;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly templateFile: string;
  readonly metadata: Metadata;
  /** By what its dependencies call it. */
  readonly artifact: string;
  /** What is deployed before it, by artifact. */
  readonly dependencies: readonly string[];
  readonly assetManifests: readonly string[];
}
export type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

/** A stack with all that a deployment of it reads. */
export interface Stack extends Omit<StackArtifact, 'environment' | 'metadata' | 'assetManifests'> {
  readonly environment: string;
  readonly template: Template;
  readonly assets: Assets;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}
interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly additionalMetadataFile?: string;
  readonly metadata?: Metadata;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
    readonly displayName?: string;
    readonly file?: string;
  };
}

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

/** Every stack of what `cdk synth` wrote: the same files that `cdk deploy` deploys. */
export function readStackArtifacts(directory: string, environment?: string): StackArtifact[] {
  if (!existsSync(join(directory, 'manifest.json')))
    throw new Error(
      `${directory} is no cloud assembly: it has no manifest.json; synthesise it with npm run synth -- production.`,
    );
  const { artifacts = {} } = readJson<Manifest>(directory, 'manifest.json');
  return Object.entries(artifacts).flatMap(([name, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly')
      return readStackArtifacts(
        join(directory, artifact.properties?.directoryName ?? name),
        artifact.properties?.displayName ?? name,
      );
    return artifact.type === 'aws:cloudformation:stack'
      ? [describeStack(directory, name, artifact, environment, artifacts)]
      : [];
  });
}

function describeStack(
  directory: string,
  name: string,
  { environment: target = '', displayName = name, properties = {}, dependencies = [], ...artifact }: Artifact,
  environment: string | undefined,
  artifacts: Readonly<Record<string, Artifact>>,
): StackArtifact {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(target) ?? [];
  return {
    environment,
    id: displayName.split('/').pop() ?? displayName,
    stackName: properties.stackName ?? name,
    account,
    region,
    templateFile: join(directory, properties.templateFile ?? `${name}.template.json`),
    metadata: artifact.additionalMetadataFile
      ? readJson<Metadata>(directory, artifact.additionalMetadataFile)
      : (artifact.metadata ?? {}),
    artifact: name,
    dependencies,
    assetManifests: dependencies.flatMap((dependency) => {
      const { type, properties: { file } = {} } = artifacts[dependency] ?? {};
      return type === 'cdk:asset-manifest' && file !== undefined ? [join(directory, file)] : [];
    }),
  };
}

/** The stacks of one environment, each behind those that it depends on. */
export function readEnvironment(assembly: string, environment: string): Stack[] {
  const artifacts = readStackArtifacts(resolve(assembly));
  const own = artifacts.filter((stack) => stack.environment === environment);
  if (own.length === 0) {
    const others = [...new Set(artifacts.flatMap((stack) => stack.environment ?? []))];
    throw new Error(
      `${assembly} holds no environment "${environment}"; it holds: ${others.join(', ') || 'none'}. Synthesise it with npm run synth -- ${environment}.`,
    );
  }
  return inDependencyOrder(own).map(({ metadata: _, assetManifests, ...stack }) => ({
    ...stack,
    environment,
    template: readJson<Template>(stack.templateFile),
    assets: readAssets(assetManifests.map((file) => ({ file, manifest: readJson<AssetManifest>(file) }))),
  }));
}

function inDependencyOrder(stacks: readonly StackArtifact[]): StackArtifact[] {
  const ordered = new Set<StackArtifact>();
  const visit = (stack: StackArtifact) => {
    if (ordered.has(stack)) return;
    for (const other of stacks) if (stack.dependencies.includes(other.artifact)) visit(other);
    ordered.add(stack);
  };
  stacks.forEach(visit);
  return [...ordered];
}
