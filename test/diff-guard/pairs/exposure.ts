import type { Pair } from './pair';

const storage = 'production/storage';
const service = 'production/service';

export const exposurePairs: readonly Pair[] = [
  {
    title: 'anybody may read a bucket',
    verdict: 'red',
    rule: 'public-policy',
    change: ({ resource }) => {
      resource(storage, 'StorageInvoicesPolicy').Properties.PolicyDocument.Statement.push({
        ...{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
      });
    },
  },
  {
    title: 'anybody may read a bucket, as long as it is by TLS',
    verdict: 'red',
    rule: 'public-policy',
    change: ({ resource }) => {
      resource(storage, 'StorageInvoicesPolicy').Properties.PolicyDocument.Statement.push({
        ...{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      });
    },
  },
  {
    title: 'everybody but one may read a bucket',
    verdict: 'red',
    rule: 'public-policy',
    change: ({ resource }) => {
      resource(storage, 'StorageInvoicesPolicy').Properties.PolicyDocument.Statement.push({
        ...{ Effect: 'Allow', NotPrincipal: { AWS: '444455556666' }, Action: 's3:GetObject', Resource: '*' },
      });
    },
  },
  {
    title: 'the data subnets get a route to the internet gateway',
    verdict: 'red',
    rule: 'public-ingress',
    change: ({ stack, idOf }) => {
      const network = 'production/network';
      stack(network).template.Resources.Out = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: { Ref: idOf(network, 'NetworkVpcdataSubnet1RouteTable') },
          ...{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: { Ref: idOf(network, 'NetworkVpcIGW') } },
        },
      };
    },
  },
  {
    title: 'a parameter’s default admits a quarter of the internet',
    verdict: 'red',
    rule: 'public-ingress',
    change: ({ stack, resource }) => {
      stack(service).template.Parameters.Office = { Type: 'String', Default: '0.0.0.0/2' };
      resource(service, 'LoadBalancerSecurityGroup').Properties.SecurityGroupIngress.push({
        ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: { Ref: 'Office' } },
      });
    },
  },
  {
    title: 'a secret’s value is the default of a parameter',
    verdict: 'red',
    rule: 'secret-in-template',
    change: ({ stack }) => {
      stack(service).template.Parameters.Token = { Type: 'String', Default: 'AKIAQ3EXAMPLE4567890' };
    },
  },
  {
    title: 'a new topic takes messages of anybody',
    verdict: 'red',
    rule: 'public-policy',
    change: ({ stack }) => {
      stack(service).template.Resources.Open = {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: ['https://sqs.example/q'],
          PolicyDocument: { Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sqs:*', Resource: '*' } },
        },
      };
    },
  },
  {
    title: 'a bucket gets a public ACL',
    verdict: 'red',
    rule: 'public-policy',
    change: ({ resource }) => {
      resource(storage, 'StorageCoursesF8').Properties.AccessControl = 'PublicRead';
    },
  },
  {
    title: 'SSH is open to the internet',
    verdict: 'red',
    rule: 'public-ingress',
    change: ({ stack, idOf }) => {
      stack(service).template.Resources.Ssh = {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: {
          GroupId: { 'Fn::GetAtt': [idOf(service, 'HostsSecurityGroup'), 'GroupId'] },
          ...{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' },
        },
      };
    },
  },
  {
    title: 'the load balancer admits another port from everywhere over IPv6',
    verdict: 'red',
    rule: 'public-ingress',
    change: ({ resource }) => {
      resource(service, 'LoadBalancerSecurityGroup').Properties.SecurityGroupIngress.push({
        ...{ IpProtocol: 'tcp', FromPort: 8000, ToPort: 8000, CidrIpv6: '::/0' },
      });
    },
  },
  {
    title: 'an internal load balancer faces the internet',
    verdict: 'red',
    rule: 'public-ingress',
    base: ({ resource }) => {
      resource(service, 'LoadBalancer').Properties.Scheme = 'internal';
    },
    change: () => {},
  },
  {
    title: 'a secret’s value stands in a task definition',
    verdict: 'red',
    rule: 'secret-in-template',
    change: ({ resource }) => {
      resource(service, 'WebTask3').Properties.ContainerDefinitions[0].Environment.push({
        ...{ Name: 'JWT_SECRET', Value: 'correct-horse-battery' },
      });
    },
  },
  {
    title: 'an access key stands in the code of a function',
    verdict: 'red',
    rule: 'secret-in-template',
    change: ({ stack }) => {
      stack(service).template.Resources.Fn = {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { ZipFile: 'const key = "AKIAQ3EXAMPLE4567890";' } },
      };
    },
  },
  {
    title: 'the first value of a secret is stated',
    verdict: 'red',
    rule: 'secret-in-template',
    change: ({ stack }) => {
      stack('production/secrets').template.Resources.Second = {
        ...{ Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: '{"PASSWORD":"hunter22"}' } },
      };
    },
  },
];
