import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import type { EnvironmentName } from '../../../lib/config/environment';
import { environments } from '../../../lib/config/environments';
import { stackName } from '../../../lib/config/names';

const ref = (Ref: string) => ({ Ref });

/** As lib/constructs/blue-green.ts has them; CloudFormation of the emulator makes them for real. */
function rule(priority: number, hosts: readonly string[], header?: string) {
  return {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: {
      ListenerArn: ref('LoadBalancerHttps1'),
      Priority: priority,
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: hosts } },
        ...(header ? [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: header, Values: ['green'] } }] : []),
      ],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: ref('WebReleaseBlue1'), Weight: 100 },
              { TargetGroupArn: ref('WebReleaseGreen1'), Weight: 0 },
            ],
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 1 },
          },
        },
      ],
    },
  };
}

const targetGroup = {
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { Port: 8000, Protocol: 'HTTP', TargetType: 'ip', VpcId: ref('Vpc1') },
};
const subnet = (cidr: string, zone: string) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId: ref('Vpc1'), CidrBlock: cidr, AvailabilityZone: zone },
});
const task = {
  Type: 'AWS::ECS::TaskDefinition',
  Properties: { Family: 'web', ContainerDefinitions: [{ Name: 'web', Image: 'web', Memory: 64 }] },
};
const service = (name: string, count: number) => ({
  Type: 'AWS::ECS::Service',
  Properties: { Cluster: ref('Cluster1'), ServiceName: name, TaskDefinition: ref('Task1'), DesiredCount: count },
});

/** What of the service stack the checks look at. */
function serviceTemplate(environment: EnvironmentName) {
  const { apiDomains, web, worker } = environments[environment];
  const hosts = apiDomains.map(({ name }) => name);
  return {
    Resources: {
      Vpc1: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      SubnetA: subnet('10.0.0.0/24', 'ap-south-1a'),
      SubnetB: subnet('10.0.1.0/24', 'ap-south-1b'),
      LoadBalancer1: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: { Name: 'web', Subnets: [ref('SubnetA'), ref('SubnetB')], Type: 'application' },
      },
      LoadBalancerHttps1: {
        Type: 'AWS::ElasticLoadBalancingV2::Listener',
        Properties: {
          ...{ LoadBalancerArn: ref('LoadBalancer1'), Port: 443, Protocol: 'HTTP' },
          DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
        },
      },
      WebReleaseBlue1: targetGroup,
      WebReleaseGreen1: targetGroup,
      WebReleaseTestRule1: rule(10, hosts, 'x-mr-mentor-release'),
      WebReleaseProductionRule1: rule(20, hosts),
      Cluster1: { Type: 'AWS::ECS::Cluster', Properties: {} },
      Task1: task,
      WebService1: service('web', web.minTasks),
      WorkerService1: service('worker', worker.minTasks),
    },
  };
}

/** Puts the service stack of an environment into the emulator. */
export async function deployService(endpoint: string, environment: EnvironmentName): Promise<void> {
  const client = new CloudFormationClient({ region: 'ap-south-1', endpoint });
  try {
    const TemplateBody = JSON.stringify(serviceTemplate(environment));
    await client.send(new CreateStackCommand({ StackName: stackName(environment, 'service'), TemplateBody }));
  } finally {
    client.destroy();
  }
}
