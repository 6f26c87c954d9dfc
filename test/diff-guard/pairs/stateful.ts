import { renameResource } from '../draft';
import type { Pair } from './pair';

const data = 'production/data';
const storage = 'production/storage';

export const statefulPairs: readonly Pair[] = [
  {
    title: 'the database construct is renamed',
    verdict: 'red',
    rule: 'stateful-moved',
    says: /^✗ red: production would lose the database \(AWS::RDS::DBInstance, renamed Database\/Instance → Database\/Postgres\)\..* Keep it: .*overrideLogicalId\('DatabaseInstanceAA8A5FDE'\)/,
    change: (draft) =>
      renameResource(draft, data, 'DatabaseInstanceAA8A5FDE', 'DatabasePostgres1', 'Database/Postgres'),
  },
  {
    title: 'a key without a name is renamed',
    verdict: 'red',
    rule: 'stateful-moved',
    says: /everything encrypted with it/,
    change: (draft) => renameResource(draft, storage, 'Key961B73FD', 'Encryption0000', 'Encryption'),
  },
  {
    title: 'a bucket moves to another stack',
    verdict: 'red',
    rule: 'stateful-moved',
    says: /moved production\/storage\/Storage\/Courses → production\/data\/Storage\/Courses/,
    change: ({ stack, idOf, resource }) => {
      const id = idOf(storage, 'StorageCoursesF8');
      const bucket = resource(storage, id);
      bucket.Metadata = { 'aws:cdk:path': `${data}/Storage/Courses/Resource` };
      stack(data).template.Resources[id] = bucket;
      delete stack(storage).template.Resources[id];
    },
  },
  {
    title: 'a logical id is overridden, and nothing else changes',
    verdict: 'red',
    rule: 'stateful-moved',
    says: /logical id StorageInvoicesB6686B22 → Invoices/,
    change: (draft) => renameResource(draft, storage, 'StorageInvoicesB6686B22', 'Invoices'),
  },
  {
    title: 'a database whose policy is a snapshot leaves the template',
    verdict: 'red',
    rule: 'stateful-destroyed',
    says: /takes a snapshot of the old one and deletes it/,
    change: ({ stack, idOf }) =>
      delete stack('development/data').template.Resources[idOf('development/data', 'DatabaseInstanceAA8A5FDE')],
  },
  {
    title: 'a retained bucket leaves the template',
    verdict: 'red',
    rule: 'stateful-orphaned',
    says: /would lose hold of objects \(AWS::S3::Bucket Storage\/Invoices\)/,
    change: ({ stack, idOf }) => delete stack(storage).template.Resources[idOf(storage, 'StorageInvoicesB6686B22')],
  },
  {
    title: 'the database gets another port',
    verdict: 'red',
    rule: 'stateful-replaced',
    says: /Port cannot be changed in place/,
    change: ({ resource }) => {
      resource(data, 'DatabaseInstanceAA8A5FDE').Properties.Port = '5432';
    },
  },
  {
    title: 'a bucket gets another name',
    verdict: 'red',
    rule: 'stateful-replaced',
    change: ({ resource }) => {
      resource(storage, 'StorageRecordings').Properties.BucketName = 'mr-mentor-production-meetings-444455556666';
    },
  },
  {
    title: 'the subnet group that the database names is replaced',
    verdict: 'red',
    rule: 'stateful-replaced',
    says: /DBSubnetGroupName, which names a resource that is replaced/,
    change: ({ resource }) => {
      resource(data, 'DatabaseSubnetGroup').Properties.DBSubnetGroupName = 'mr-mentor';
    },
  },
  {
    title: 'a parameter’s default changes that a secret’s name is taken from',
    verdict: 'red',
    rule: 'stateful-replaced',
    base: ({ stack, resource }) => {
      stack('production/secrets').template.Parameters.SecretName = { Type: 'String', Default: 'one' };
      resource('production/secrets', 'ApplicationSecret0').Properties.Name = { Ref: 'SecretName' };
    },
    change: ({ stack, resource }) => {
      stack('production/secrets').template.Parameters.SecretName = { Type: 'String', Default: 'other' };
      resource('production/secrets', 'ApplicationSecret0').Properties.Name = { Ref: 'SecretName' };
    },
  },
  {
    title: 'the engine of the database changes, of which CloudFormation says "conditional"',
    verdict: 'red',
    rule: 'stateful-perhaps-replaced',
    change: ({ resource }) => {
      resource(data, 'DatabaseInstanceAA8A5FDE').Properties.Engine = 'aurora-postgresql';
    },
  },
  {
    title: 'a property appears that CloudFormation’s specification does not know',
    verdict: 'red',
    rule: 'stateful-perhaps-replaced',
    change: ({ resource }) => {
      resource(storage, 'StorageCoursesF8').Properties.StorageFabric = 'new';
    },
  },
  {
    title: 'a resource that is joined into the AUTH token of Redis is replaced',
    verdict: 'red',
    rule: 'stateful-perhaps-replaced',
    change: ({ resource }) => {
      resource(data, 'CacheAuthToken').Properties.Name = 'mr-mentor-redis/production';
    },
  },
  {
    title: 'a vault comes under a condition',
    verdict: 'red',
    rule: 'stateful-conditional',
    change: ({ stack, resource }) => {
      stack('production/operations').template.Conditions = { Backed: { 'Fn::Equals': ['yes', 'no'] } };
      resource('production/operations', 'BackupVault').Condition = 'Backed';
    },
  },
  {
    title: 'the condition of a bucket says something else',
    verdict: 'red',
    rule: 'stateful-conditional',
    base: ({ stack, resource }) => {
      stack(storage).template.Conditions = { Kept: { 'Fn::Equals': ['yes', 'yes'] } };
      resource(storage, 'StorageCoursesF8').Condition = 'Kept';
    },
    change: ({ stack, resource }) => {
      stack(storage).template.Conditions = { Kept: { 'Fn::Equals': ['yes', 'no'] } };
      resource(storage, 'StorageCoursesF8').Condition = 'Kept';
    },
  },
  {
    title: 'a generated secret would be generated anew',
    verdict: 'red',
    rule: 'secret-overwritten',
    change: ({ resource }) => {
      resource(data, 'CacheAuthToken').Properties.GenerateSecretString.PasswordLength = 99;
    },
  },
  {
    title: 'the storage stack vanishes from the app',
    verdict: 'red',
    rule: 'stateful-stack-gone',
    says: /would lose hold of .*objects/,
    change: ({ remove }) => remove(storage),
  },
  {
    title: 'a stack with a database gets another name',
    verdict: 'red',
    rule: 'stateful-stack-gone',
    change: ({ stack }) => {
      stack(data).stackName = 'mr-mentor-production-database';
    },
  },
];
