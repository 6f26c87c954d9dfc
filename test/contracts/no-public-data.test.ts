import type { EnvironmentName } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { bucketName, bucketPurposes, replicaBucketName, replicatedPurposes } from '../../lib/config/names';
import { environmentNames, type LocatedResource, resourcesOf } from '../deployed';
import { referencesOf } from './references';

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: string | Readonly<Record<string, unknown>>;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
const everyone = (principal: Statement['Principal']) =>
  principal === '*' || (principal as Record<string, unknown>).AWS === '*';

/** Allow statements of a bucket policy that let in anyone but a service of AWS on behalf of this account. */
const strangers = (statements: readonly Statement[], account: string, insiders: readonly unknown[]) =>
  statements.filter(({ Effect, Principal, Condition, Resource }) => {
    if (Effect === 'Deny') return false;
    const principals = Principal as Record<string, unknown>;
    if (insiders.some((insider) => JSON.stringify(insider) === JSON.stringify(principals.AWS))) return false;
    const serviceOnly = Object.keys(principals).join() === 'Service';
    // A service acts for everybody's account unless the statement names ours.
    const ours =
      Condition?.StringEquals?.['aws:SourceAccount'] === account ||
      JSON.stringify(Condition?.ArnLike?.['aws:SourceArn'] ?? '').includes(`:${account}:`) ||
      JSON.stringify(Resource).includes(`/${account}/`);
    return !(serviceOnly && ours);
  });

const bucketStatements = (policy: LocatedResource): readonly Statement[] => policy.Properties.PolicyDocument.Statement;

/** Logical ids of the subnets from which no route leads out of the VPC. */
function isolatedSubnets(resources: readonly LocatedResource[]): string[] {
  const ref = (value: { Ref: string }) => value.Ref;
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const open = new Set(ofType('AWS::EC2::Route').map(({ Properties }) => ref(Properties.RouteTableId)));
  return ofType('AWS::EC2::SubnetRouteTableAssociation')
    .filter(({ Properties }) => !open.has(ref(Properties.RouteTableId)))
    .map(({ Properties }) => `network/${ref(Properties.SubnetId)}`);
}

const inside = (environment: EnvironmentName) => {
  const resources = resourcesOf(environment);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const only = (type: string): LocatedResource => {
    const [first, ...others] = ofType(type);
    if (first === undefined || others.length > 0) throw new Error(`expected one ${type}, not ${others.length + 1}`);
    return first;
  };
  return { resources, ofType, only };
};

describe.each(environmentNames)('in %s', (environment) => {
  const config = environments[environment];
  const { account } = config;
  const { resources, ofType, only } = inside(environment);
  const buckets = ofType('AWS::S3::Bucket');
  const replicated = config.recoveryRegion !== undefined;
  const replicas = replicated ? replicatedPurposes.map((purpose) => replicaBucketName(config, purpose)) : [];
  const policyOf = (bucket: LocatedResource) =>
    ofType('AWS::S3::BucketPolicy').find(({ Properties }) => Properties.Bucket.Ref === bucket.logicalId);
  /** Empties a bucket before CloudFormation deletes it, where data may go with its stack. */
  const emptier = resources.find(
    ({ logicalId, Type }) => Type === 'AWS::IAM::Role' && /AutoDeleteObjects/.test(logicalId),
  );
  const emptierArn = emptier && { 'Fn::GetAtt': [emptier.logicalId, 'Arn'] };

  it('has every bucket, by its name', () => {
    expect(buckets.map(({ Properties }) => Properties.BucketName).sort()).toEqual(
      [...bucketPurposes.map((purpose) => bucketName(config, purpose)), ...replicas].sort(),
    );
  });

  describe.each(buckets.map((bucket) => [bucket.logicalId, bucket] as const))('the bucket %s', (logicalId, bucket) => {
    it('is private, owned, encrypted and versioned', () => {
      const { Properties } = bucket;
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
      expect(Properties).not.toHaveProperty('AccessControl');
      expect(Properties).not.toHaveProperty('WebsiteConfiguration');
      const [{ ServerSideEncryptionByDefault }] = Properties.BucketEncryption.ServerSideEncryptionConfiguration;
      expect(ServerSideEncryptionByDefault).toEqual(
        // Elastic Load Balancing delivers its logs to no other encryption.
        Properties.BucketName === bucketName(config, 'access-logs')
          ? { SSEAlgorithm: 'AES256' }
          : { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } },
      );
    });

    it('refuses everyone who comes without TLS 1.2', () => {
      const Arn = { 'Fn::GetAtt': [logicalId, 'Arn'] };
      const Resource = [Arn, { 'Fn::Join': ['', [Arn, '/*']] }];
      const deny = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource };
      expect(policyOf(bucket)?.Properties.PolicyDocument.Statement).toEqual(
        expect.arrayContaining([
          { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          { ...deny, Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
        ]),
      );
    });

    it('lets in no stranger', () => {
      const policy = policyOf(bucket) as LocatedResource;
      expect(strangers(bucketStatements(policy), account, emptierArn ? [emptierArn] : [])).toEqual([]);
    });
  });

  it('AWS itself writes access logs and reads assets, and does nothing else', () => {
    const services = ofType('AWS::S3::BucketPolicy').flatMap((policy) =>
      bucketStatements(policy)
        .filter(
          ({ Effect, Principal }) => Effect === 'Allow' && typeof Principal === 'object' && 'Service' in Principal,
        )
        .map(({ Principal, Action }) => ({
          bucket: policy.Properties.Bucket.Ref.replace(/[0-9A-F]{8}$/, ''),
          service: (Principal as { Service: string }).Service,
          Action,
        })),
    );
    expect(services).toEqual([
      { bucket: 'StorageAccessLogs', service: 'logging.s3.amazonaws.com', Action: 's3:PutObject' },
      {
        bucket: 'StorageAccessLogs',
        service: 'logdelivery.elasticloadbalancing.amazonaws.com',
        Action: 's3:PutObject',
      },
      { bucket: 'StorageAccessLogs', service: 'delivery.logs.amazonaws.com', Action: 's3:PutObject' },
      { bucket: 'StorageBannerAssets', service: 'cloudfront.amazonaws.com', Action: 's3:GetObject' },
    ]);
  });

  it('may empty its buckets only where data goes with its stack', () => {
    expect(emptier !== undefined).toBe(config.removal === 'snapshot');
  });

  describe.each(['invoices', 'student-documents'] as const)('%s', (purpose) => {
    const bucket = buckets.find(({ Properties }) => Properties.BucketName === bucketName(config, purpose));
    const selected = only('AWS::Backup::BackupSelection').Properties.BackupSelection;

    it('are denied to everyone but the task role, and those who have to get at them', () => {
      const roleArn = (name: unknown) => `arn:aws:iam::${account}:role/${name}`;
      const taskRole = roleArn(
        resources.find(({ logicalId, Type }) => Type === 'AWS::IAM::Role' && /^ApplicationTaskRole/.test(logicalId))
          ?.Properties.RoleName,
      );
      const backedUp = selected.Resources.includes(`arn:aws:s3:::${bucketName(config, purpose)}`);
      const backupRole = ofType('AWS::IAM::Role').find(
        ({ stack, logicalId }) => stack === 'operations' && logicalId === selected.IamRoleArn['Fn::GetAtt'][0],
      )?.Properties.RoleName;
      const admitted = [
        taskRole,
        // A backup plan whose role is denied fails every night, and says so to nobody who reads the template.
        ...(backedUp ? [roleArn(backupRole ?? '<a name, so that the bucket policy can admit it>')] : []),
        // An emptied bucket can be deleted; one that denies its emptier makes `cdk destroy` fail.
        ...(emptierArn ? [emptierArn] : []),
      ];
      const denies = bucketStatements(policyOf(bucket as LocatedResource) as LocatedResource).filter(
        ({ Sid, Effect }) => Effect === 'Deny' && Sid !== undefined,
      );
      const common = {
        ...{ Effect: 'Deny', Principal: { AWS: '*' } },
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket?.logicalId, 'Arn'] }, '/*']] },
      };
      const reading = 's3:GetObjectVersionForReplication';
      expect(denies).toEqual([
        {
          ...{ Sid: 'TaskRoleOnly', ...common },
          Action: [
            's3:AbortMultipartUpload',
            's3:DeleteObject',
            's3:DeleteObjectVersion',
            's3:GetObject',
            's3:GetObjectVersion',
            ...(replicated ? [] : [reading]),
            's3:PutObject',
          ],
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': expect.anything() } },
        },
        // S3 itself reads for the copy in the recovery region, by this one action; the task role need not.
        ...(replicated
          ? [
              {
                ...{ Sid: 'ReplicationOnly', ...common, Action: reading },
                Condition: { ArnNotEquals: { 'aws:PrincipalArn': [roleArn(`mr-mentor-${environment}-replication`)] } },
              },
            ]
          : []),
      ]);
      const [deny] = denies;
      const byText = (a: unknown, b: unknown) => JSON.stringify(a).localeCompare(JSON.stringify(b));
      expect([...list(deny?.Condition?.ArnNotEquals?.['aws:PrincipalArn'])].sort(byText)).toEqual(
        admitted.sort(byText),
      );
    });
  });

  it('replicas are as closed as their originals, and nothing but replication writes them', () => {
    const readers = replicas.map((name) => {
      const bucket = buckets.find(({ Properties }) => Properties.BucketName === name);
      return bucketStatements(policyOf(bucket as LocatedResource) as LocatedResource)
        .filter(({ Effect, Sid }) => Effect === 'Allow' || Sid !== undefined)
        .map(({ Sid, Effect, Action, Condition }) => [
          Sid,
          Effect,
          Action,
          Condition?.ArnNotEquals?.['aws:PrincipalArn'],
        ]);
    });
    const role = (name: string) => [`arn:aws:iam::${account}:role/mr-mentor-${environment}-${name}`];
    const all = expect.arrayContaining([
      's3:GetObject',
      's3:GetObjectVersion',
      's3:PutObject',
      's3:DeleteObjectVersion',
    ]);
    const writes = ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'];
    expect(readers).toEqual(
      replicas.map(() => [
        ['TaskRoleOnly', 'Deny', all, role('task')],
        ['ReplicationOnly', 'Deny', writes, role('replication')],
      ]),
    );
  });

  it('the database is out of reach of the internet, encrypted, and speaks TLS only', () => {
    const { Properties } = only('AWS::RDS::DBInstance');
    expect(Properties).toMatchObject({ PubliclyAccessible: false, StorageEncrypted: true });
    const group = only('AWS::RDS::DBParameterGroup');
    expect(Properties.DBParameterGroupName).toEqual({ Ref: group.logicalId });
    expect(group.Properties.Parameters['rds.force_ssl']).toBe('1');
  });

  it('Redis is encrypted at rest and in transit, and asks for a token', () => {
    expect(only('AWS::ElastiCache::ReplicationGroup').Properties).toMatchObject({
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      AuthToken: expect.anything(),
    });
  });

  it.each([
    ['the database', 'AWS::RDS::DBInstance', 'DBSubnetGroupName', 'AWS::RDS::DBSubnetGroup'],
    ['Redis', 'AWS::ElastiCache::ReplicationGroup', 'CacheSubnetGroupName', 'AWS::ElastiCache::SubnetGroup'],
  ])('%s is in subnets from which no route leads out', (_, type, property, groupType) => {
    const group = only(groupType);
    expect(only(type).Properties[property]).toEqual({ Ref: group.logicalId });
    const resolve = referencesOf(environment);
    const subnets: string[] = group.Properties.SubnetIds.map((id: unknown) => resolve(group.stack, id));
    expect(subnets).toHaveLength(config.availabilityZones.length);
    const isolated = isolatedSubnets(resources.filter(({ stack }) => stack === 'network'));
    expect(subnets.filter((subnet) => !isolated.includes(subnet))).toEqual([]);
  });

  it('no subnet hands out public addresses, and no task has one', () => {
    for (const { Properties } of ofType('AWS::EC2::Subnet')) expect(Properties.MapPublicIpOnLaunch).toBe(false);
    for (const { Properties } of ofType('AWS::ECS::Service'))
      expect(Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
  });

  it('CloudFront signs what it asks of the assets, and of no other bucket', () => {
    const { DistributionConfig } = only('AWS::CloudFront::Distribution').Properties;
    const control = only('AWS::CloudFront::OriginAccessControl');
    expect(control.Properties.OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
    expect(DistributionConfig.Origins).toEqual([
      {
        Id: expect.any(String),
        DomainName: `${bucketName(config, 'banner-assets')}.s3.${config.region}.amazonaws.com`,
        OriginAccessControlId: { 'Fn::GetAtt': [control.logicalId, 'Id'] },
        S3OriginConfig: { OriginAccessIdentity: '' },
      },
    ]);
    expect(DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy).toBe('redirect-to-https');
    expect(DistributionConfig).not.toHaveProperty('CacheBehaviors');
  });

  it('secrets, topics and keys are open to no other account', () => {
    const documents = resources.flatMap(({ Type, Properties, logicalId }) => {
      const document =
        Properties?.ResourcePolicy ?? Properties?.KeyPolicy ?? (/Topic/.test(Type) && Properties?.PolicyDocument);
      return document ? document.Statement.map((statement: Statement) => ({ logicalId, statement })) : [];
    }) as { logicalId: string; statement: Statement }[];
    expect(documents.length).toBeGreaterThan(7);
    const open = documents.filter(
      ({ statement }) =>
        statement.Effect === 'Allow' &&
        (everyone(statement.Principal) ||
          list((statement.Principal as { AWS?: unknown }).AWS ?? []).some(
            (arn) => !JSON.stringify(arn).includes(account),
          )),
    );
    expect(open).toEqual([]);
  });
});

describe('the checks see', () => {
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } as const;

  it.each([
    ['everyone', { ...allow, Principal: '*' }],
    ['every AWS principal', { ...allow, Principal: { AWS: '*' } }],
    ['another account', { ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
    ['a service on behalf of anybody', { ...allow, Principal: { Service: 'cloudfront.amazonaws.com' } }],
  ])('%s in a bucket policy', (_, statement) => {
    expect(strangers([statement], '000000000001', [])).toEqual([statement]);
  });

  it('a data subnet with a route out', () => {
    const at = { stack: 'network' } as const;
    const association = (id: string) => ({
      ...at,
      logicalId: `${id}Association`,
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: { Ref: id }, RouteTableId: { Ref: `${id}Table` } },
    });
    const route = {
      ...at,
      logicalId: 'Route',
      Type: 'AWS::EC2::Route',
      Properties: { RouteTableId: { Ref: 'OpenTable' }, NatGatewayId: { Ref: 'Nat' } },
    };
    expect(isolatedSubnets([association('Open'), association('Closed'), route])).toEqual(['network/Closed']);
  });
});
