import { type DeployedResource, everyDeployedResource } from '../deployed';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Actions on `*`, each because AWS offers nothing narrower ("Actions, resources, and condition keys" of
 * the service authorization reference). `condition` is what narrows the action instead.
 */
const withoutResource: Readonly<Record<string, { readonly because: string; readonly condition?: string }>> = {
  'ecr:GetAuthorizationToken': { because: 'has no resource; what the token may pull is bound to repositories' },
  'ecs:DiscoverPollEndpoint': { because: 'has no resource; it answers with an address' },
  'ecs:Poll': { because: "an agent's container instance gets its id when it registers", condition: 'ecs:cluster' },
  'ecs:StartTelemetrySession': {
    because: "an agent's container instance gets its id when it registers",
    condition: 'ecs:cluster',
  },
  'elasticloadbalancing:DescribeListeners': { because: 'Elastic Load Balancing has no resources for Describe' },
  'elasticloadbalancing:DescribeRules': { because: 'Elastic Load Balancing has no resources for Describe' },
  'elasticloadbalancing:DescribeTargetGroups': { because: 'Elastic Load Balancing has no resources for Describe' },
  'elasticloadbalancing:DescribeTargetHealth': { because: 'Elastic Load Balancing has no resources for Describe' },
};

/** Patterns of actions, each because it stands for a closed list. */
const actionPatterns: Readonly<Record<string, string>> = {
  'ecs:Submit*': "the agent's three SubmitStateChange actions, as the ECS developer guide lists them",
};

/** Policies that AWS writes and may widen. */
const managedByAws: Readonly<Record<string, string>> = {
  'service-role/AWSBackupServiceRolePolicyForBackup': 'what AWS Backup documents for its role',
  AWSBackupServiceRolePolicyForS3Backup: 'what AWS Backup documents for its role',
  'service-role/AmazonRDSEnhancedMonitoringRole': 'what RDS documents for its role: one log group',
  'service-role/AWSLambdaBasicExecutionRole': "the CDK's own custom resources write their log",
};

const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const conditionKeys = ({ Condition }: Statement) => Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys));

/** @returns one sentence for each thing that allows more than it has to. */
function excesses({ Effect, Action, Resource, ...statement }: Statement): string[] {
  if (Effect === 'Deny') return [];
  const { NotAction, NotResource } = statement;
  if (NotAction !== undefined || NotResource !== undefined)
    return ['allows everything but a list; list what it needs.'];
  return list(Action).flatMap((action) => {
    if (action === '*' || action.endsWith(':*')) return [`allows ${action}; name the actions.`];
    if (action.includes('*') && actionPatterns[action] === undefined)
      return [`allows ${action}; name the actions, or give a reason in actionPatterns.`];
    if (action === 'iam:PassRole' && !conditionKeys({ Effect, ...statement }).includes('iam:PassedToService'))
      return ['passes roles to any service; add the condition iam:PassedToService.'];
    if (!list(Resource).includes('*')) return [];
    const exception = withoutResource[action];
    if (exception === undefined)
      return [`allows ${action} on *; name the resource. Only if AWS has none for it, add it to withoutResource.`];
    if (exception.condition !== undefined && !conditionKeys({ Effect, ...statement }).includes(exception.condition))
      return [`allows ${action} on * without the condition ${exception.condition} that narrows it.`];
    return [];
  });
}

/** Policies of identities. Policies of keys, buckets and secrets are about the thing they are attached to. */
const statementsOf = ({ Type, Properties }: DeployedResource): Statement[] => {
  if (Type === 'AWS::IAM::ManagedPolicy' || Type === 'AWS::IAM::Policy') return Properties.PolicyDocument.Statement;
  if (!/^AWS::IAM::(Role|User|Group)$/.test(Type)) return [];
  return (Properties.Policies ?? []).flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) => PolicyDocument.Statement,
  );
};

const allowed = everyDeployedResource().flatMap((resource) =>
  statementsOf(resource).map((statement) => ({ where: `${resource.stack}/${resource.logicalId}`, statement })),
);

it('no role may do more than its work', () => {
  expect(allowed.length).toBeGreaterThan(100);
  expect(allowed.flatMap(({ where, statement }) => excesses(statement).map((what) => `${where} ${what}`))).toEqual([]);
});

it('every exception is in use', () => {
  const actions = allowed.flatMap(({ statement }) => list(statement.Action));
  const onEverything = allowed
    .filter(({ statement }) => list(statement.Resource).includes('*'))
    .flatMap(({ statement }) => list(statement.Action));
  expect(Object.keys(withoutResource).filter((action) => !onEverything.includes(action))).toEqual([]);
  expect(Object.keys(actionPatterns).filter((action) => !actions.includes(action))).toEqual([]);
});

it('there are no policies of AWS but these', () => {
  const attached = everyDeployedResource()
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .flatMap(({ Properties }) => list(Properties.ManagedPolicyArns))
    .flatMap((arn) => /iam::aws:policy\/([\w/-]+)/.exec(JSON.stringify(arn))?.[1] ?? []);
  expect([...new Set(attached)].sort()).toEqual(Object.keys(managedByAws).sort());
});

it('there are no users, whose keys would live long', () => {
  expect(everyDeployedResource().filter(({ Type }) => /^AWS::IAM::(User|AccessKey|Group)$/.test(Type))).toEqual([]);
});

it('roles are assumed by one service each, or by one purpose of one repository', () => {
  const trust = everyDeployedResource()
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .flatMap(({ stack, logicalId, Properties }) =>
      Properties.AssumeRolePolicyDocument.Statement.map((statement: { Principal: unknown; Condition?: unknown }) => ({
        where: `${stack}/${logicalId}`,
        ...statement,
      })),
    ) as {
    where: string;
    Action: string;
    Principal: Record<string, unknown>;
    Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }[];
  const workflows = trust.filter(({ Principal }) => 'Federated' in Principal);
  const others = trust.filter(({ Principal }) => !('Federated' in Principal));
  expect(others.filter(({ Principal }) => typeof Principal.Service !== 'string')).toEqual([]);
  const issuer = 'token.actions.githubusercontent.com';
  const subjects = workflows.map(({ Action, Condition, ...rest }) => {
    const { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject, ...more } = Condition?.StringEquals ?? {};
    expect({ Action, audience, more, conditions: Object.keys(Condition ?? {}) }).toEqual({
      Action: 'sts:AssumeRoleWithWebIdentity',
      audience: 'sts.amazonaws.com',
      more: {},
      conditions: ['StringEquals'],
    });
    return [rest.where.replace(/[0-9A-F]{8}$/, ''), ...list(subject)];
  });
  // No pattern: `repo:…:*` would let every branch and every fork's pull request deploy.
  const repository = 'repo:myanalyticsschool/mr-mentor-infra';
  const deploys = (account: string, name: string) => [
    `delivery-${account}/GitHubdeploy${name}`,
    `${repository}:environment:${name}`,
  ];
  const reads = (account: string) => [
    `delivery-${account}/GitHubdiff`,
    `${repository}:pull_request`,
    `${repository}:ref:refs/heads/main`,
  ];
  expect(subjects).toEqual([
    deploys('000000000001', 'development'),
    deploys('000000000001', 'staging'),
    deploys('000000000001', 'demo'),
    reads('000000000001'),
    deploys('000000000002', 'production'),
    reads('000000000002'),
  ]);
});

it.each([
  ['everything', { Action: '*', Resource: 'arn:aws:s3:::one' }],
  ['a whole service', { Action: ['s3:GetObject', 's3:*'], Resource: 'arn:aws:s3:::one' }],
  ['a pattern of actions', { Action: 's3:Get*', Resource: 'arn:aws:s3:::one' }],
  ['a named action on everything', { Action: 's3:GetObject', Resource: ['arn:aws:s3:::one', '*'] }],
  ['an agent of any cluster', { Action: 'ecs:Poll', Resource: '*' }],
  ['roles for any service', { Action: 'iam:PassRole', Resource: 'arn:aws:iam::000000000001:role/one' }],
  ['everything but', { NotAction: 'iam:*', Resource: 'arn:aws:s3:::one' }],
])('would see a statement that allows %s', (_, statement) => {
  expect(excesses({ Effect: 'Allow', ...statement })).toHaveLength(1);
});
