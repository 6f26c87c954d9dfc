import { templateOf } from '../synthesise';
import { actions, all, only, statements } from './stack';

const production = templateOf('production', 'operations');
const development = templateOf('development', 'operations');
const storage = templateOf('production', 'storage');

const vault = only(production, 'AWS::Backup::BackupVault');
const plan = only(production, 'AWS::Backup::BackupPlan');
const selection = only(production, 'AWS::Backup::BackupSelection').Properties.BackupSelection;
const role = only(production, 'AWS::IAM::Role', 'BackupRole');

it('copies daily, before the logical backup, and keeps the copies as long as point-in-time recovery', () => {
  const rules = (template = production) =>
    only(template, 'AWS::Backup::BackupPlan').Properties.BackupPlan.BackupPlanRule;
  expect(rules()).toEqual([
    {
      RuleName: 'daily',
      ScheduleExpression: 'cron(0 18 * * ? *)',
      StartWindowMinutes: 60,
      CompletionWindowMinutes: 360,
      Lifecycle: { DeleteAfterDays: 35 },
      CopyActions: [
        {
          DestinationBackupVaultArn:
            'arn:aws:backup:ap-south-2:000000000002:backup-vault:mr-mentor-production-recovery',
          Lifecycle: { DeleteAfterDays: 14 },
        },
      ],
      TargetBackupVault: { 'Fn::GetAtt': [vault.id, 'BackupVaultName'] },
    },
  ]);
  expect(rules(development)[0].Lifecycle).toEqual({ DeleteAfterDays: 7 });
  expect(rules(development)[0]).not.toHaveProperty('CopyActions');
});

it('keeps the copies in a vault that nobody empties, encrypted', () => {
  expect(vault.Properties.EncryptionKeyArn).toEqual({
    'Fn::GetAtt': [only(production, 'AWS::KMS::Key').id, 'Arn'],
  });
  expect(statements(vault.Properties.AccessPolicy)).toEqual([
    expect.objectContaining({
      Effect: 'Deny',
      Action: expect.arrayContaining(['backup:DeleteRecoveryPoint']),
      Principal: { AWS: '*' },
      Resource: '*',
    }),
  ]);
  expect(vault).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

it('lets development be torn down, and made anew: the vault stays, its name is of one life of the stack', () => {
  const open = only(development, 'AWS::Backup::BackupVault');
  expect(open.Properties.AccessPolicy).toBeUndefined();
  expect(open).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  for (const [name, { Properties }] of Object.entries({ development: open, production: vault })) {
    expect(JSON.stringify(Properties.BackupVaultName)).toContain(`mr-mentor-${name}-`);
    expect(JSON.stringify(Properties.BackupVaultName)).toContain('AWS::StackId');
  }
});

describe('what is copied', () => {
  const account = '000000000002';
  const bucket = (purpose: string) => `arn:aws:s3:::mr-mentor-production-${purpose}-${account}`;

  it('is the database and the data, by name', () => {
    expect(only(production, 'AWS::Backup::BackupSelection').Properties.BackupPlanId).toEqual({
      'Fn::GetAtt': [plan.id, 'BackupPlanId'],
    });
    expect(selection.Resources).toEqual(
      expect.arrayContaining([
        `arn:aws:rds:ap-south-1:${account}:db:mr-mentor-production`,
        ...['recordings', 'banner-assets', 'courses', 'interview-archive'].map(bucket),
      ]),
    );
    expect(selection.Resources).toHaveLength(5);
  });

  it('is read by a role of AWS Backup, that no bucket of the selection denies', () => {
    expect(selection.IamRoleArn).toEqual({ 'Fn::GetAtt': [role.id, 'Arn'] });
    expect(statements(role.Properties.AssumeRolePolicyDocument)).toEqual([
      expect.objectContaining({ Principal: { Service: 'backup.amazonaws.com' } }),
    ]);
    const arn = `arn:aws:iam::${account}:role/${role.Properties.RoleName}`;
    const denying = all(storage, 'AWS::S3::BucketPolicy').filter(({ Properties }) =>
      statements(Properties.PolicyDocument).some(
        (statement) =>
          statement.Effect === 'Deny' &&
          actions(statement).includes('s3:GetObjectVersion') &&
          ![statement.Condition?.ArnNotEquals?.['aws:PrincipalArn']].flat().includes(arn),
      ),
    );
    const names = denying.map(
      ({ Properties }) => storage.toJSON().Resources[Properties.Bucket.Ref].Properties.BucketName,
    );
    expect(selection.Resources.filter((resource: string) => names.some((name) => resource.endsWith(name)))).toEqual([]);
  });

  it('may be read with the policies that AWS keeps for it', () => {
    const policies = JSON.stringify(role.Properties.ManagedPolicyArns);
    expect(policies).toContain(':iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup');
    expect(policies).toContain(':iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup');
    expect(role.Properties.ManagedPolicyArns).toHaveLength(2);
    production.resourceCountIs('AWS::IAM::Role', 1);
  });
});
