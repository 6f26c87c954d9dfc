import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { AssetManifestArtifact } from 'aws-cdk-lib/cx-api';
import { environments } from '../../lib/config/environments';
import { containerImage } from '../../lib/constructs/container-image';
import { account, app, only, region } from './stack';

function imageOf(imageTag?: string) {
  const scope = app();
  const own = new Stack(scope, 'own', { env: { account, region } });
  const { image, revision } = containerImage(own, { ...environments.staging, imageTag });
  new ecs.Ec2TaskDefinition(own, 'Task').addContainer('app', { image, memoryLimitMiB: 512 });
  const [{ Image }] = only(Template.fromStack(own), 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
  const built = scope
    .synth()
    .artifacts.filter((artifact) => artifact instanceof AssetManifestArtifact)
    .flatMap(({ contents }) => Object.values(contents.dockerImages ?? {}));
  return { image: JSON.stringify(Image), revision, platforms: built.map(({ source }) => source.platform) };
}

it('is built from app-image/ for the hosts, where the configuration names none', () => {
  const { image, revision, platforms } = imageOf();
  expect(image).toMatch(/\/cdk-hnb659fds-container-assets-/);
  expect(platforms).toEqual(['linux/amd64']);
  expect(revision).toMatch(/^[0-9a-f]{64}$/);
  // The tag that it is published under, too.
  expect(image).toContain(`:${revision}"`);
});

it.each([
  ['main-1a2b3c4', ':'],
  ['1.4.0', ':'],
  [`sha256:${'0123456789abcdef'.repeat(4)}`, '@'],
])("is taken from the account's own ECR, and nothing is built: %s", (imageTag, separator) => {
  const { image, revision, platforms } = imageOf(imageTag);
  expect(image).toContain(`/mr-mentor-backend${separator}${imageTag}"`);
  expect(image).toContain(`${account}.dkr.ecr.${region}.`);
  expect(revision).toBe(imageTag);
  expect(platforms).toEqual([]);
});

it.each([
  ['1.4.0', 'mr-mentor-backend'],
  [`assets-of-the-cdk@sha256:${'0123456789abcdef'.repeat(4)}`, 'assets-of-the-cdk'],
])('may be pulled from the repository that it is in, and from no other: %s', (imageTag, name) => {
  const own = new Stack(app(), 'own', { env: { account, region } });
  const { image } = containerImage(own, { ...environments.staging, imageTag });
  new ecs.Ec2TaskDefinition(own, 'Task').addContainer('app', { image, memoryLimitMiB: 512 });
  const { PolicyDocument } = only(Template.fromStack(own), 'AWS::IAM::Policy').Properties;
  const pulling = PolicyDocument.Statement.filter(({ Action }: { Action: string | string[] }) =>
    [Action].flat().includes('ecr:BatchGetImage'),
  );
  expect(pulling).toHaveLength(1);
  expect(JSON.stringify(pulling[0].Resource)).toContain(`:ecr:${region}:${account}:repository/${name}"`);
});

it.each(['@sha256:', ':'])(
  'is taken from another repository of the account, such as that of built images: %s',
  (separator) => {
    const hash = '0123456789abcdef'.repeat(4);
    const { image, revision, platforms } = imageOf(`assets-of-the-cdk${separator}${hash}`);
    expect(image).toContain(`/assets-of-the-cdk${separator}${hash}"`);
    expect(revision).toBe(`${separator}${hash}`.slice(1));
    expect(platforms).toEqual([]);
  },
);
