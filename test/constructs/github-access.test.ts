import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeliveryStack } from '../../lib/delivery-stack';
import { compose } from '../synthesise';
import { account, actions, all, app, only, region, statements } from './stack';

const template = Template.fromStack(
  new DeliveryStack(app(), 'delivery', {
    env: { account, region },
    environments: ['staging', 'demo'],
    regions: [region, 'us-east-1'],
  }),
);
const issuer = 'token.actions.githubusercontent.com';
const provider = only(template, 'AWS::IAM::OIDCProvider');
const role = (name: string) => {
  const found = all(template, 'AWS::IAM::Role').find(({ Properties }) => Properties.RoleName === `mr-mentor-${name}`);
  const policies = all(template, 'AWS::IAM::ManagedPolicy').filter(({ id }) =>
    JSON.stringify(found?.Properties.ManagedPolicyArns).includes(`"${id}"`),
  );
  return {
    trust: statements(found?.Properties.AssumeRolePolicyDocument),
    duration: found?.Properties.MaxSessionDuration,
    allowed: policies.flatMap((policy) => statements(policy.Properties.PolicyDocument)),
  };
};
const bootstrapRoles = (kinds: readonly string[]) =>
  [region, 'us-east-1']
    .flatMap((where) =>
      kinds.map((kind) => `arn:aws:iam::${account}:role/cdk-hnb659fds-${kind}-role-${account}-${where}`),
    )
    .sort();

it('proves itself by tokens for AWS, of one issuer', () => {
  expect(provider.Properties).toMatchObject({ Url: `https://${issuer}`, ClientIdList: ['sts.amazonaws.com'] });
});

it('has a role for each environment of the account and one for pull requests, no other', () => {
  expect(all(template, 'AWS::IAM::Role').map(({ Properties }) => Properties.RoleName)).toEqual([
    'mr-mentor-deploy-staging',
    'mr-mentor-deploy-demo',
    'mr-mentor-diff',
  ]);
});

it.each([
  ['deploy-staging', ['environment:staging']],
  ['deploy-demo', ['environment:demo']],
  ['diff', ['pull_request', 'ref:refs/heads/main']],
])('may assume %s as %p of this repository, word for word', (name, subjects) => {
  const [trust, ...others] = role(name).trust;
  expect(others).toEqual([]);
  expect(trust).toMatchObject({
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: { Ref: provider.id } },
  });
  // No StringLike beside it, and no key but these two.
  const { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject, ...more } = trust?.Condition?.StringEquals ?? {};
  expect([Object.keys(trust?.Condition ?? {}), audience, more]).toEqual([['StringEquals'], 'sts.amazonaws.com', {}]);
  expect([subject].flat()).toEqual(subjects.map((what) => `repo:myanalyticsschool/mr-mentor-infra:${what}`));
  expect(role(name).duration).toBe(7200);
});

it('only looks on a pull request', () => {
  expect(role('diff').allowed).toEqual([
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: bootstrapRoles(['lookup']) },
  ]);
});

it.each(['deploy-staging', 'deploy-demo'])("deploys through the CDK's own roles and pushes images: %s", (name) => {
  const { allowed } = role(name);
  const assume = allowed.filter(({ Action }) => Action === 'sts:AssumeRole');
  expect(assume.map(({ Resource }) => [Resource].flat().sort())).toEqual([
    bootstrapRoles(['deploy', 'file-publishing', 'image-publishing', 'lookup']),
  ]);
  const images = allowed.filter((statement) => actions(statement).includes('ecr:PutImage'));
  expect(images.map(({ Resource }) => Resource)).toEqual([
    { 'Fn::GetAtt': [only(template, 'AWS::ECR::Repository').id, 'Arn'] },
  ]);
  const anywhere = allowed.filter(({ Resource }) => Resource === '*').flatMap(actions);
  expect(anywhere).toEqual(['ecr:GetAuthorizationToken']);
  const every = allowed.flatMap(actions);
  expect(every.filter((action) => /\*|Delete|iam:|cloudformation:/.test(action))).toEqual([]);
});

it('keeps the roles of all environments of the account, whichever is chosen', () => {
  const names = compose({ context: { environments: 'demo' } })
    .node.children.filter((child) => child instanceof DeliveryStack)
    .flatMap((delivery) => delivery.node.findAll())
    .flatMap((child) => (child instanceof iam.CfnRole ? [child.roleName] : []));
  expect(names).toEqual([
    'mr-mentor-deploy-development',
    'mr-mentor-deploy-staging',
    'mr-mentor-deploy-demo',
    'mr-mentor-diff',
  ]);
});
