import * as iam from 'aws-cdk-lib/aws-iam';
import { environments } from '../../lib/config/environments';
import { ApplicationSecret } from '../../lib/constructs/application-secret';
import { containerSecret } from '../../lib/constructs/container-secret';
import { EncryptionKey } from '../../lib/constructs/encryption-key';
import { Endpoint } from '../../lib/constructs/endpoint';
import { ServiceRole } from '../../lib/constructs/service-role';
import { account, only, stack, statements, templateOfStack } from './stack';

const ecsTasks = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');

describe.each(['development', 'production'] as const)('the secret of %s', (name) => {
  const own = stack();
  const encryptionKey = new EncryptionKey(own, 'Key', { description: 'Secrets', alias: 'x' });
  const secret = new ApplicationSecret(own, 'Application', { env: environments[name], encryptionKey });
  const executionRole = new ServiceRole(own, 'Role', { description: 'Starts tasks', assumedBy: ecsTasks });
  const forContainer = secret.for(own, executionRole);
  const template = templateOfStack(own);
  const resource = only(template, 'AWS::SecretsManager::Secret');
  const key = { 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] };

  it('begins as an empty object that no deployment touches again: a constant', () => {
    expect(resource.Properties.SecretString).toBe('{}');
    expect(resource.Properties.GenerateSecretString).toBeUndefined();
  });

  it("has its fixed name and the stack's key", () => {
    expect(resource.Properties).toMatchObject({ Name: `mr-mentor-backend/${name}`, KmsKeyId: key });
  });

  it(name === 'production' ? 'stays when its stack goes' : 'goes with its stack', () => {
    expect(resource).toMatchObject(
      name === 'production'
        ? { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }
        : { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' },
    );
  });

  it('is denied to every other account, whatever else is allowed', () => {
    const { SecretId, ResourcePolicy } = only(template, 'AWS::SecretsManager::ResourcePolicy').Properties;
    expect(SecretId).toEqual({ Ref: resource.id });
    expect(statements(ResourcePolicy)).toEqual([
      {
        Sid: 'ThisAccountOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'secretsmanager:*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': environments[name].account } },
      },
    ]);
  });

  it('reaches a container whole, by name, readable for the role that starts it', () => {
    expect(own.resolve(forContainer.arn)).toBe(
      `arn:aws:secretsmanager:ap-south-1:${account}:secret:mr-mentor-backend/${name}`,
    );
    expect(statements(only(template, 'AWS::IAM::ManagedPolicy').Properties.PolicyDocument)).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: key,
    });
  });
});

it('refers to a secret of another stack by name, and grants nothing on the original', () => {
  const own = stack();
  const executionRole = new ServiceRole(own, 'Role', { description: 'Starts tasks', assumedBy: ecsTasks });
  const secret = containerSecret(own, 'Token', 'mr-mentor-cache/demo');
  secret.grantRead(executionRole);
  expect(own.resolve(secret.arn)).toBe(`arn:aws:secretsmanager:ap-south-1:${account}:secret:mr-mentor-cache/demo`);
  const template = templateOfStack(own);
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  expect(statements(only(template, 'AWS::IAM::ManagedPolicy').Properties.PolicyDocument)).toEqual([
    {
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Resource: `arn:aws:secretsmanager:ap-south-1:${account}:secret:mr-mentor-cache/demo-??????`,
    },
  ]);
});

describe('an endpoint', () => {
  const own = stack();
  const env = { name: 'staging' } as const;
  const endpoint = new Endpoint(own, 'Endpoint', { env, name: 'database', host: 'db.internal', port: '5433' });
  const other = stack();
  const read = endpoint.read(other);

  it('is published as two parameters', () => {
    const template = templateOfStack(own);
    template.resourceCountIs('AWS::SSM::Parameter', 2);
    for (const [Name, Value] of [
      ['/mr-mentor/staging/database/host', 'db.internal'],
      ['/mr-mentor/staging/database/port', '5433'],
    ])
      template.hasResourceProperties('AWS::SSM::Parameter', { Name, Value, Type: 'String' });
    expect(template.toJSON().Outputs).toBeUndefined();
  });

  it('is read anew in each deployment of the reader, without an import', () => {
    const { Parameters } = templateOfStack(other).toJSON();
    for (const [key, reference] of Object.entries(read))
      expect(Parameters[other.resolve(reference).Ref]).toEqual({
        Type: 'AWS::SSM::Parameter::Value<String>',
        Default: `/mr-mentor/staging/database/${key}`,
      });
    expect(Object.keys(read)).toEqual(['host', 'port']);
  });
});
