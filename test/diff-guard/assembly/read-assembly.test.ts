import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaVersions } from '../../../diff-guard/assembly/manifest';
import { readAssembly } from '../../../diff-guard/assembly/read-assembly';

const assemblies = process.env.TEST_ASSEMBLIES ?? '';
const deployed = join(assemblies, 'deployed');

/** A copy to damage. */
function copy(): string {
  const folder = mkdtempSync(join(assemblies, 'damaged-'));
  cpSync(deployed, folder, { recursive: true, filter: (path) => !/asset\.[0-9a-f]{64}/.test(path) });
  return folder;
}

const inProduction = (folder: string, name: RegExp): string => {
  const nested = join(folder, 'assembly-production');
  return join(nested, readdirSync(nested).find((each) => name.test(each)) ?? '');
};

it('reads every stack with its account, protection and acknowledgements', () => {
  const stacks = readAssembly(deployed);
  expect(stacks).toHaveLength(39);
  expect(stacks.find(({ path }) => path === 'production/data')).toMatchObject({
    ...{ environment: 'production', id: 'data', stackName: 'mr-mentor-production-data', account: '000000000002' },
    ...{ region: 'ap-south-1', terminationProtection: true },
  });
  expect(stacks.filter(({ environment }) => environment === undefined)).toHaveLength(2);
  const acknowledged = stacks.flatMap(({ acknowledgements }) => acknowledgements);
  expect(acknowledged.find(({ rule }) => rule === 'AwsSolutions-SMG4')).toMatchObject({
    path: expect.stringContaining('Cache/AuthToken'),
    reason: expect.stringMatching(/\.$/),
  });
});

it('reads the schema that the pinned CDK writes', () => {
  const { version } = JSON.parse(readFileSync(join(deployed, 'manifest.json'), 'utf8'));
  expect(Number(version.split('.')[0])).toBeLessThanOrEqual(schemaVersions.newest);
});

it.each<[string, RegExp, (folder: string) => void]>([
  [
    'a folder without a manifest',
    /is no cloud assembly: it has no manifest\.json/,
    (at) => rmSync(join(at, 'manifest.json')),
  ],
  [
    'a manifest that is cut short',
    /manifest\.json is no JSON object, as if its synth had been cut off/,
    (at) => {
      const file = join(at, 'manifest.json');
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, 500));
    },
  ],
  [
    'a template that is missing',
    /is incomplete: .*template\.json cannot be read \(ENOENT\)/,
    (at) => rmSync(inProduction(at, /data.*template\.json/)),
  ],
  [
    'a template that is cut short',
    /template\.json is no JSON object/,
    (at) => writeFileSync(inProduction(at, /data.*template\.json/), '{"Resources": {'),
  ],
  [
    'a template that is something else',
    /has no Resources/,
    (at) => writeFileSync(inProduction(at, /data.*template\.json/), '{"hello": 1}'),
  ],
  [
    'metadata that is missing',
    /metadata\.json cannot be read/,
    (at) => rmSync(inProduction(at, /data.*metadata\.json/)),
  ],
  [
    'an environment whose folder is missing',
    /assembly-production is no cloud assembly/,
    (at) => rmSync(join(at, 'assembly-production'), { recursive: true }),
  ],
  [
    'a newer schema',
    /has the schema version 999\.0\.0; this reads 36 to \d+\./,
    (at) => writeFileSync(join(at, 'manifest.json'), '{"version":"999.0.0","artifacts":{}}'),
  ],
  [
    'an older schema',
    /has the schema version 1\.0\.0/,
    (at) => writeFileSync(join(at, 'manifest.json'), '{"version":"1.0.0","artifacts":{}}'),
  ],
  [
    'a manifest without artifacts',
    /names no artifacts/,
    (at) => writeFileSync(join(at, 'manifest.json'), '{"version":"55.0.0"}'),
  ],
  [
    'an assembly without stacks',
    /holds no stack/,
    (at) => writeFileSync(join(at, 'manifest.json'), '{"version":"55.0.0","artifacts":{}}'),
  ],
])('refuses %s', (_, message, damage) => {
  const folder = copy();
  damage(folder);
  expect(() => readAssembly(folder)).toThrow(message);
});

it('reads nested stacks as stacks of their own, and refuses one whose template is not there', () => {
  const folder = mkdtempSync(join(assemblies, 'nested-'));
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
  mkdirSync(folder, { recursive: true });
  const properties = { templateFile: 'outer.json', stackName: 'outer' };
  const outer = { type: 'aws:cloudformation:stack', environment: 'aws://111122223333/ap-south-1', properties };
  write('manifest.json', { version: '55.0.0', artifacts: { outer } });
  const nesting = (Metadata: object) => ({
    Resources: { Inner: { Type: 'AWS::CloudFormation::Stack', Metadata, Properties: { TemplateURL: 'x' } } },
  });
  write('outer.json', nesting({ 'aws:asset:path': 'inner.json' }));
  write('inner.json', { Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } });
  expect(readAssembly(folder).map(({ path, stackName }) => [path, stackName])).toEqual([
    ['outer', 'outer'],
    ['outer/Inner', 'outer/Inner'],
  ]);
  write('outer.json', nesting({}));
  expect(() => readAssembly(folder)).toThrow(/nests the stack Inner, whose template is not in the assembly/);
});
