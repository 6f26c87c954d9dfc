import { Template } from 'aws-cdk-lib/assertions';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { Monitoring } from '../../lib/constructs/monitoring';
import { NetworkStack } from '../../lib/network-stack';
import { account, all, app, only, region } from './stack';

const networkOf = (config: EnvironmentConfig): Template =>
  Template.fromStack(
    new NetworkStack(app(), 'network', { config, monitoring: new Monitoring(), env: { account, region } }),
  );

const development = networkOf(environments.development);
const production = networkOf(environments.production);

const subnets = (template: Template, tier: string) =>
  all(template, 'AWS::EC2::Subnet', `NetworkVpc${tier}Subnet`).map(({ Properties }) => Properties);
const defaultRoutes = (template: Template, tier: string) =>
  all(template, 'AWS::EC2::Route', `NetworkVpc${tier}Subnet`)
    .map(({ Properties }) => Properties)
    .filter(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');

describe('three tiers', () => {
  it.each([
    ['development', development, ['ap-south-1a', 'ap-south-1b']],
    ['production', production, ['ap-south-1a', 'ap-south-1b', 'ap-south-1c']],
  ])('are in every zone of %s, and the zones are stated', (_, template, zones) => {
    for (const tier of ['public', 'application', 'data'])
      expect(subnets(template, tier).map(({ AvailabilityZone }) => AvailabilityZone)).toEqual(zones);
    expect(all(template, 'AWS::EC2::Subnet')).toHaveLength(3 * zones.length);
  });

  it('have room for tasks: /20 for the application, /24 for the rest, inside the stated network', () => {
    expect(only(production, 'AWS::EC2::VPC').Properties.CidrBlock).toBe(environments.production.vpcCidr);
    const masks = (tier: string) =>
      subnets(production, tier).map(({ CidrBlock }) => String(CidrBlock).replace(/^10\.50\.\d+\.0/, ''));
    expect(masks('application')).toEqual(['/20', '/20', '/20']);
    expect(masks('public')).toEqual(['/24', '/24', '/24']);
    expect(masks('data')).toEqual(['/24', '/24', '/24']);
  });

  it('give nobody a public address by default', () => {
    for (const { Properties } of all(production, 'AWS::EC2::Subnet'))
      expect(Properties.MapPublicIpOnLaunch).toBe(false);
  });

  it('lead to the internet by gateway, by NAT, and not at all', () => {
    for (const template of [development, production]) {
      for (const route of defaultRoutes(template, 'public')) expect(Object.keys(route)).toContain('GatewayId');
      for (const route of defaultRoutes(template, 'application')) expect(Object.keys(route)).toContain('NatGatewayId');
      expect(defaultRoutes(template, 'public')).toHaveLength(subnets(template, 'public').length);
      expect(defaultRoutes(template, 'application')).toHaveLength(subnets(template, 'application').length);
      expect(all(template, 'AWS::EC2::Route', 'NetworkVpcdata')).toEqual([]);
    }
  });
});

it('has one NAT gateway in development, and one in each zone of production', () => {
  expect(all(development, 'AWS::EC2::NatGateway')).toHaveLength(1);
  expect(all(production, 'AWS::EC2::NatGateway')).toHaveLength(3);
  const ways = defaultRoutes(production, 'application').map(({ NatGatewayId }) => NatGatewayId.Ref);
  expect(new Set(ways).size).toBe(3);
});

describe('endpoints', () => {
  const services = (template: Template, type: string) =>
    all(template, 'AWS::EC2::VPCEndpoint')
      .filter(({ Properties }) => Properties.VpcEndpointType === type)
      .map(({ Properties }) => JSON.stringify(Properties.ServiceName));

  it.each([
    ['development', development, 6],
    ['production', production, 9],
  ])('keep S3 off NAT on %s, for every route table', (_, template, routeTables) => {
    expect(services(template, 'Gateway')).toEqual([expect.stringMatching(/\.s3"/)]);
    const [gateway] = all(template, 'AWS::EC2::VPCEndpoint', 'NetworkVpcS3');
    expect(gateway?.Properties.RouteTableIds).toHaveLength(routeTables);
  });

  it('are as many interfaces as the environment states', () => {
    expect(services(development, 'Interface')).toEqual([]);
    expect(services(production, 'Interface')).toEqual(
      ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm', 'sts'].map(
        (service) => `"com.amazonaws.ap-south-1.${service}"`,
      ),
    );
  });

  it('are in the application tier, under their public names', () => {
    const tier = all(production, 'AWS::EC2::Subnet', 'NetworkVpcapplication').map(({ id }) => ({ Ref: id }));
    for (const { Properties } of all(production, 'AWS::EC2::VPCEndpoint'))
      if (Properties.VpcEndpointType === 'Interface')
        expect(Properties).toMatchObject({ PrivateDnsEnabled: true, SubnetIds: tier });
  });

  it('answer HTTPS from the VPC, nothing else, and call nobody', () => {
    expect(all(development, 'AWS::EC2::SecurityGroup')).toEqual([]);
    expect(only(production, 'AWS::EC2::SecurityGroup').Properties).toMatchObject({
      SecurityGroupIngress: [{ CidrIp: '10.50.0.0/16', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }],
      SecurityGroupEgress: [{ CidrIp: '255.255.255.255/32' }],
    });
  });
});

describe('flow logs', () => {
  it('record everything, encrypted, as long as the environment states', () => {
    expect(only(production, 'AWS::EC2::FlowLog').Properties).toMatchObject({
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 'cloud-watch-logs',
      LogGroupName: { Ref: only(production, 'AWS::Logs::LogGroup').id },
    });
    expect(only(production, 'AWS::Logs::LogGroup').Properties).toEqual(
      expect.objectContaining({
        KmsKeyId: { 'Fn::GetAtt': [only(production, 'AWS::KMS::Key').id, 'Arn'] },
        RetentionInDays: 365,
      }),
    );
    expect(only(development, 'AWS::Logs::LogGroup').Properties.RetentionInDays).toBe(30);
  });

  it('are written by a role that can do nothing else', () => {
    const [policy] = all(production, 'AWS::IAM::ManagedPolicy', 'NetworkFlowLogRole');
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [only(production, 'AWS::Logs::LogGroup').id, 'Arn'] },
      },
    ]);
  });
});

it('empties the default security group, so that nothing lands in it by accident', () => {
  expect(only(production, 'Custom::VpcRestrictDefaultSG').Properties.DefaultSecurityGroupId).toEqual({
    'Fn::GetAtt': [only(production, 'AWS::EC2::VPC').id, 'DefaultSecurityGroup'],
  });
});
