import { Template } from 'aws-cdk-lib/assertions';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { bucketPurposes } from '../../lib/config/names';
import { Monitoring } from '../../lib/constructs/monitoring';
import { StorageStack } from '../../lib/storage-stack';
import { account, actions, all, app, only, region, statements } from './stack';

const storageOf = (config: EnvironmentConfig): Template =>
  Template.fromStack(
    new StorageStack(app(), 'storage', {
      config: { ...config, account },
      monitoring: new Monitoring(),
      env: { account, region },
    }),
  );
const development = storageOf(environments.development);
const production = storageOf(environments.production);

const bucket = (purpose: string, template = production, name = 'production') => {
  const wanted = `mr-mentor-${name}-${purpose}-${account}`;
  const found = all(template, 'AWS::S3::Bucket').find(({ Properties }) => Properties.BucketName === wanted);
  if (found === undefined) throw new Error(`no bucket ${wanted}`);
  return found;
};
const policy = (purpose: string, template = production, name = 'production') => {
  const { id } = bucket(purpose, template, name);
  const found = all(template, 'AWS::S3::BucketPolicy').find(({ Properties }) => Properties.Bucket.Ref === id);
  return statements(found?.Properties.PolicyDocument);
};
const named = (purpose: string, sid: string) => policy(purpose).filter(({ Sid }) => Sid === sid);
const objectsOf = (purpose: string, path = '*') => ({
  'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket(purpose).id, 'Arn'] }, `/${path}`]],
});
const dataPurposes = bucketPurposes.filter((purpose) => purpose !== 'access-logs');
const rules = (purpose: string) => bucket(purpose).Properties.LifecycleConfiguration.Rules;

it('makes a bucket for each purpose, under its fixed name', () => {
  expect(all(production, 'AWS::S3::Bucket').map(({ Properties }) => Properties.BucketName)).toEqual(
    expect.arrayContaining(bucketPurposes.map((purpose) => `mr-mentor-production-${purpose}-${account}`)),
  );
  expect(all(production, 'AWS::S3::Bucket')).toHaveLength(bucketPurposes.length);
});

describe.each(bucketPurposes)('%s', (purpose) => {
  it('is private, versioned and owned by its account', () => {
    expect(bucket(purpose).Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  it('refuses plain HTTP and old TLS', () => {
    const refusals = policy(purpose).filter(({ Effect, Action }) => Effect === 'Deny' && Action === 's3:*');
    expect(refusals.map(({ Condition }) => Condition)).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]);
    for (const { Principal, Resource } of refusals) {
      expect(Principal).toEqual({ AWS: '*' });
      expect(Resource).toEqual([{ 'Fn::GetAtt': [bucket(purpose).id, 'Arn'] }, objectsOf(purpose)]);
    }
  });

  it('outlives its stack in production, and goes with it in development', () => {
    expect(bucket(purpose)).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(bucket(purpose, development, 'development')).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('gives up incomplete uploads after a week', () => {
    expect(rules(purpose)).toContainEqual(
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' }),
    );
  });
});

describe.each(dataPurposes)('data in %s', (purpose) => {
  it("is encrypted with the stack's key, by a bucket key", () => {
    expect(bucket(purpose).Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: {
          SSEAlgorithm: 'aws:kms',
          KMSMasterKeyID: { 'Fn::GetAtt': [only(production, 'AWS::KMS::Key').id, 'Arn'] },
        },
      },
    ]);
  });

  it('logs its accesses under its own prefix', () => {
    expect(bucket(purpose).Properties.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: bucket('access-logs').id },
      LogFilePrefix: `s3/${purpose}/`,
    });
    expect(bucket(purpose).DependsOn).toContain(bucket('access-logs').id);
  });

  it('keeps what was overwritten for 90 days', () => {
    expect(rules(purpose)).toContainEqual({
      Id: 'old-versions',
      NoncurrentVersionExpiration: { NoncurrentDays: 90 },
      Status: 'Enabled',
    });
  });
});

describe('browser uploads', () => {
  it("come from the environment's own origins, and the page reads the ETag", () => {
    expect(bucket('recordings').Properties.CorsConfiguration.CorsRules).toEqual([
      {
        AllowedMethods: ['PUT', 'GET', 'HEAD'],
        AllowedOrigins: environments.production.origins,
        AllowedHeaders: ['content-type', 'content-md5', 'x-amz-*', 'if-none-match'],
        ExposedHeaders: ['ETag'],
        MaxAge: 3600,
      },
    ]);
    const [rule] = bucket('recordings', development, 'development').Properties.CorsConfiguration.CorsRules;
    expect(rule.AllowedOrigins).toEqual(environments.development.origins);
  });

  it('go to four buckets only', () => {
    const open = bucketPurposes.filter((purpose) => bucket(purpose).Properties.CorsConfiguration !== undefined);
    expect(open).toEqual(['recordings', 'student-documents', 'banner-assets', 'courses']);
  });
});

describe('lifecycle', () => {
  const withRule = (id: string) =>
    dataPurposes.filter((purpose) => rules(purpose).some((rule: { Id: string }) => rule.Id === id));

  it('expires database backups after 30 days, and no other data', () => {
    expect(rules('database-backups')).toContainEqual({ Id: 'expire', ExpirationInDays: 30, Status: 'Enabled' });
    expect(withRule('expire')).toEqual(['database-backups']);
  });

  it('archives recordings and interviews after 90 days, still readable at once', () => {
    expect(withRule('archive')).toEqual(['recordings', 'interview-archive']);
    expect(rules('recordings')).toContainEqual({
      Id: 'archive',
      Status: 'Enabled',
      Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
    });
  });

  it('keeps access logs as long as the environment keeps logs', () => {
    expect(rules('access-logs')).toEqual([expect.objectContaining({ Id: 'expire', ExpirationInDays: 365 })]);
    expect(
      bucket('access-logs', development, 'development').Properties.LifecycleConfiguration.Rules[0].ExpirationInDays,
    ).toBe(30);
  });
});

describe('objects that only the task role reaches', () => {
  it('are student documents and invoices', () => {
    expect(bucketPurposes.filter((purpose) => named(purpose, 'TaskRoleOnly').length > 0)).toEqual([
      'student-documents',
      'invoices',
    ]);
  });

  it.each(['student-documents', 'invoices'])('are denied to everybody else, old versions included: %s', (purpose) => {
    const [statement] = named(purpose, 'TaskRoleOnly');
    if (statement === undefined) throw new Error('no statement');
    expect(statement).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' }, Resource: objectsOf(purpose) });
    expect(actions(statement)).toEqual(
      expect.arrayContaining(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject']),
    );
    const exempt = [statement.Condition?.ArnNotEquals?.['aws:PrincipalArn']].flat();
    expect(exempt).toContain(`arn:aws:iam::${account}:role/mr-mentor-production-task`);
    expect(JSON.stringify(exempt)).not.toContain('*');
  });

  it.each(['student-documents', 'invoices'])('can still be emptied with development: %s', (purpose) => {
    const { id } = only(development, 'AWS::IAM::Role', 'CustomS3AutoDeleteObjects');
    const emptier = JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] });
    const refusals = policy(purpose, development, 'development').filter(
      (statement) =>
        statement.Sid === 'TaskRoleOnly' &&
        actions(statement).some((action) => action.startsWith('s3:DeleteObject')) &&
        !JSON.stringify(statement.Condition).includes(emptier),
    );
    expect(refusals).toEqual([]);
  });
});

describe('the CDN', () => {
  it("reads banner assets and nothing else, for this account's distributions", () => {
    expect(bucketPurposes.filter((purpose) => named(purpose, 'CdnReads').length > 0)).toEqual(['banner-assets']);
    expect(named('banner-assets', 'CdnReads')).toEqual([
      {
        Sid: 'CdnReads',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: objectsOf('banner-assets'),
        Condition: {
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` },
        },
      },
    ]);
  });

  it('may decrypt them', () => {
    const { KeyPolicy } = only(production, 'AWS::KMS::Key').Properties;
    expect(statements(KeyPolicy)).toContainEqual(
      expect.objectContaining({
        Sid: 'CdnDecrypts',
        Action: 'kms:Decrypt',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: {
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` },
        },
      }),
    );
  });
});

describe('access logs', () => {
  it("are encrypted by S3's own key, the only one that the load balancer writes to", () => {
    expect(bucket('access-logs').Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    expect(bucket('access-logs').Properties.LoggingConfiguration).toBeUndefined();
  });

  it.each([
    ['BucketLogDelivery', 'logging.s3.amazonaws.com', 's3/*', `arn:aws:s3:::mr-mentor-production-*`],
    [
      'LoadBalancerLogDelivery',
      'logdelivery.elasticloadbalancing.amazonaws.com',
      `alb/AWSLogs/${account}/*`,
      undefined,
    ],
    ['CdnLogDelivery', 'delivery.logs.amazonaws.com', 'cdn/*', `arn:aws:logs:us-east-1:${account}:delivery-source:*`],
  ])('come from %s, under its own prefix', (sid, Service, path, source) => {
    expect(named('access-logs', sid)).toEqual([
      {
        Sid: sid,
        Effect: 'Allow',
        Principal: { Service },
        Action: 's3:PutObject',
        Resource: objectsOf('access-logs', path),
        ...(source && {
          Condition: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': source } },
        }),
      },
    ]);
  });
});
