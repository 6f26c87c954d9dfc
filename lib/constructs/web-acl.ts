import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application } from '../config/names';
import type { EncryptionKey } from './encryption-key';
import { LogGroup } from './log-group';
import type { Monitoring } from './monitoring';
import { watchWebAcl } from './web-acl-alarm';

export interface WebAclProps {
  readonly env: EnvironmentConfig;
  readonly encryptionKey: EncryptionKey;
  readonly monitoring: Monitoring;
  /** `CLOUDFRONT` lives in us-east-1. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Requests of one address in five minutes before it is blocked, 10 to 2,000,000,000 (WAF). */
  readonly requestsPerFiveMinutes: number;
}

/**
 * Rules of the common set that take this platform's own traffic for an attack: bodies of up to 20 MB, lessons
 * and e-mails that are HTML, vendors' programs without a User-Agent. They are counted and logged, not blocked.
 */
const countedRules = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
  'NoUserAgent_HEADER',
];

/** AWS's managed rules and a limit for each address, in front of what is public. */
export class WebAcl extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const metricName = `${application}-${props.env.name}-${props.scope.toLowerCase()}`;
    const acl = new wafv2.CfnWebACL(this, 'WebAcl', {
      description: `${props.scope} requests of ${props.env.name}`,
      scope: props.scope,
      defaultAction: { allow: {} },
      // Staging and demo share an account: a name without the environment would mix their metrics.
      visibilityConfig: visibility(metricName),
      rules: [
        managed(0, 'AWSManagedRulesAmazonIpReputationList'),
        managed(1, 'AWSManagedRulesKnownBadInputsRuleSet'),
        managed(2, 'AWSManagedRulesCommonRuleSet', countedRules),
        {
          name: 'requests-per-address',
          priority: 3,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { limit: props.requestsPerFiveMinutes, aggregateKeyType: 'IP' } },
          visibilityConfig: visibility('requests-per-address'),
        },
      ],
    });
    this.arn = acl.attrArn;
    this.logBlockedRequests(acl, props);
    watchWebAcl(this, { ...props, metricName });
  }

  private logBlockedRequests(acl: wafv2.CfnWebACL, { env, encryptionKey, scope }: WebAclProps): void {
    const name = `aws-waf-logs-${application}-${env.name}-${scope.toLowerCase()}`;
    const logGroup = new LogGroup(this, 'Logs', { env, encryptionKey, name });
    new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // WAF wants the ARN without the `:*` that the log group's attribute ends with.
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logGroup.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
        { singleHeader: { Name: 'x-api-key' } },
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }, { ActionCondition: { Action: 'COUNT' } }],
          },
        ],
      },
    });
  }
}

const visibility = (metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});

const managed = (priority: number, name: string, counted: readonly string[] = []): wafv2.CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visibility(name),
});
