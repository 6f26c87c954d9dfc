import { templateOf } from '../synthesise';
import { actions, all, only, statements } from './stack';

const account = '000000000002';
const storage = templateOf('production', 'storage');
const recovery = templateOf('production', 'recovery');
const bucket = (purpose: string) => `arn:aws:s3:::mr-mentor-production-${purpose}-${account}`;
const originals = ['invoices', 'student-documents'].map(bucket);
const replicas = originals.map((arn) => `${arn}-replica`);
const objects = (arns: readonly string[]) => arns.map((arn) => `${arn}/*`);
const name = (arn: string) => arn.split(':').at(-1);

const role = only(storage, 'AWS::IAM::Role', 'StorageReplicationRole');
const permissions = statements(
  only(storage, 'AWS::IAM::ManagedPolicy', 'StorageReplicationRole').Properties.PolicyDocument,
);
const replicated = all(storage, 'AWS::S3::Bucket').filter(({ Properties }) => Properties.ReplicationConfiguration);

it('replicates what AWS Backup may not read, and nothing else', () => {
  expect(replicated.map(({ Properties }) => Properties.BucketName).toSorted()).toEqual(originals.map(name));
  expect(
    all(recovery, 'AWS::S3::Bucket')
      .map(({ Properties }) => Properties.BucketName)
      .toSorted(),
  ).toEqual(replicas.map(name));
});

it('is a role of S3, which reads the originals, writes the replicas, and does no more', () => {
  expect(role.Properties.RoleName).toBe('mr-mentor-production-replication');
  expect(statements(role.Properties.AssumeRolePolicyDocument)).toEqual([
    expect.objectContaining({ Principal: { Service: 's3.amazonaws.com' } }),
  ]);
  const allowed = permissions.map(({ Action, Resource, Condition }) => ({ Action, Resource, Condition }));
  expect(allowed).toEqual([
    { Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'], Resource: originals },
    {
      Action: ['s3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'],
      Resource: objects(originals),
    },
    { Action: ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'], Resource: objects(replicas) },
    {
      Action: 'kms:Decrypt',
      Resource: { 'Fn::GetAtt': [only(storage, 'AWS::KMS::Key').id, 'Arn'] },
      Condition: { StringEquals: { 'kms:ViaService': 's3.ap-south-1.amazonaws.com' } },
    },
    {
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: `arn:aws:kms:ap-south-2:${account}:key/*`,
      Condition: {
        StringEquals: { 'kms:ViaService': 's3.ap-south-2.amazonaws.com' },
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/mr-mentor/production/recovery' },
      },
    },
  ]);
});

it('may do what it is for when a bucket is told of it', () => {
  const { id: policy } = only(storage, 'AWS::IAM::ManagedPolicy', 'StorageReplicationRole');
  for (const { DependsOn } of replicated) expect(DependsOn).toEqual(expect.arrayContaining([role.id, policy]));
});

it('copies deletions, so that what a person has had deleted is gone over there as well', () => {
  for (const { Properties } of replicated) {
    const { Role, Rules } = Properties.ReplicationConfiguration;
    expect(Role).toEqual({ 'Fn::GetAtt': [role.id, 'Arn'] });
    expect(Rules).toEqual([
      {
        ...{ Id: 'recovery-region', Priority: 1, Status: 'Enabled', Filter: { Prefix: '' } },
        DeleteMarkerReplication: { Status: 'Enabled' },
        SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
        Destination: {
          Bucket: `arn:aws:s3:::${Properties.BucketName}-replica`,
          EncryptionConfiguration: {
            ReplicaKmsKeyID: `arn:aws:kms:ap-south-2:${account}:alias/mr-mentor/production/recovery`,
          },
          ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
          Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
        },
      },
    ]);
  }
});

it('nothing of another region is referred to but by name: the stacks import and export nothing', () => {
  for (const template of [
    recovery,
    storage,
    templateOf('production', 'secrets'),
    templateOf('production', 'operations'),
  ])
    expect(JSON.stringify(template.toJSON())).not.toMatch(/CrossRegion|ExportsReader|Fn::GetStackOutput/);
  expect(JSON.stringify(recovery.toJSON())).not.toMatch(/ImportValue|"Export"/);
});

it('is not where there is no recovery region', () => {
  const staging = templateOf('staging', 'storage');
  expect(all(staging, 'AWS::IAM::Role', 'StorageReplicationRole')).toEqual([]);
  expect(JSON.stringify(staging.toJSON())).not.toContain('ReplicationConfiguration');
  const documents = all(staging, 'AWS::S3::BucketPolicy').flatMap(({ Properties }) =>
    statements(Properties.PolicyDocument).filter(({ Sid }) => Sid === 'TaskRoleOnly'),
  );
  for (const statement of documents) expect(actions(statement)).toContain('s3:GetObjectVersionForReplication');
});
