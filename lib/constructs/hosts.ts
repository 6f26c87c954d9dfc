import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { acknowledge } from '../policy/acknowledge';
import { watchHosts } from './host-alarms';
import type { Monitoring } from './monitoring';
import { ServiceRole } from './service-role';

export interface HostsProps {
  readonly vpc: ec2.IVpc;
  readonly cluster: ecs.Cluster;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/** Where and how tasks are placed is the hosts' to say. */
export type HostedServiceProps = Omit<
  ecs.Ec2ServiceProps,
  'cluster' | 'vpcSubnets' | 'capacityProviderStrategies' | 'placementStrategies'
>;

/** EC2 hosts that ECS adds and drains by itself, as a capacity provider of the cluster. */
export class Hosts extends Construct {
  /** For every service and job: without it ECS places by launch type, and the hosts don't scale. */
  readonly strategies: ecs.CapacityProviderStrategy[];
  private readonly cluster: ecs.Cluster;

  constructor(scope: Construct, id: string, { vpc, cluster, monitoring, env }: HostsProps) {
    super(scope, id);
    this.cluster = cluster;
    const role = new ServiceRole(this, 'Role', {
      description: 'What the ECS agent on a host may do',
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    });
    allowAgent(role, cluster);
    const launchTemplate = new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      instanceType: new ec2.InstanceType(env.hosts.instanceType),
      machineImage: ecs.EcsOptimizedImage.amazonLinux2023(),
      // addAsgCapacityProvider() would add to it, more than the agent needs.
      role: role.withoutPolicyUpdates(),
      securityGroup: new ec2.SecurityGroup(this, 'SecurityGroup', {
        vpc,
        description: 'Hosts: nothing comes in, tasks have interfaces of their own',
      }),
      userData: ec2.UserData.forLinux(),
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: ec2.BlockDeviceVolume.ebs(40, { volumeType: ec2.EbsDeviceVolumeType.GP3, encrypted: true }),
        },
      ],
    });
    const group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnetGroupName: 'application' },
      launchTemplate,
      minCapacity: env.hosts.min,
      maxCapacity: env.hosts.max,
      // A host is replaced by one with the newest image, drained, without anybody's release. Protection from
      // scale-in would keep Auto Scaling from it; managed draining is what protects the tasks.
      maxInstanceLifetime: Duration.days(14),
      groupMetrics: [autoscaling.GroupMetrics.all()],
    });
    const capacityProvider = new ecs.AsgCapacityProvider(this, 'CapacityProvider', {
      autoScalingGroup: group,
      enableManagedScaling: true,
      enableManagedDraining: true,
      enableManagedTerminationProtection: false,
      machineImageType: ecs.MachineImageType.AMAZON_LINUX_2,
    });
    // ECS makes its service-linked role with the first cluster of an account, and a capacity provider needs it.
    if (cluster.node.defaultChild) capacityProvider.node.addDependency(cluster.node.defaultChild);
    cluster.addAsgCapacityProvider(capacityProvider);
    // Tasks have a role of their own and no business with the host's.
    group.addUserData('echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config');
    this.strategies = [{ capacityProvider: capacityProvider.capacityProviderName, weight: 1 }];
    cluster.addDefaultCapacityProviderStrategy(this.strategies);
    watchHosts({ monitoring, env, group, cluster, capacityProviderName: capacityProvider.capacityProviderName });
    acknowledge(role, {
      'AwsSolutions-IAM5[Action::ecs:Submit*]':
        "The agent's three Submit actions, as the ECS developer guide lists them.",
      'AwsSolutions-IAM5[Resource::*]':
        'ECS has no resource-level permissions for DiscoverPollEndpoint, ECR none for GetAuthorizationToken; Poll and StartTelemetrySession are bound to the cluster by condition.',
    });
    acknowledge(group, {
      'AwsSolutions-AS3':
        'Hosts come and go with every release and every fortnight; what matters, tasks below their number, has an alarm.',
    });
  }

  /** A service whose tasks are spread over the zones and packed onto as few hosts as hold them. */
  run(scope: Construct, id: string, props: HostedServiceProps): ecs.Ec2Service {
    const service = new ecs.Ec2Service(scope, id, {
      ...props,
      cluster: this.cluster,
      vpcSubnets: { subnetGroupName: 'application' },
      capacityProviderStrategies: this.strategies,
      placementStrategies: [
        ecs.PlacementStrategy.spreadAcross(ecs.BuiltInAttributes.AVAILABILITY_ZONE),
        ecs.PlacementStrategy.packedByMemory(),
      ],
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
    });
    // It holds the association with the capacity provider: ECS refuses a service that comes before it.
    service.node.addDependency(this.cluster);
    return service;
  }
}

/** What the ECS agent needs, after the ECS developer guide; containers log by their execution role. */
function allowAgent(role: iam.Role, { clusterArn }: ecs.Cluster): void {
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['ecs:DeregisterContainerInstance', 'ecs:RegisterContainerInstance', 'ecs:Submit*'],
      resources: [clusterArn],
    }),
  );
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['ecs:Poll', 'ecs:StartTelemetrySession'],
      resources: ['*'],
      conditions: { ArnEquals: { 'ecs:cluster': clusterArn } },
    }),
  );
  role.addToPolicy(
    new iam.PolicyStatement({ actions: ['ecs:DiscoverPollEndpoint', 'ecr:GetAuthorizationToken'], resources: ['*'] }),
  );
}
