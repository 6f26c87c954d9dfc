import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { Hosts } from '../../lib/constructs/hosts';
import { Monitoring } from '../../lib/constructs/monitoring';
import { NetworkStack } from '../../lib/network-stack';
import { account, all, app, only, region, statements } from './stack';

function hostsOf(config: EnvironmentConfig): Template {
  const scope = app();
  const monitoring = new Monitoring();
  const env = { account, region };
  const { vpc } = new NetworkStack(scope, 'network', { config, env, monitoring }).network;
  const own = new Stack(scope, 'own', { env });
  new Hosts(own, 'Hosts', { vpc, cluster: new ecs.Cluster(own, 'Cluster', { vpc }), monitoring, env: config });
  return Template.fromStack(own);
}
const production = hostsOf(environments.production);
const development = hostsOf(environments.development);
const { LaunchTemplateData: launch } = only(production, 'AWS::EC2::LaunchTemplate').Properties;
const group = only(production, 'AWS::AutoScaling::AutoScalingGroup');
const provider = only(production, 'AWS::ECS::CapacityProvider');

it('give credentials to version 2 of the metadata service only, and to no container', () => {
  expect(launch.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
  const [, [beginning, cluster, end]] = launch.UserData['Fn::Base64']['Fn::Join'];
  expect(beginning).toContain('echo ECS_CLUSTER=');
  expect(cluster).toEqual({ Ref: only(production, 'AWS::ECS::Cluster').id });
  expect(end).toContain('\necho ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config');
});

it('have an encrypted volume and the newest image for ECS, of a stated type', () => {
  expect(launch.BlockDeviceMappings).toEqual([
    { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 40, VolumeType: 'gp3' } },
  ]);
  expect(launch.InstanceType).toBe('m6i.xlarge');
  expect(production.toJSON().Parameters[launch.ImageId.Ref].Default).toBe(
    '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
  );
  expect(launch.KeyName).toBeUndefined();
});

it('are as many as the environment states, in the application subnets, replaced every fortnight', () => {
  expect(group.Properties).toMatchObject({
    MinSize: '3',
    MaxSize: '7',
    MaxInstanceLifetime: 14 * 24 * 3600,
  });
  // It would keep Auto Scaling from replacing them.
  expect(group.Properties.NewInstancesProtectedFromScaleIn).not.toBe(true);
  expect(group.Properties.DesiredCapacity).toBeUndefined();
  expect(JSON.stringify(group.Properties.VPCZoneIdentifier).match(/VpcapplicationSubnet\dSubnet/g)).toHaveLength(3);
  expect(only(development, 'AWS::AutoScaling::AutoScalingGroup').Properties).toMatchObject({
    MinSize: '1',
    MaxSize: '3',
  });
});

it('are added and drained by ECS, after the cluster', () => {
  expect(provider.Properties.AutoScalingGroupProvider).toMatchObject({
    AutoScalingGroupArn: { Ref: group.id },
    ManagedScaling: { Status: 'ENABLED', TargetCapacity: 100 },
    ManagedDraining: 'ENABLED',
    ManagedTerminationProtection: 'DISABLED',
  });
  expect(provider.DependsOn).toEqual([only(production, 'AWS::ECS::Cluster').id]);
  expect(only(production, 'AWS::ECS::ClusterCapacityProviderAssociations').Properties).toMatchObject({
    CapacityProviders: [{ Ref: provider.id }],
    DefaultCapacityProviderStrategy: [{ CapacityProvider: { Ref: provider.id }, Weight: 1 }],
  });
});

it('let nobody in', () => {
  const [securityGroup] = all(production, 'AWS::EC2::SecurityGroup', 'Hosts');
  expect(securityGroup?.Properties.GroupDescription).toContain('nothing comes in');
  expect(securityGroup?.Properties.SecurityGroupIngress).toBeUndefined();
  production.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
});

it('act as agents of their own cluster', () => {
  const { PolicyDocument } = all(production, 'AWS::IAM::ManagedPolicy', 'HostsRole')[0]?.Properties ?? {};
  const cluster = { 'Fn::GetAtt': [only(production, 'AWS::ECS::Cluster').id, 'Arn'] };
  expect(statements(PolicyDocument)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ Action: expect.arrayContaining(['ecs:Submit*']), Resource: cluster }),
      expect.objectContaining({
        Action: expect.arrayContaining(['ecs:Poll']),
        Condition: { ArnEquals: { 'ecs:cluster': cluster } },
      }),
    ]),
  );
});
