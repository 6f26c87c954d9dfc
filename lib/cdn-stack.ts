import { Stack, type StackProps } from 'aws-cdk-lib';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { AssetCdn } from './constructs/asset-cdn';
import { AliasRecords, type DomainNames } from './constructs/domain-names';
import type { Monitoring } from './constructs/monitoring';
import type { WebAcl } from './constructs/web-acl';

export interface CdnStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  readonly webAcl: WebAcl;
  readonly domainNames: DomainNames;
  /** Of this region: an alarm has to be where its metric is. */
  readonly monitoring: Monitoring;
}

/** In us-east-1, beside its web ACL and certificate: see docs/decisions/0003-cdn-in-us-east-1.md. */
export class CdnStack extends Stack {
  constructor(scope: Construct, id: string, props: CdnStackProps) {
    super(scope, id, props);
    const { config, webAcl, domainNames, monitoring } = props;
    const cdn = new AssetCdn(this, 'Assets', { webAcl, domainNames, monitoring, env: config });
    new AliasRecords(this, 'Domain', {
      domainNames,
      target: new targets.CloudFrontTarget(cdn.distribution),
      ipv6: true,
    });
  }
}
