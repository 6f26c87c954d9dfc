import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EnvironmentConfig, InterfaceEndpointService } from '../config/environment';
import { acknowledge } from '../policy/acknowledge';
import type { EncryptionKey } from './encryption-key';
import { LogGroup } from './log-group';
import type { Monitoring } from './monitoring';
import { watchGateways } from './nat-alarm';
import { ServiceRole } from './service-role';

const endpointServices: Record<InterfaceEndpointService, ec2.InterfaceVpcEndpointAwsService> = {
  'ecr.api': ec2.InterfaceVpcEndpointAwsService.ECR,
  'ecr.dkr': ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  secretsmanager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  ssm: ec2.InterfaceVpcEndpointAwsService.SSM,
  sts: ec2.InterfaceVpcEndpointAwsService.STS,
};

export interface NetworkProps {
  readonly env: EnvironmentConfig;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
}

/** Three tiers: the load balancer is public, tasks go out through NAT, data has no way out at all. */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { env, monitoring } = props;
    const gateways = ec2.NatProvider.gateway();
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(env.vpcCidr),
      availabilityZones: [...env.availabilityZones],
      natGateways: env.natGateways,
      natGatewayProvider: gateways,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        // A task takes an address, and a release doubles the tasks: /20 holds 4,091 for each zone.
        { name: 'application', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: 'data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      flowLogs: {
        All: {
          destination: this.flowLogs(props),
          trafficType: ec2.FlowLogTrafficType.ALL,
        },
      },
    });
    this.addInterfaceEndpoints(env);
    watchGateways(this, gateways, monitoring);
    this.acknowledge();
  }

  private flowLogs(props: NetworkProps): ec2.FlowLogDestination {
    const role = new ServiceRole(this, 'FlowLogRole', {
      description: 'VPC flow logs write to their log group',
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com'),
    });
    return ec2.FlowLogDestination.toCloudWatchLogs(new LogGroup(this, 'FlowLogs', props), role);
  }

  private addInterfaceEndpoints(env: EnvironmentConfig): void {
    if (env.interfaceEndpoints.length === 0) return;
    const securityGroup = new ec2.SecurityGroup(this, 'EndpointSecurityGroup', {
      vpc: this.vpc,
      description: 'HTTPS from the VPC to AWS services',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(ec2.Peer.ipv4(env.vpcCidr), ec2.Port.HTTPS, 'HTTPS from the VPC');
    for (const service of env.interfaceEndpoints)
      this.vpc.addInterfaceEndpoint(service, {
        service: endpointServices[service],
        subnets: { subnetGroupName: 'application' },
        securityGroups: [securityGroup],
        open: false,
      });
  }

  private acknowledge(): void {
    const { publicSubnets, privateSubnets, isolatedSubnets } = this.vpc;
    for (const subnet of [...publicSubnets, ...privateSubnets, ...isolatedSubnets])
      acknowledge(subnet, {
        'CloudFormation-Validate::W3010':
          'Zones are stated in lib/config, so that a synth needs no look-up and a subnet never moves to another zone.',
      });
    for (const subnet of publicSubnets)
      acknowledge(subnet.node.findChild('DefaultRoute'), {
        'NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW':
          'The public tier holds the internet-facing load balancer and the NAT gateways only; both need this route. Tasks and data are in other subnets.',
      });
  }
}
