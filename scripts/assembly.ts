import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statefulTypes } from '../lib/config/stateful-types';

/** Limits of CloudFormation: resources and bytes of one template. */
export const limits = { resources: 500, bytes: 1_000_000 } as const;

export interface StackSummary {
  /** The stage, or undefined for what is deployed once per account. */
  readonly environment: string | undefined;
  readonly id: string;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly templateFile: string;
  readonly resources: number;
  readonly stateful: number;
  readonly templateBytes: number;
  /** Acknowledged findings by policy pack. */
  readonly acknowledged: Readonly<Record<string, number>>;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}
interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly additionalMetadataFile?: string;
  readonly metadata?: Metadata;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
    readonly displayName?: string;
  };
}
type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

/** Reads what `cdk synth` wrote: the same files that `cdk deploy` deploys. */
export function readAssembly(directory: string, packs: readonly string[], environment?: string): StackSummary[] {
  const { artifacts = {} } = readJson<Manifest>(directory, 'manifest.json');
  return Object.entries(artifacts).flatMap(([name, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly')
      return readAssembly(
        join(directory, artifact.properties?.directoryName ?? name),
        packs,
        artifact.properties?.displayName ?? name,
      );
    return artifact.type === 'aws:cloudformation:stack'
      ? [readStack(directory, name, artifact, packs, environment)]
      : [];
  });
}

function readStack(
  directory: string,
  name: string,
  { environment: target = '', displayName = name, properties = {}, ...artifact }: Artifact,
  packs: readonly string[],
  environment: string | undefined,
): StackSummary {
  const templateFile = join(directory, properties.templateFile ?? `${name}.template.json`);
  const text = readFileSync(templateFile, 'utf8');
  const types = Object.values(
    (JSON.parse(text) as { Resources?: Record<string, { Type: string }> }).Resources ?? {},
  ).map(({ Type }) => Type);
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(target) ?? [];
  const metadata = artifact.additionalMetadataFile
    ? readJson<Metadata>(directory, artifact.additionalMetadataFile)
    : (artifact.metadata ?? {});
  return {
    environment,
    id: displayName.split('/').pop() ?? displayName,
    stackName: properties.stackName ?? name,
    account,
    region,
    templateFile,
    resources: types.length,
    stateful: types.filter((type) => type in statefulTypes).length,
    templateBytes: Buffer.byteLength(text),
    acknowledged: countAcknowledged(metadata, packs),
  };
}

function countAcknowledged(metadata: Metadata, packs: readonly string[]): Record<string, number> {
  const ids = Object.values(metadata)
    .flat()
    .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
    .flatMap(({ data }) => Object.keys(data as Record<string, string>))
    .map((id) => id.replace(/^[^:]+::/, ''));
  return Object.fromEntries(packs.map((pack) => [pack, ids.filter((id) => id.startsWith(`${pack}-`)).length]));
}
