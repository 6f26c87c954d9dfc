import { EncryptionKey } from '../../lib/constructs/encryption-key';
import { LogGroup } from '../../lib/constructs/log-group';
import { account, only, stack, statements, templateOfStack } from './stack';

const keyIn = (region: string, outlivesStack?: boolean) => {
  const own = stack(region);
  const key = new EncryptionKey(own, 'Key', { description: 'What is unreadable', alias: 'mr-mentor/x', outlivesStack });
  return { own, key };
};

describe('a key', () => {
  it('rotates every year and says what it is for', () => {
    const template = templateOfStack(keyIn('ap-south-1').own);
    expect(only(template, 'AWS::KMS::Key').Properties).toMatchObject({
      EnableKeyRotation: true,
      Description: 'What is unreadable',
    });
    expect(only(template, 'AWS::KMS::Alias').Properties.AliasName).toBe('alias/mr-mentor/x');
  });

  it.each([
    [undefined, 'RetainExceptOnCreate', 'Retain'],
    [true, 'RetainExceptOnCreate', 'Retain'],
    [false, 'Delete', 'Delete'],
  ])('that outlives its stack (%p) has the policy %s', (outlivesStack, deletion, replacement) => {
    expect(only(templateOfStack(keyIn('ap-south-1', outlivesStack).own), 'AWS::KMS::Key')).toMatchObject({
      DeletionPolicy: deletion,
      UpdateReplacePolicy: replacement,
    });
  });

  it('is nobody else to use by default', () => {
    const { KeyPolicy } = only(templateOfStack(keyIn('ap-south-1').own), 'AWS::KMS::Key').Properties;
    expect(statements(KeyPolicy).map(({ Principal }) => Principal)).toEqual([{ AWS: `arn:aws:iam::${account}:root` }]);
  });

  it.each(['ap-south-1', 'us-east-1'])('encrypts logs of its own account and region: %s', (region) => {
    const { own, key } = keyIn(region);
    expect(key.allowLogs()).toBe(key);
    const { KeyPolicy } = only(templateOfStack(own), 'AWS::KMS::Key').Properties;
    const [logs, ...others] = statements(KeyPolicy).filter(({ Sid }) => Sid === 'CloudWatchLogs');
    expect(others).toEqual([]);
    expect(logs).toMatchObject({
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*` } },
    });
    expect(logs?.Action).toEqual([
      'kms:Decrypt*',
      'kms:Describe*',
      'kms:Encrypt*',
      'kms:GenerateDataKey*',
      'kms:ReEncrypt*',
    ]);
  });
});

describe('a log group', () => {
  it.each([
    ['snapshot', 30, 'Delete'],
    ['retain', 365, 'RetainExceptOnCreate'],
  ] as const)('of an environment that would %s ends after %d days: %s', (removal, logRetentionDays, policy) => {
    const { own, key } = keyIn('ap-south-1');
    new LogGroup(own, 'Logs', { env: { removal, logRetentionDays }, encryptionKey: key });
    const template = templateOfStack(own);
    const group = only(template, 'AWS::Logs::LogGroup');
    expect(group).toMatchObject({
      DeletionPolicy: policy,
      Properties: {
        RetentionInDays: logRetentionDays,
        KmsKeyId: { 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] },
      },
    });
    expect(group.Properties.LogGroupName).toBeUndefined();
  });

  it('has a name where AWS wants a certain one', () => {
    const { own, key } = keyIn('ap-south-1');
    new LogGroup(own, 'Logs', { env: { removal: 'retain', logRetentionDays: 90 }, encryptionKey: key, name: 'aws-x' });
    expect(only(templateOfStack(own), 'AWS::Logs::LogGroup').Properties.LogGroupName).toBe('aws-x');
  });
});
