import { CfnResource, Stack, TagManager } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { environmentNames } from '../deployed';
import { compose } from '../synthesise';

type Tags = Readonly<Record<string, string>>;

/**
 * What carries no tags, because CloudFormation (or the CDK's own code, which writes it raw) knows none
 * for it. What it costs is counted with what it belongs to.
 */
const untaggable: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'part of its scalable target',
  'AWS::Backup::BackupSelection': 'part of its plan',
  'AWS::CloudFront::OriginAccessControl': 'a setting of the distribution',
  'AWS::CloudFront::ResponseHeadersPolicy': 'a setting of the distribution',
  'AWS::EC2::LaunchTemplate': 'by TagSpecifications, which have a test of their own below',
  'AWS::EC2::Route': 'part of its route table',
  'AWS::EC2::SecurityGroupEgress': 'part of its security group',
  'AWS::EC2::SecurityGroupIngress': 'part of its security group',
  'AWS::EC2::SubnetRouteTableAssociation': 'an association',
  'AWS::EC2::VPCGatewayAttachment': 'an association',
  'AWS::ECR::RegistryPolicy': 'a setting of the account',
  'AWS::ECR::ReplicationConfiguration': 'a setting of the account',
  'AWS::ECS::ClusterCapacityProviderAssociations': 'an association',
  'AWS::IAM::InstanceProfile': 'CloudFormation has no tags for it',
  'AWS::IAM::ManagedPolicy': 'CloudFormation has no tags for it',
  'AWS::IAM::Role': "of the CDK's custom resources, which it writes raw; every other role is tagged",
  'AWS::KMS::Alias': 'a name of its key',
  'AWS::Lambda::Function': "of the CDK's custom resources, which it writes raw; every other function is tagged",
  'AWS::Logs::MetricFilter': 'part of its log group',
  'AWS::Logs::ResourcePolicy': 'a setting of the account',
  'AWS::Route53::RecordSet': 'part of its hosted zone',
  'AWS::S3::BucketPolicy': 'part of its bucket',
  'AWS::SNS::Subscription': 'part of its topic',
  'AWS::SNS::TopicPolicy': 'part of its topic',
  'AWS::Scheduler::Schedule': 'CloudFormation tags groups of schedules only',
  'AWS::SecretsManager::ResourcePolicy': 'part of its secret',
  'AWS::WAFv2::LoggingConfiguration': 'part of its web ACL',
  'AWS::WAFv2::WebACLAssociation': 'an association',
  'Custom::S3AutoDeleteObjects': 'no resource of AWS',
  'Custom::VpcRestrictDefaultSG': 'no resource of AWS',
};
/** Types of which some are tagged; what is not, must be the CDK's own. */
const rawProvider = /^Custom\w+CustomResourceProvider(Role|Handler)/;

/** Templates write tags as a list, as a map, or as a list for the instances of an Auto Scaling group. */
function read(rendered: unknown): Tags {
  if (!Array.isArray(rendered)) return (rendered ?? {}) as Tags;
  return Object.fromEntries(rendered.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));
}

const app = compose();
const assembly = app.synth();
const templates = new Map(
  [
    ...assembly.stacks,
    ...environmentNames.flatMap((name) => assembly.getNestedAssembly(`assembly-${name}`).stacks),
  ].map(({ hierarchicalId, template }) => [hierarchicalId, template]),
);

interface Tagged {
  readonly at: string;
  readonly type: string;
  readonly environment: string | undefined;
  /** As the template has them; undefined where there is no place for them. */
  readonly tags: Tags | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
  readonly properties: any;
}

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

const describeResource = (construct: CfnResource): Tagged => {
  const stack = Stack.of(construct).node.path;
  const logicalId = Stack.of(construct).resolve(construct.logicalId);
  const properties = templates.get(stack).Resources[logicalId].Properties;
  const property = TagManager.of(construct)?.tagPropertyName;
  return {
    at: `${stack}/${logicalId}`,
    type: construct.cfnResourceType,
    environment: stack.includes('/') ? stack.split('/')[0] : undefined,
    tags: property === undefined ? undefined : read(properties?.[pascal(property)]),
    properties,
  };
};
const resources = app.node
  .findAll()
  .filter((construct: IConstruct): construct is CfnResource => CfnResource.isCfnResource(construct))
  .map(describeResource);

/** @returns what is missing or wrong, one sentence for each resource. */
const lacking = (found: readonly Pick<Tagged, 'at' | 'environment' | 'tags'>[]) =>
  found.flatMap(({ at, environment, tags = {} }) => {
    const wanted: Tags = {
      Project: 'mr-mentor',
      ManagedBy: 'mr-mentor-infra',
      // Delivery belongs to an account, which several environments may share.
      ...(environment && { Environment: environment }),
    };
    const wrong = Object.entries(wanted).filter(([key, value]) => tags[key] !== value);
    return wrong.length > 0 ? [`${at} lacks ${wrong.map(([key, value]) => `${key}=${value}`).join(', ')}`] : [];
  });

it('sees all that is deployed', () => {
  const rendered = [...templates.values()].flatMap(({ Resources }) => Object.keys(Resources));
  expect(resources).toHaveLength(rendered.length);
});

it.each([...environmentNames, undefined])('in %s, everything that can be tagged says whose it is', (environment) => {
  const taggable = resources.filter((resource) => resource.environment === environment && resource.tags !== undefined);
  expect(taggable.length).toBeGreaterThan(5);
  expect(lacking(taggable)).toEqual([]);
});

it('hosts and their volumes say whose they are', () => {
  const specifications = resources
    .filter(({ type }) => type === 'AWS::EC2::LaunchTemplate')
    .flatMap(({ at, environment, properties }) =>
      [...properties.TagSpecifications, ...properties.LaunchTemplateData.TagSpecifications].map(
        ({ ResourceType, Tags }) => ({ at: `${at} ${ResourceType}`, environment, tags: read(Tags) }),
      ),
    );
  expect(specifications.map(({ at }) => at.split(' ')[1])).toEqual(
    environmentNames.flatMap(() => ['launch-template', 'instance', 'volume']),
  );
  expect(lacking(specifications)).toEqual([]);
});

it('tasks inherit the tags of their service or definition', () => {
  for (const { properties } of resources.filter(({ type }) => type === 'AWS::ECS::Service'))
    expect(properties).toMatchObject({ PropagateTags: 'SERVICE', EnableECSManagedTags: true });
  for (const { properties } of resources.filter(({ type }) => type === 'AWS::Scheduler::Schedule'))
    expect(properties.Target.EcsParameters).toMatchObject({ PropagateTags: 'TASK_DEFINITION' });
});

it('what carries no tags is a list with reasons, none of them idle', () => {
  const without = resources.filter(({ tags }) => tags === undefined);
  expect([...new Set(without.map(({ type }) => type))].sort()).toEqual(Object.keys(untaggable).sort());
  const raw = without.filter(({ type }) => type === 'AWS::IAM::Role' || type === 'AWS::Lambda::Function');
  expect(raw.map(({ at }) => at.split('/').pop() ?? '').filter((id) => !rawProvider.test(id))).toEqual([]);
});

it('sees a tag that is missing, wrong, or of another environment', () => {
  const at = 'production/service/One';
  const good = { Project: 'mr-mentor', ManagedBy: 'mr-mentor-infra', Environment: 'production' };
  const check = (tags: Tags) => lacking([{ at, environment: 'production', tags }]);
  expect(check(good)).toEqual([]);
  expect(check({ ...good, Environment: 'staging' })).toEqual([`${at} lacks Environment=production`]);
  expect(check({ Environment: 'production' })).toEqual([`${at} lacks Project=mr-mentor, ManagedBy=mr-mentor-infra`]);
  expect(read([{ Key: 'Project', Value: 'mr-mentor' }])).toEqual(read({ Project: 'mr-mentor' }));
});
