import { join, resolve } from 'node:path';
import type { Acknowledgement, GuardedStack, Template } from './guarded-stack';
import { readJsonFile } from './json-file';
import { type Artifact, type ConstructMetadata, readManifest } from './manifest';
import { NotComparable } from './not-comparable';

/**
 * Every stack of an assembly, nested assemblies and nested stacks included.
 * @throws NotComparable for an assembly without a single stack, too: comparing with nothing finds nothing
 */
export function readAssembly(directory: string): GuardedStack[] {
  const stacks = stacksIn(resolve(directory), undefined);
  if (stacks.length === 0) throw new NotComparable(`${directory} holds no stack, so there is nothing to compare.`);
  return stacks;
}

function stacksIn(directory: string, environment: string | undefined): GuardedStack[] {
  return Object.entries(readManifest(directory).artifacts).flatMap(([name, artifact]) => {
    const { properties = {} } = artifact;
    if (artifact.type === 'cdk:cloud-assembly')
      return stacksIn(join(directory, properties.directoryName ?? name), properties.displayName ?? name);
    return artifact.type === 'aws:cloudformation:stack' ? readStack(directory, name, artifact, environment) : [];
  });
}

function readStack(
  directory: string,
  name: string,
  { environment: target = '', displayName = name, properties = {}, ...artifact }: Artifact,
  environment: string | undefined,
): GuardedStack[] {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(target) ?? [];
  const metadata = artifact.additionalMetadataFile
    ? readJsonFile<ConstructMetadata>(join(directory, artifact.additionalMetadataFile))
    : (artifact.metadata ?? {});
  const stack: GuardedStack = {
    ...{ environment, account, region },
    id: displayName.split('/').pop() ?? displayName,
    path: displayName,
    stackName: properties.stackName ?? name,
    terminationProtection: properties.terminationProtection ?? false,
    template: readTemplate(join(directory, properties.templateFile ?? `${name}.template.json`)),
    acknowledgements: acknowledgementsIn(metadata),
    constructPaths: constructPathsIn(metadata),
  };
  return [stack, ...nestedStacks(directory, stack)];
}

function readTemplate(file: string): Template {
  const template = readJsonFile<Partial<Template>>(file);
  if (template.Resources === undefined)
    throw new NotComparable(`${file} has no Resources, so it is no template of a stack. Synthesise it anew.`);
  return template as Template;
}

/** A nested stack's template lies beside its parent's; to CloudFormation it is a stack of its own. */
function nestedStacks(directory: string, parent: GuardedStack): GuardedStack[] {
  return Object.entries(parent.template.Resources).flatMap(([logicalId, { Type, Metadata }]) => {
    if (Type !== 'AWS::CloudFormation::Stack') return [];
    const file = Metadata?.['aws:asset:path'];
    if (typeof file !== 'string')
      throw new NotComparable(
        `${parent.path} nests the stack ${logicalId}, whose template is not in the assembly, so it cannot be compared.`,
      );
    const stack: GuardedStack = {
      ...parent,
      id: `${parent.id}/${logicalId}`,
      path: `${parent.path}/${logicalId}`,
      stackName: `${parent.stackName}/${logicalId}`,
      template: readTemplate(join(directory, file)),
      acknowledgements: [],
    };
    return [stack, ...nestedStacks(directory, stack)];
  });
}

const acknowledgementsIn = (metadata: ConstructMetadata): Acknowledgement[] =>
  Object.entries(metadata).flatMap(([path, entries]) =>
    entries
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.entries((data ?? {}) as Record<string, string>))
      .map(([id, reason]) => ({ path: path.replace(/^\//, ''), rule: id.replace(/^annotation::/i, ''), reason })),
  );

const constructPathsIn = (metadata: ConstructMetadata): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata).flatMap(([path, entries]) =>
      entries
        .filter(({ type }) => type === 'aws:cdk:logicalId')
        .map(({ data }) => [String(data), path.replace(/^\//, '')]),
    ),
  );
