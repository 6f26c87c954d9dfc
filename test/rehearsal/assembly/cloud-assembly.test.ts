import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment, readStackArtifacts } from '../../../rehearsal/assembly/cloud-assembly';
import { hostNamesOf } from '../../../rehearsal/assembly/host-names';
import { environmentNames, stackIdsOf } from '../../deployed';
import { deployed } from './endpoints';

it.each(environmentNames)('reads the stacks of %s, each behind those that it depends on', (environment) => {
  const stacks = readEnvironment(deployed, environment);
  expect(stacks.map(({ id }) => id).sort()).toEqual([...stackIdsOf(environment)].sort());
  for (const [index, { dependencies, template }] of stacks.entries()) {
    const later = stacks.slice(index).map(({ artifact }) => artifact);
    expect(dependencies.filter((each) => later.includes(each))).toEqual([]);
    expect(Object.keys(template.Resources)).not.toEqual([]);
  }
});

it('reads where a stack goes and what is uploaded for it', () => {
  const stacks = readEnvironment(deployed, 'production');
  expect(stacks.find(({ id }) => id === 'service')).toMatchObject({
    ...{ environment: 'production', stackName: 'mr-mentor-production-service', region: 'ap-south-1' },
    account: expect.stringMatching(/^\d{12}$/),
    assets: {
      images: [
        {
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
          directory: expect.stringMatching(/^\/.*\/deployed\/asset\.[0-9a-f]{64}$/),
          ...{ dockerfile: 'Dockerfile', buildArgs: {}, platform: 'linux/amd64' },
          names: [expect.stringMatching(/^cdk-[\w-]+-container-assets-[\w-]+:[0-9a-f]{64}$/)],
        },
      ],
    },
  });
  expect(stacks.find(({ id }) => id === 'cdn')?.region).toBe('us-east-1');
  for (const { assets } of stacks) {
    for (const { path } of assets.files) expect(existsSync(path)).toBe(true);
    for (const { directory, dockerfile } of assets.images) expect(existsSync(join(directory, dockerfile))).toBe(true);
  }
});

it('finds what is deployed once per account beside the environments', () => {
  const accountWide = readStackArtifacts(deployed).filter(({ environment }) => environment === undefined);
  expect(accountWide).not.toEqual([]);
  for (const { id } of accountWide) expect(id).toMatch(/^delivery/);
});

it('names the parts that stand for an account as AWS would', () =>
  expect(hostNamesOf(readEnvironment(deployed, 'production'))).toEqual({
    database: 'mr-mentor-production.cxample.ap-south-1.rds.amazonaws.com',
    cache: 'master.mr-mentor-production.cxample.aps1.cache.amazonaws.com',
    loadBalancer: 'mr-mentor-1234567890.ap-south-1.elb.amazonaws.com',
  }));

describe('an assembly of another shape', () => {
  const write = (files: Readonly<Record<string, unknown>>) => {
    const directory = mkdtempSync(join(process.env.TEST_ASSEMBLIES ?? '', 'written-'));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), JSON.stringify(content));
    return directory;
  };
  const withImage = (source: unknown) => {
    const directory = write({ 'manifest.json': { artifacts: { nested: { type: 'cdk:cloud-assembly' } } } });
    mkdirSync(join(directory, 'nested'));
    const destinations = { there: { repositoryName: 'assets', imageTag: 'abc' } };
    const files = {
      'manifest.json': {
        artifacts: {
          'service.assets': { type: 'cdk:asset-manifest', properties: { file: 'service.assets.json' } },
          service: {
            type: 'aws:cloudformation:stack',
            environment: 'aws://123456789012/eu-west-1',
            dependencies: ['service.assets'],
          },
        },
      },
      'service.assets.json': { dockerImages: { abc: { source, destinations } } },
      'service.template.json': { Resources: {} },
    };
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(directory, 'nested', name), JSON.stringify(content));
    return directory;
  };

  it('is refused where it is none', () => {
    const directory = write({});
    expect(() => readEnvironment(directory, 'production')).toThrow(
      `${directory} is no cloud assembly: it has no manifest.json; synthesise it with npm run synth -- production.`,
    );
  });

  it('is refused where it does not hold the environment, and says what it holds', () => {
    expect(() => readEnvironment(deployed, 'demmo')).toThrow(
      `${deployed} holds no environment "demmo"; it holds: development, staging, demo, production. Synthesise it with npm run synth -- demmo.`,
    );
    expect(() => readEnvironment(write({ 'manifest.json': {} }), 'demo')).toThrow('it holds: none.');
  });

  it('may pass a Dockerfile and arguments to the build', () => {
    const source = { directory: 'image', dockerFile: 'Other', dockerBuildArgs: { BASE_IMAGE: 'local' } };
    const directory = withImage(source);
    const [service] = readEnvironment(directory, 'nested');
    expect(service?.assets.images).toEqual([
      {
        ...{ hash: 'abc', directory: join(directory, 'nested', 'image'), dockerfile: 'Other', platform: undefined },
        ...{ buildArgs: { BASE_IMAGE: 'local' }, names: ['assets:abc'] },
      },
    ]);
  });

  it.each([
    ['a program of its own', { executable: ['make'] }],
    ['the target "test"', { directory: 'image', dockerBuildTarget: 'test' }],
  ])('is refused where an image is built by %s', (what, source) =>
    expect(() => readEnvironment(withImage(source), 'nested')).toThrow(`the image abc is built by ${what}, and`),
  );
});
