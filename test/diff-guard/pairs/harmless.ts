import { type Edit, renameResource } from '../draft';
import type { Pair } from './pair';

const green = (rule: string, title: string, change: Edit, base?: Edit): Pair => ({
  ...{ title, verdict: 'green', rule, change, base },
});

const data = 'production/data';
const service = 'production/service';
const hash = (digit: string) => digit.repeat(64);

const placeholder: Edit = ({ paths, stack }) => {
  for (const path of paths().filter((each) => each.startsWith('production/'))) stack(path).account = '000000000002';
};

export const harmlessPairs: readonly Pair[] = [
  green('never-deployed', 'a placeholder account is replaced by the real one', () => {}, placeholder),
  green('template-order', 'metadata and dependencies change', ({ resource }) => {
    const database = resource(data, 'DatabaseInstanceAA8A5FDE');
    database.Metadata = { note: 'A comment.' };
    database.DependsOn = [...(database.DependsOn ?? [])].reverse().slice(1);
  }),
  green('container-image', 'a release has another image', ({ stack, resource }) => {
    for (const id of Object.keys(stack(service).template.Resources)) {
      const { Type, Properties } = resource(service, id);
      if (Type !== 'AWS::ECS::TaskDefinition') continue;
      const [container] = Properties.ContainerDefinitions;
      container.Image = {
        'Fn::Sub': `444455556666.dkr.ecr.ap-south-1.\${AWS::URLSuffix}/mr-mentor-backend:main-2b3c4d5`,
      };
      container.Environment.find(({ Name }: { Name: string }) => Name === 'APP_REVISION').Value = 'main-2b3c4d5';
    }
  }),
  green(
    'asset-hash',
    'the code of the smoke test changes',
    ({ resource }) => {
      resource(service, 'WebReleaseSmokeTestFunction').Properties.Code.S3Key = `${hash('b')}.zip`;
    },
    ({ resource }) => {
      resource(service, 'WebReleaseSmokeTestFunction').Properties.Code.S3Key = `${hash('a')}.zip`;
    },
  ),
  green('task-revision', 'a setting of the container changes', ({ resource }) => {
    const { Environment } = resource(service, 'WebTask3').Properties.ContainerDefinitions[0];
    Environment.find(({ Name }: { Name: string }) => Name === 'LOG_LEVEL').Value = 'warn';
  }),
  green('follows', 'a service follows its task definition', ({ resource }) => {
    resource(service, 'WorkerTask').Properties.ContainerDefinitions[0].StopTimeout = 61;
  }),
  green('stateless-moved', 'an alarm without a name is renamed', (draft) =>
    renameResource(draft, 'production/operations', alarmOf(draft), 'Renamed0000', 'Renamed'),
  ),
  green('created', 'there is another alarm', ({ stack }) => {
    stack('production/operations').template.Resources.More = {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Threshold: 1 },
    };
  }),
  green('changed', 'an alarm gets another threshold', ({ resource }) => {
    resource(service, 'WebReleaseAlarmsblueerrors').Properties.Threshold = 7;
  }),
  green('changed', 'tags are added everywhere', ({ stack, paths }) => {
    for (const path of paths())
      for (const { Type, Properties } of Object.values(stack(path).template.Resources))
        if (Array.isArray(Properties?.Tags) && Type !== 'AWS::ElasticLoadBalancingV2::ListenerRule')
          Properties.Tags.push({ Key: 'CostCentre', Value: 'platform' });
  }),
  green('changed', 'the database gets a standby’s maintenance window', ({ resource }) => {
    resource(data, 'DatabaseInstanceAA8A5FDE').Properties.PreferredMaintenanceWindow = 'sun:21:00-sun:22:00';
  }),
  green('changed', 'backups of the database are kept longer', ({ resource }) => {
    resource('development/data', 'DatabaseInstanceAA8A5FDE').Properties.BackupRetentionPeriod = 14;
  }),
  green('changed', 'a bucket keeps old versions longer, and protection is added', ({ resource }) => {
    const bucket = resource('development/storage', 'StorageInvoicesB6');
    bucket.DeletionPolicy = 'Retain';
    bucket.UpdateReplacePolicy = 'Retain';
  }),
  green('changed', 'a permission goes', ({ resource }) => {
    resource(service, 'ApplicationTaskRolePermissions').Properties.PolicyDocument.Statement.pop();
  }),
  green('changed', 'statements of a policy change places', ({ resource }) => {
    resource(service, 'ApplicationTaskRolePermissions').Properties.PolicyDocument.Statement.reverse();
  }),
  green('stateless-moved', 'a security group’s rule is written in another resource', ({ stack, resource, idOf }) => {
    const id = idOf(service, 'ApplicationSecurityGroupfromproductionserviceLoadBalancer');
    stack(service).template.Resources.Elsewhere = resource(service, id);
    delete stack(service).template.Resources[id];
  }),
  green('stateless-replaced', 'a launch template’s profile is replaced', ({ stack, resource }) => {
    const { Resources } = stack(service).template;
    const id = Object.keys(Resources).find((each) => Resources[each].Type === 'AWS::IAM::InstanceProfile') ?? '';
    resource(service, id).Properties.InstanceProfileName = 'mr-mentor-hosts';
  }),
  green('stateless-removed', 'a parameter of Parameter Store goes', ({ stack, idOf }) => {
    const { Resources } = stack(data).template;
    delete Resources[idOf(data, 'CacheEndpointport')];
  }),
  green('output-changed', 'there is another output', ({ stack }) => {
    stack(service).template.Outputs = { Address: { Value: 'https://api.mrmentor.in' } };
  }),
  green(
    'output-changed',
    'an export leaves that nobody imports',
    () => {},
    ({ stack }) => {
      stack(service).template.Outputs = { Unused: { Value: 'x', Export: { Name: 'unused' } } };
    },
  ),
  green('template-section', 'the CDK asks for a newer bootstrap', ({ stack }) => {
    stack(service).template.Parameters.BootstrapVersion.Description = 'Version of the bootstrap resources.';
  }),
];

function alarmOf({ stack, resource }: Parameters<Edit>[0]): string {
  const { Resources } = stack('production/operations').template;
  const id = Object.keys(Resources).find((each) => Resources[each].Type === 'AWS::CloudWatch::Alarm') ?? '';
  delete resource('production/operations', id).Properties.AlarmName;
  return id;
}
