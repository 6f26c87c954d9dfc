import type { EnvironmentName } from '../../lib/config/environment';
import { type CfnTemplate, environmentNames, type StackId, stackIds, stackOf } from '../deployed';

/** What a stateful stack may import from; anything else would have to go before the data could change. */
const mayImportFrom: Readonly<Partial<Record<StackId, readonly StackId[]>>> = {
  network: [],
  storage: [],
  data: ['network'],
  secrets: [],
};

/**
 * Properties that give a retained resource a name of its own. CloudFormation refuses to alter an export
 * in use, so an exported bucket could not be replaced, restored or imported without taking down its readers;
 * they know it by name instead.
 */
const fixedName = ['BucketName', 'DBInstanceIdentifier', 'ReplicationGroupId', 'Name', 'RepositoryName'];

const template = (environment: EnvironmentName, stack: StackId) => stackOf(environment, stack).template;

const found = (value: unknown, key: string): unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === key ? [inner] : found(inner, key)));
};

/** Exports, stack outputs of another stack, and parameters that a later stack publishes. */
const foreign = ({ Resources, Outputs, Parameters }: CfnTemplate): string[] => [
  ...found({ Resources, Outputs }, 'Fn::ImportValue').map((name) => String(name).split(':')[0] as string),
  ...found({ Resources, Outputs }, 'Fn::GetStackOutput').map((output) => JSON.stringify(output)),
  ...Object.values(Parameters ?? {})
    .map((parameter) => String((parameter as { Default?: unknown }).Default))
    .filter((name) => name.startsWith('/mr-mentor/')),
];

/** Logical ids of retained resources with a fixed name that an output gives away. */
function exportsOfRetained({ Resources, Outputs }: CfnTemplate): string[] {
  const retained = Object.entries(Resources)
    .filter(([, { Type }]) =>
      /^AWS::(S3::Bucket|RDS::DBInstance|ElastiCache::ReplicationGroup|SecretsManager::Secret)$/.test(Type),
    )
    .map(([logicalId]) => logicalId);
  const named = new Set([
    ...found(Outputs, 'Ref'),
    ...found(Outputs, 'Fn::GetAtt').map((pair) => (pair as string[])[0]),
  ]);
  return retained.filter((logicalId) => named.has(logicalId));
}

describe.each(environmentNames)('in %s', (environment) => {
  it.each(Object.entries(mayImportFrom))('%s imports from %j only', (stack, allowed) => {
    const from = [...new Set(foreign(template(environment, stack as StackId)))];
    expect(from).toEqual(allowed.map((id) => `mr-mentor-${environment}-${id}`));
  });

  it.each(['storage', 'data', 'secrets'] as const)(
    '%s exports nothing that is retained under a fixed name',
    (stack) => {
      expect(exportsOfRetained(template(environment, stack))).toEqual([]);
    },
  );

  it('everything that is retained has a fixed name, by which its readers know it', () => {
    const nameless = stackIds.flatMap((stack) =>
      Object.entries(template(environment, stack).Resources).filter(
        ([, { Type, Properties }]) =>
          /^AWS::(S3::Bucket|RDS::DBInstance|ElastiCache::ReplicationGroup|SecretsManager::Secret)$/.test(Type) &&
          !fixedName.some((property) => typeof Properties[property] === 'string'),
      ),
    );
    expect(nameless).toEqual([]);
  });

  it('every import has its export', () => {
    const exported = stackIds.flatMap((stack) =>
      Object.values(template(environment, stack).Outputs ?? {}).map(
        (output) => (output as { Export?: { Name: string } }).Export?.Name,
      ),
    );
    const imported = stackIds.flatMap((stack) => found(template(environment, stack).Resources, 'Fn::ImportValue'));
    expect(imported.length).toBeGreaterThan(10);
    expect(imported.filter((name) => !exported.includes(name as string))).toEqual([]);
  });

  it('what is stateless waits for what is stateful, although no import says so', () => {
    for (const id of ['cdn', 'service', 'operations'] as const) {
      const waitsFor = stackOf(environment, id).dependencies;
      for (const stateful of ['storage', 'data', 'secrets'] as const)
        expect(waitsFor).toContain(`${environment}/${stateful}`);
    }
  });
});

it('would see an exported bucket, and an import from a stack that comes and goes', () => {
  const bad = {
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket' },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Role: { 'Fn::ImportValue': 'mr-mentor-staging-service:Role' } },
      },
    },
    Outputs: { Out: { Value: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] } } },
    Parameters: { Host: { Default: '/mr-mentor/staging/cache/host' } },
  };
  expect(exportsOfRetained(bad)).toEqual(['Bucket']);
  expect(foreign(bad)).toEqual(['mr-mentor-staging-service', '/mr-mentor/staging/cache/host']);
});
