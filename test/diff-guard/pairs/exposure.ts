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
