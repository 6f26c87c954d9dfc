import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from './json-file';
import { NotComparable } from './not-comparable';

export interface Manifest {
  readonly version: string;
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

export type ConstructMetadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

export interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly additionalMetadataFile?: string;
  readonly metadata?: ConstructMetadata;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly terminationProtection?: boolean;
    readonly directoryName?: string;
    readonly displayName?: string;
  };
}

/**
 * Major versions of the cloud assembly's schema whose fields are the ones read here: from the first one of
 * aws-cdk-lib's later 2.x to that of the pinned aws-cdk-lib. What is newer may say something that is not read.
 */
export const schemaVersions = { oldest: 36, newest: 55 } as const;

/** @throws NotComparable for what is no cloud assembly, half of one, or one of another schema */
export function readManifest(directory: string): Manifest {
  const file = join(directory, 'manifest.json');
  if (!existsSync(file))
    throw new NotComparable(
      `${directory} is no cloud assembly: it has no manifest.json. Name what \`npm run synth -- --output DIRECTORY\` wrote, or a git ref.`,
    );
  const { version, artifacts } = readJsonFile<Partial<Manifest>>(file);
  const major = Number(/^(\d+)\.\d+\.\d+/.exec(String(version))?.[1]);
  const { oldest, newest } = schemaVersions;
  if (!(major >= oldest && major <= newest))
    throw new NotComparable(
      `${file} has the schema version ${version ?? 'of no cloud assembly'}; this reads ${oldest} to ${newest}. Synthesise both sides with a CDK of these, or raise schemaVersions in diff-guard/assembly/manifest.ts once it reads the new one.`,
    );
  if (artifacts === undefined || typeof artifacts !== 'object')
    throw new NotComparable(`${file} names no artifacts, so it is not whole. Synthesise it anew.`);
  return { version: String(version), artifacts };
}
