import { readFileSync } from 'node:fs';
import { statefulTypes } from '../lib/config/stateful-types';
import { type Metadata, readStackArtifacts, type StackArtifact } from '../rehearsal/assembly/cloud-assembly';
import type { Template } from '../rehearsal/assembly/template';

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

/** Reads what `cdk synth` wrote: the same files that `cdk deploy` deploys. */
export const readAssembly = (directory: string, packs: readonly string[]): StackSummary[] =>
  readStackArtifacts(directory).map((stack) => summarise(stack, packs));

function summarise(
  { environment, id, stackName, account, region, templateFile, metadata }: StackArtifact,
  packs: readonly string[],
): StackSummary {
  const text = readFileSync(templateFile, 'utf8');
  const types = Object.values((JSON.parse(text) as Partial<Template>).Resources ?? {}).map(({ Type }) => Type);
  return {
    ...{ environment, id, stackName, account, region, templateFile },
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
