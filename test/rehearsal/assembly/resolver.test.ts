// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub writes references

import { bindingsOf } from '../../../rehearsal/assembly/bindings';
import { resolverOf } from '../../../rehearsal/assembly/resolver';
import { endpoints } from './endpoints';
import { stack } from './stack';

const service = stack('service', {
  Parameters: {
    Host: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/database/host' },
    Unpublished: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/unpublished' },
    Elsewhere: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/elsewhere' },
    Size: { Type: 'String', Default: 'small' },
    Asked: { Type: 'String' },
  },
  Mappings: { Zones: { aws: { id: 'Z1' }, 'aws-cn': { id: 'Z2' } } },
  Conditions: {
    Small: { 'Fn::Equals': [{ Ref: 'Size' }, 'small'] },
    Large: { 'Fn::Not': [{ Condition: 'Small' }] },
    Both: { 'Fn::And': [{ Condition: 'Small' }, { Condition: 'Large' }] },
    Either: { 'Fn::Or': [{ Condition: 'Small' }, { Condition: 'Large' }] },
    AlsoSmall: { Condition: 'Small' },
    Circular: { Condition: 'Circular' },
    Text: { 'Fn::Not': ['true'] },
  },
  Resources: {
    Blue: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup' },
    Https: { Type: 'AWS::ElasticLoadBalancingV2::Listener' },
    Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
    Token: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: { 'Fn::Sub': 'token/${Size}' } } },
    Nameless: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: { Ref: 'AWS::NoValue' } } },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'recordings' } },
    Vpc: { Type: 'AWS::EC2::VPC' },
    Self: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Join': ['', ['a', { Ref: 'Self' }]] } } },
  },
});
const data = stack('data', {
  Resources: {
    Instance: { Type: 'AWS::RDS::DBInstance' },
    Endpoint: {
      Type: 'AWS::SSM::Parameter',
      Properties: {
        Name: { 'Fn::Join': ['/', ['', 'database', 'host']] },
        Value: { 'Fn::GetAtt': ['Instance', 'Endpoint.Address'] },
      },
    },
    Unbound: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/elsewhere', Value: { 'Fn::GetAtt': ['Instance', 'DbiResourceId'] } },
    },
  },
  Outputs: {
    Instance: { Value: { Ref: 'Instance' } },
    Port: {
      Value: { 'Fn::GetAtt': 'Instance.Endpoint.Port' },
      Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Port' } },
    },
  },
});
const virginia = stack(
  'edge',
  {
    Resources: {
      Instance: { Type: 'AWS::RDS::DBInstance' },
      There: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/unpublished', Value: 'of another region' } },
    },
    Outputs: { Arn: { Value: 'of another region', Export: { Name: 'edge:Arn' } } },
  },
  { region: 'us-east-1' },
);

const resolver = resolverOf([service, data, virginia], bindingsOf(endpoints));
const resolve = (value: unknown) => resolver.resolve(service, 'Resources.X.Properties.Y', value);

const cases: readonly (readonly [title: string, value: unknown, expected: unknown])[] = [
  ['text', 'as it is', 'as it is'],
  ['a number, false, null', [1, false, null], [1, false, null]],
  ['an object that is no call', { Condition: { Bool: 'x' } }, { Condition: { Bool: 'x' } }],
  ['a parameter', { Ref: 'Size' }, 'small'],
  ['what another stack publishes', { Ref: 'Host' }, 'database.test'],
  ['the region', { Ref: 'AWS::Region' }, 'ap-south-1'],
  ['the account', { Ref: 'AWS::AccountId' }, '123456789012'],
  ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
  ['the suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  ['the stack', { Ref: 'AWS::StackName' }, 'mr-mentor-staging-service'],
  [
    'its id',
    { Ref: 'AWS::StackId' },
    'arn:aws:cloudformation:ap-south-1:123456789012:stack/mr-mentor-staging-service/stagingservice',
  ],
  ['its topics', { Ref: 'AWS::NotificationARNs' }, []],
  ['nothing', { Ref: 'AWS::NoValue' }, undefined],
  [
    'nothing in objects and lists',
    { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }, { c: { Ref: 'AWS::NoValue' } }] },
    { b: [1, {}] },
  ],
  ['a resource', { Ref: 'Blue' }, 'arn:aws:elasticloadbalancing:ap-south-1:123456789012:targetgroup/mr-mentor/Blue'],
  ['a secret by its name', { Ref: 'Token' }, 'arn:aws:secretsmanager:ap-south-1:123456789012:secret:token/small'],
  ['one without', { Ref: 'Nameless' }, 'arn:aws:secretsmanager:ap-south-1:123456789012:secret:Nameless'],
  ['an attribute', { 'Fn::GetAtt': ['Blue', 'TargetGroupFullName'] }, 'targetgroup/mr-mentor/Blue'],
  ['an attribute by dots', { 'Fn::GetAtt': 'Balancer.DNSName' }, 'balancer.test'],
  ['one with a dot itself', { 'Fn::ImportValue': 'mr-mentor-staging-data:Port' }, '5544'],
  [
    'a name that is put together',
    { 'Fn::ImportValue': { 'Fn::Join': [':', ['mr-mentor-staging-data', 'Port']] } },
    '5544',
  ],
  ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Size' }, 3, true]] }, 'a-small-3-true'],
  ['a join of what is split', { 'Fn::Join': ['+', { 'Fn::Split': ['/', 'a/b'] }] }, 'a+b'],
  ['a join without nothing', { 'Fn::Join': [',', ['a', { Ref: 'AWS::NoValue' }]] }, 'a'],
  ['a selection', { 'Fn::Select': [1, ['a', 'b']] }, 'b'],
  ['a selection of what is split', { 'Fn::Select': ['2', { 'Fn::Split': ['/', { Ref: 'Https' }] }] }, 'mr-mentor'],
  ['a split', { 'Fn::Split': [',', 'a,,b'] }, ['a', '', 'b']],
  ['a substitution', { 'Fn::Sub': '${Size}.${AWS::Region}.${Balancer.DNSName}' }, 'small.ap-south-1.balancer.test'],
  ['what is none', { 'Fn::Sub': '${!Size} $Size $' }, '${Size} $Size $'],
  ['own names', { 'Fn::Sub': ['${Size}-${Own}', { Own: { Ref: 'Bucket' }, Size: 'mine' }] }, 'mine-recordings'],
  ['Base64', { 'Fn::Base64': { 'Fn::Sub': 'is ${Size}' } }, Buffer.from('is small').toString('base64')],
  ['a mapping', { 'Fn::FindInMap': ['Zones', { Ref: 'AWS::Partition' }, 'id'] }, 'Z1'],
  ['a condition that holds', { 'Fn::If': ['Small', 'yes', 'no'] }, 'yes'],
  ['one that does not', { 'Fn::If': ['Large', 'yes', 'no'] }, 'no'],
  ['both', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['either', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['another name of one', { 'Fn::If': ['AlsoSmall', 'yes', 'no'] }, 'yes'],
  ['a branch that is not taken', { 'Fn::If': ['Small', 'yes', { Ref: 'Vpc' }] }, 'yes'],
  ['a choice of nothing', { a: { 'Fn::If': ['Large', 1, { Ref: 'AWS::NoValue' }] } }, {}],
  [
    'a dynamic reference, which stays one',
    { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Token' }, ':SecretString:::}}']] },
    '{{resolve:secretsmanager:arn:aws:secretsmanager:ap-south-1:123456789012:secret:token/small:SecretString:::}}',
  ],
];

it.each(cases)('resolves %s', (_, value, expected) => expect(resolve(value)).toEqual(expected));

const here = 'staging/service: Resources.X.Properties.Y';
const refused: readonly (readonly [title: string, value: unknown, message: string])[] = [
  [
    'an identifier that only a deployment knows',
    { a: [{ Ref: 'Vpc' }] },
    `${here}.a.0.Ref: it wants the identifier of Vpc, which only a deployment knows; bind "Ref" of AWS::EC2::VPC in rehearsal/assembly/bindings.ts.`,
  ],
  [
    'an attribute that only a deployment knows',
    { 'Fn::Sub': '${Vpc.CidrBlock}' },
    `${here}.Fn::Sub: it wants the attribute CidrBlock of Vpc, which only a deployment knows; bind "CidrBlock" of AWS::EC2::VPC in rehearsal/assembly/bindings.ts.`,
  ],
  [
    'one behind a parameter',
    { Ref: 'Elsewhere' },
    `staging/data: Resources.Unbound.Properties.Value.Fn::GetAtt: it wants the attribute DbiResourceId of Instance, which only a deployment knows; bind "DbiResourceId" of AWS::RDS::DBInstance in rehearsal/assembly/bindings.ts (referred to by ${here}.Ref).`,
  ],
  [
    'a name that is nowhere',
    { Ref: 'Tpyo' },
    `${here}.Ref: it wants the identifier of Tpyo, and the stack has no resource or parameter of that name.`,
  ],
  [
    'a parameter of another region',
    { Ref: 'Unpublished' },
    `${here}.Ref: no stack publishes the SSM parameter /unpublished in 123456789012/ap-south-1.`,
  ],
  [
    'a parameter without a default',
    { Ref: 'Asked' },
    `${here}.Ref: the parameter Asked has no default, and a rehearsal passes none.`,
  ],
  [
    'an unknown pseudo parameter',
    { Ref: 'AWS::Regoin' },
    `${here}.Ref: AWS::Regoin is unknown; allowed: AWS::AccountId, `,
  ],
  [
    'an export of another region',
    { 'Fn::ImportValue': 'edge:Arn' },
    `${here}.Fn::ImportValue: no stack exports edge:Arn in 123456789012/ap-south-1.`,
  ],
  [
    'an unknown function',
    { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] },
    `${here}.Fn::Cidr: this function is unknown; allowed: Ref, Fn::GetAtt, `,
  ],
  ['an unknown condition', { 'Fn::If': ['Smal', 1, 2] }, `${here}.Fn::If: the stack has no condition Smal.`],
  ['a condition that is text', { 'Fn::If': ['Text', 1, 2] }, 'a condition has to be true or false, not "true"'],
  [
    'a missing mapping',
    { 'Fn::FindInMap': ['Zones', 'aws-iso', 'id'] },
    `${here}.Fn::FindInMap: there is no Zones.aws-iso.id.`,
  ],
  [
    'an element outside',
    { 'Fn::Select': [2, ['a', 'b']] },
    `${here}.Fn::Select: there is no element 2 in a list of 2: ["a","b"].`,
  ],
  ['an index that is none', { 'Fn::Select': ['length', ['a']] }, 'there is no element "length" in a list of 1'],
  ['a join of an object', { 'Fn::Join': ['', [{ a: 1 }]] }, `${here}.Fn::Join: part 0 has to be text, and is {"a":1}.`],
  ['a join of no list', { 'Fn::Join': ['', 'ab'] }, `${here}.Fn::Join: what it joins has to be a list, and is "ab".`],
  [
    'too few arguments',
    { 'Fn::Join': [['a']] },
    `${here}.Fn::Join: it takes a delimiter, a list, and is given 1 argument(s).`,
  ],
  [
    'a split of a list',
    { 'Fn::Split': [',', ['a']] },
    `${here}.Fn::Split: what it splits has to be text, and is ["a"].`,
  ],
  ['a substitution of a list', { 'Fn::Sub': ['${a}', { a: [] }] }, `${here}.Fn::Sub: \${a} has to be text, and is [].`],
  [
    'a resource that refers to itself',
    { Ref: 'Self' },
    'staging/service: Resources.Self.Properties.BucketName: it refers to itself (referred to by ',
  ],
  [
    'a condition that is itself',
    { 'Fn::If': ['Circular', 1, 2] },
    'staging/service: Conditions.Circular: it refers to itself (referred to by ',
  ],
];

it.each(refused)('refuses %s', (_, value, message) => expect(() => resolve(value)).toThrow(message));

it('knows the other partitions', () => {
  const beijing = stack('service', {}, { region: 'cn-north-1' });
  const value = { 'Fn::Sub': '${AWS::Partition} ${AWS::URLSuffix}' };
  expect(resolverOf([beijing], {}).resolve(beijing, 'X', value)).toBe('aws-cn amazonaws.com.cn');
});

it('says whether a condition of a resource holds', () => {
  expect(resolver.holds(service, 'Small')).toBe(true);
  expect(resolver.holds(service, 'Both')).toBe(false);
  expect(() => resolver.holds(service, 'Smal')).toThrow('the stack has no condition Smal');
});
