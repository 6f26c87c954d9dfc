import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from './config/environment';
import { DomainNames } from './constructs/domain-names';
import { EncryptionKey } from './constructs/encryption-key';
import type { Monitoring } from './constructs/monitoring';
import { WebAcl } from './constructs/web-acl';

export interface EdgeStackProps extends StackProps {
  readonly config: EnvironmentConfig;
  /** Of this region: an alarm has to be where its metric is. */
  readonly monitoring: Monitoring;
}

/** What CloudFront takes from us-east-1 only: its web ACL and its certificate. */
export class EdgeStack extends Stack {
  readonly domainNames: DomainNames;
  readonly webAcl: WebAcl;

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    const { config, monitoring } = props;
    const encryptionKey = new EncryptionKey(this, 'Key', {
      description: `Blocked requests to the CDN of ${config.name}`,
      alias: `mr-mentor/${config.name}/edge`,
      outlivesStack: config.removal === 'retain',
    }).allowLogs();
    this.domainNames = new DomainNames(this, 'Assets', {
      of: 'assets',
      domains: [config.assetsDomain],
      monitoring,
      env: config,
    });
    this.webAcl = new WebAcl(this, 'WebAcl', {
      env: config,
      encryptionKey,
      monitoring,
      scope: 'CLOUDFRONT',
      // A page loads dozens of assets, and whole schools share an address.
      requestsPerFiveMinutes: 20_000,
    });
  }
}
