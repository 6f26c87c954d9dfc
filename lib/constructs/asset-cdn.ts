import { Arn, ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application, bucketName } from '../config/names';
import { acknowledge } from '../policy/acknowledge';
import { watchCdn } from './cdn-alarm';
import type { DomainNames } from './domain-names';
import type { Monitoring } from './monitoring';
import type { WebAcl } from './web-acl';

export interface AssetCdnProps {
  readonly webAcl: WebAcl;
  readonly domainNames: DomainNames;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/** CloudFront in front of the banner assets. The bucket is in another region, so it is known by name. */
export class AssetCdn extends Construct {
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, { webAcl, domainNames, monitoring, env }: AssetCdnProps) {
    super(scope, id);
    const bucket = s3.Bucket.fromBucketAttributes(this, 'Assets', {
      bucketName: bucketName(env, 'banner-assets'),
      region: env.region,
    });
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Assets of ${env.name}`,
      domainNames: [env.assetsDomain.name],
      certificate: domainNames.certificates[0],
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      // 200 has India; 100 would serve it from Europe.
      priceClass: cloudfront.PriceClass.PRICE_CLASS_200,
      webAclId: webAcl.arn,
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        originRequestPolicy: cloudfront.OriginRequestPolicy.CORS_S3_ORIGIN,
        responseHeadersPolicy: this.securityHeaders(env),
        compress: true,
      },
    });
    this.deliverLogs(env);
    watchCdn(this.distribution, monitoring);
    this.acknowledge();
  }

  private securityHeaders(env: EnvironmentConfig): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, 'SecurityHeaders', {
      comment: `Security headers of ${env.name}`,
      securityHeadersBehavior: {
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: {
          referrerPolicy: cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
          override: true,
        },
        // An uploaded SVG or HTML file must not run as a page of our domain.
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; sandbox", override: true },
      },
      corsBehavior: {
        accessControlAllowOrigins: [...env.origins],
        accessControlAllowMethods: ['GET', 'HEAD', 'OPTIONS'],
        accessControlAllowHeaders: ['*'],
        accessControlAllowCredentials: false,
        accessControlMaxAge: Duration.hours(1),
        originOverride: true,
      },
    });
  }

  /** Standard logging v2: version 1 writes by ACL, which the log bucket does not have. */
  private deliverLogs(env: EnvironmentConfig): void {
    const source = new logs.CfnDeliverySource(this, 'LogSource', {
      name: `${application}-${env.name}-cdn`,
      logType: 'ACCESS_LOGS',
      resourceArn: this.distribution.distributionArn,
    });
    const destination = new logs.CfnDeliveryDestination(this, 'LogDestination', {
      name: `${application}-${env.name}-cdn`,
      outputFormat: 'json',
      destinationResourceArn: Arn.format(
        {
          service: 's3',
          region: '',
          account: '',
          resource: `${bucketName(env, 'access-logs')}/cdn`,
          arnFormat: ArnFormat.NO_RESOURCE_NAME,
        },
        Stack.of(this),
      ),
    });
    const delivery = new logs.CfnDelivery(this, 'LogDelivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
    });
    delivery.addResourceDependency(source);
  }

  private acknowledge(): void {
    const logging =
      'Access logs are delivered by standard logging v2 (LogDelivery beside it), which this rule does not know.';
    acknowledge(this.distribution, {
      'AwsSolutions-CFR1': 'The platform has students and alumni in every country; there is none to shut out.',
      'AwsSolutions-CFR3': logging,
      '@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac':
        'The bucket and its policy are in the storage stack (lib/constructs/cdn-origin-access.ts).',
    });
  }
}
