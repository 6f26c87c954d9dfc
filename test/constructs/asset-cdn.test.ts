import { Template } from 'aws-cdk-lib/assertions';
import { CdnStack } from '../../lib/cdn-stack';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { Monitoring } from '../../lib/constructs/monitoring';
import { EdgeStack } from '../../lib/edge-stack';
import { account, all, app, only } from './stack';

function cdnOf(environment: EnvironmentConfig) {
  const scope = app();
  const env = { account, region: 'us-east-1' };
  const config = { ...environment, account };
  const monitoring = new Monitoring();
  const edge = new EdgeStack(scope, 'edge', { config, env, monitoring });
  const { webAcl, domainNames } = edge;
  return {
    template: Template.fromStack(new CdnStack(scope, 'cdn', { config, env, webAcl, domainNames, monitoring })),
    edge: Template.fromStack(edge),
  };
}
const { template, edge } = cdnOf(environments.production);
const distribution = only(template, 'AWS::CloudFront::Distribution');
const config = distribution.Properties.DistributionConfig;

it("serves the environment's asset domain in TLS 1.2 or newer, over HTTP/2 and HTTP/3", () => {
  expect(config).toMatchObject({
    Enabled: true,
    Aliases: ['assets.myanalyticsschool.com'],
    HttpVersion: 'http2and3',
    ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
  });
  const exported = JSON.stringify(edge.toJSON().Outputs);
  expect(exported).toContain(config.ViewerCertificate.AcmCertificateArn['Fn::ImportValue']);
  expect(config.ViewerCertificate.AcmCertificateArn['Fn::ImportValue']).toContain('AssetsCertificate');
});

it('stands behind the web ACL of the edge', () => {
  expect(config.WebACLId['Fn::ImportValue']).toContain('WebAcl');
  expect(only(edge, 'AWS::WAFv2::WebACL').Properties.Scope).toBe('CLOUDFRONT');
});

it('has edges in India, where the users are', () => expect(config.PriceClass).toBe('PriceClass_200'));

it('reads the private bucket as itself, by signed requests', () => {
  const control = only(template, 'AWS::CloudFront::OriginAccessControl');
  expect(control.Properties.OriginAccessControlConfig).toMatchObject({
    OriginAccessControlOriginType: 's3',
    SigningBehavior: 'always',
    SigningProtocol: 'sigv4',
  });
  expect(config.Origins).toEqual([
    expect.objectContaining({
      DomainName: `mr-mentor-production-banner-assets-${account}.s3.ap-south-1.amazonaws.com`,
      OriginAccessControlId: { 'Fn::GetAtt': [control.id, 'Id'] },
      S3OriginConfig: { OriginAccessIdentity: '' },
    }),
  ]);
});

it('only reads, compresses, and redirects plain HTTP', () => {
  expect(config.DefaultCacheBehavior).toMatchObject({
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
    Compress: true,
    ViewerProtocolPolicy: 'redirect-to-https',
    ResponseHeadersPolicyId: { Ref: only(template, 'AWS::CloudFront::ResponseHeadersPolicy').id },
  });
  expect(config.CacheBehaviors).toBeUndefined();
});

describe('every answer', () => {
  const headers = only(template, 'AWS::CloudFront::ResponseHeadersPolicy').Properties.ResponseHeadersPolicyConfig;

  it('has security headers that the origin cannot weaken', () => {
    expect(headers.SecurityHeadersConfig).toEqual({
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: false, Override: true },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: true },
      ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'; sandbox", Override: true },
    });
  });

  it('may be read by pages of the environment, without credentials', () => {
    expect(headers.CorsConfig).toMatchObject({
      AccessControlAllowOrigins: { Items: environments.production.origins },
      AccessControlAllowCredentials: false,
      AccessControlAllowMethods: { Items: ['GET', 'HEAD', 'OPTIONS'] },
      OriginOverride: true,
    });
  });
});

it('delivers its access logs to the log bucket, as JSON', () => {
  const source = only(template, 'AWS::Logs::DeliverySource');
  const destination = only(template, 'AWS::Logs::DeliveryDestination');
  expect(source.Properties).toMatchObject({
    Name: 'mr-mentor-production-cdn',
    LogType: 'ACCESS_LOGS',
    ResourceArn: {
      'Fn::Join': ['', [`arn:aws:cloudfront::${account}:distribution/`, { Ref: distribution.id }]],
    },
  });
  expect(destination.Properties).toMatchObject({
    DestinationResourceArn: `arn:aws:s3:::mr-mentor-production-access-logs-${account}/cdn`,
    OutputFormat: 'json',
  });
  const delivery = only(template, 'AWS::Logs::Delivery');
  expect(delivery.Properties).toMatchObject({
    DeliverySourceName: source.Properties.Name,
    DeliveryDestinationArn: { 'Fn::GetAtt': [destination.id, 'Arn'] },
  });
  expect(delivery.DependsOn).toEqual([source.id]);
});

it('is found under its name, by IPv4 and IPv6', () => {
  const records = all(template, 'AWS::Route53::RecordSet');
  expect(records.map(({ Properties }) => Properties.Type)).toEqual(['A', 'AAAA']);
  for (const { Properties } of records)
    expect(Properties).toMatchObject({
      Name: 'assets.myanalyticsschool.com.',
      AliasTarget: { DNSName: { 'Fn::GetAtt': [distribution.id, 'DomainName'] } },
    });
});

it('is made for an environment whose DNS is elsewhere, with its certificate and no record', () => {
  const certificateArn = `arn:aws:acm:us-east-1:${account}:certificate/0a-1b`;
  const given = cdnOf({ ...environments.staging, assetsDomain: { name: 'a.example.com', certificateArn } }).template;
  given.resourceCountIs('AWS::Route53::RecordSet', 0);
  expect(only(given, 'AWS::CloudFront::Distribution').Properties.DistributionConfig).toMatchObject({
    Aliases: ['a.example.com'],
    ViewerCertificate: { AcmCertificateArn: certificateArn },
  });
});
