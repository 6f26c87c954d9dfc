import type { Edit } from '../draft';
import type { Pair } from './pair';

const amber = (rule: string, title: string, change: Edit, base?: Edit): Pair => ({
  ...{ title, verdict: 'amber', rule, change, base },
});

const data = 'production/data';
const service = 'production/service';
const database = 'DatabaseInstanceAA8A5FDE';
const firstStatement = (resource: { Properties: { PolicyDocument: { Statement: Record<string, unknown>[] } } }) =>
  resource.Properties.PolicyDocument.Statement[0] ?? {};

export const reviewPairs: readonly Pair[] = [
  amber('permissions-broadened', 'the task role may do more', ({ resource }) => {
    resource(service, 'ApplicationTaskRolePermissions').Properties.PolicyDocument.Statement.push({
      ...{ Effect: 'Allow', Action: 'ses:SendEmail', Resource: '*' },
    });
  }),
  amber('permissions-broadened', 'a statement gets another action', ({ resource }) => {
    const statement = firstStatement(resource(service, 'ApplicationTaskRolePermissions'));
    statement.Action = [statement.Action, 's3:DeleteBucket'].flat();
  }),
  amber('permissions-broadened', 'a condition of a statement goes', ({ resource }) => {
    const { Statement } = resource('production/storage', 'Key961').Properties.KeyPolicy;
    const guarded = Statement.find((each: { Condition?: unknown }) => each.Condition !== undefined);
    guarded.Condition = { StringEquals: { 'aws:SourceAccount': '*' } };
  }),
  amber('permissions-broadened', 'a bucket no longer denies what comes without TLS', ({ resource }) => {
    const document = resource('production/storage', 'StorageInvoicesPolicy').Properties.PolicyDocument;
    document.Statement = document.Statement.filter(({ Effect }: { Effect: string }) => Effect !== 'Deny');
  }),
  amber('permissions-broadened', 'a role gets a managed policy', ({ resource }) => {
    const { Properties } = resource(service, 'HostsRole3');
    Properties.ManagedPolicyArns = [
      ...(Properties.ManagedPolicyArns ?? []),
      'arn:aws:iam::aws:policy/AdministratorAccess',
    ];
  }),
  amber('security-group-opened', 'the application is reached from another security group', ({ stack, idOf }) => {
    const group = (id: string) => ({ 'Fn::GetAtt': [idOf(service, id), 'GroupId'] });
    stack(service).template.Resources.Opened = {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        ...{ GroupId: group('ApplicationSecurityGroup0110'), SourceSecurityGroupId: group('HostsSecurityGroup') },
        ...{ IpProtocol: 'tcp', FromPort: 9229, ToPort: 9229 },
      },
    };
  }),
  amber('safeguard-weakened', 'an alarm goes', ({ stack, idOf }) => {
    const { Resources } = stack('production/operations').template;
    const id = Object.keys(Resources).find((each) => Resources[each].Type === 'AWS::CloudWatch::Alarm') ?? '';
    delete Resources[idOf('production/operations', id)];
  }),
  amber('safeguard-weakened', 'a release bakes for a minute', ({ resource }) => {
    resource(service, 'WebServiceD0').Properties.DeploymentConfiguration.BakeTimeInMinutes = 1;
  }),
  amber('safeguard-weakened', 'no hook tests a release', ({ resource }) => {
    resource(service, 'WebServiceD0').Properties.DeploymentConfiguration.LifecycleHooks = [];
  }),
  amber('safeguard-weakened', 'Redis evicts jobs', ({ resource }) => {
    resource(data, 'CacheParameterGroup').Properties.Properties['maxmemory-policy'] = 'allkeys-lru';
  }),
  amber('safeguard-weakened', 'no replica of Redis takes over', ({ resource }) => {
    resource(data, 'CacheReplicationGroup').Properties.AutomaticFailoverEnabled = false;
  }),
  amber('safeguard-weakened', 'the database has no standby', ({ resource }) => {
    resource(data, database).Properties.MultiAZ = false;
  }),
  amber('safeguard-weakened', 'the load balancer takes older TLS', ({ resource }) => {
    resource(service, 'LoadBalancerHttps').Properties.SslPolicy = 'ELBSecurityPolicy-2016-08';
  }),
  amber('safeguard-weakened', 'hosts answer IMDSv1', ({ resource }) => {
    resource(service, 'HostsLaunchTemplate326').Properties.LaunchTemplateData.MetadataOptions.HttpTokens = 'optional';
  }),
  amber('safeguard-weakened', 'a container is privileged', ({ resource }) => {
    resource(service, 'WorkerTask').Properties.ContainerDefinitions[0].Privileged = true;
  }),
  amber('safeguard-weakened', 'tags of images may move', ({ paths, resource }) => {
    const delivery = paths().find((path) => path.startsWith('delivery')) ?? '';
    resource(delivery, 'ImagesB45').Properties.ImageTagMutability = 'MUTABLE';
  }),
  amber('safeguard-weakened', 'a rule leaves the web ACL', ({ stack }) => {
    const acl = Object.values(stack(service).template.Resources).find(({ Type }) => Type === 'AWS::WAFv2::WebACL');
    acl.Properties.Rules.pop();
  }),
  amber('cost-changed', 'the database may grow further', ({ resource }) => {
    resource(data, database).Properties.MaxAllocatedStorage = 4000;
  }),
  amber('cost-changed', 'there is another NAT gateway', ({ stack }) => {
    stack('production/network').template.Resources.Nat = {
      Type: 'AWS::EC2::NatGateway',
      Properties: { SubnetId: 'x' },
    };
  }),
  amber('cost-changed', 'tasks get more memory', ({ resource }) => {
    resource(service, 'JobsRetentionTask').Properties.ContainerDefinitions[0].Memory = 2048;
  }),
  amber('capacity-short', 'there are fewer hosts than a release needs', ({ resource }) => {
    resource(service, 'HostsGroupASG').Properties.MaxSize = '5';
  }),
  amber('capacity-short', 'pools hold more connections than the database takes', ({ resource }) => {
    const { Environment } = resource(service, 'WebTask3').Properties.ContainerDefinitions[0];
    Environment.find(({ Name }: { Name: string }) => Name === 'DB_CONNECTION_LIMIT').Value = '500';
  }),
  amber('acknowledged-anew', 'a finding of a policy pack is acknowledged', ({ stack }) => {
    stack(service).acknowledgements.push({
      ...{ path: `${service}/Hosts`, rule: 'AwsSolutions-EC26', reason: 'The disks hold nothing but images.' },
    });
  }),
  amber('drift-prone', 'the number of web tasks is stated', ({ resource }) => {
    resource(service, 'WebServiceD0').Properties.DesiredCount = 3;
  }),
  amber('drift-prone', 'a minor version is stated that RDS upgrades by itself', ({ resource }) => {
    resource(data, database).Properties.EngineVersion = '16.4';
  }),
  amber('interruption', 'the database moves to other hardware', ({ resource }) => {
    resource(data, database).Properties.DBInstanceClass = 'db.m7g.xlarge';
  }),
  amber('interruption', 'Redis moves to other nodes', ({ resource }) => {
    resource(data, 'CacheReplicationGroup').Properties.CacheNodeType = 'cache.m7g.xlarge';
  }),
  amber('serving-replaced', 'the cluster is replaced', ({ resource }) => {
    resource(service, 'WorkerService').Properties.SchedulingStrategy = 'DAEMON';
  }),
  amber('serving-replaced', 'a DNS record leaves', ({ stack }) => {
    const { Resources } = stack(service).template;
    const id = Object.keys(Resources).find((each) => Resources[each].Type === 'AWS::Route53::RecordSet') ?? '';
    delete Resources[id];
  }),
  amber('stack-gone', 'the CDN vanishes from the app', ({ remove }) => remove('production/cdn')),
  amber(
    'environment-appears',
    'an environment is new',
    () => {},
    ({ paths, remove }) => {
      for (const path of paths()) if (path.startsWith('demo/')) remove(path);
    },
  ),
];
