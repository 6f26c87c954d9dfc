import { environments } from '../../lib/config/environments';
import { EncryptionKey } from '../../lib/constructs/encryption-key';
import { Monitoring } from '../../lib/constructs/monitoring';
import { WebAcl } from '../../lib/constructs/web-acl';
import { account, only, stack, templateOfStack } from './stack';

describe.each([
  ['REGIONAL', 'ap-south-1', 5_000],
  ['CLOUDFRONT', 'us-east-1', 20_000],
] as const)('a web ACL of scope %s in %s', (scope, region, requestsPerFiveMinutes) => {
  const own = stack(region);
  const monitoring = new Monitoring();
  const encryptionKey = new EncryptionKey(own, 'Key', { description: 'x', alias: 'x' }).allowLogs();
  const webAcl = new WebAcl(own, 'WebAcl', {
    env: environments.demo,
    encryptionKey,
    monitoring,
    scope,
    requestsPerFiveMinutes,
  });
  const template = templateOfStack(own);
  const acl = only(template, 'AWS::WAFv2::WebACL');
  const rules: { Name: string; Priority: number; Statement: unknown }[] = acl.Properties.Rules;

  it('has its scope and allows what no rule stops', () => {
    expect(acl.Properties).toMatchObject({ Scope: scope, DefaultAction: { Allow: {} } });
    expect(own.resolve(webAcl.arn)).toEqual({ 'Fn::GetAtt': [acl.id, 'Arn'] });
  });

  it("asks AWS's rules first, then counts requests", () => {
    expect([...rules].sort((a, b) => a.Priority - b.Priority).map(({ Name }) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
      'requests-per-address',
    ]);
    expect(new Set(rules.map(({ Priority }) => Priority)).size).toBe(4);
  });

  it('lets AWS block, except for what this platform sends itself', () => {
    for (const rule of rules.filter(({ Name }) => Name.startsWith('AWS')))
      expect(rule).toMatchObject({
        OverrideAction: { None: {} },
        Statement: {
          ManagedRuleGroupStatement: {
            VendorName: 'AWS',
            Name: rule.Name,
            RuleActionOverrides:
              rule.Name === 'AWSManagedRulesCommonRuleSet'
                ? [
                    'SizeRestrictions_BODY',
                    'CrossSiteScripting_BODY',
                    'GenericLFI_BODY',
                    'GenericRFI_BODY',
                    'EC2MetaDataSSRF_BODY',
                    'NoUserAgent_HEADER',
                  ].map((Name) => ({ Name, ActionToUse: { Count: {} } }))
                : [],
          },
        },
      });
  });

  it('answers 429 to an address that asks too often', () => {
    expect(rules.find(({ Name }) => Name === 'requests-per-address')).toMatchObject({
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: requestsPerFiveMinutes } },
    });
  });

  it('logs what it blocked or counted, encrypted, without credentials', () => {
    const group = only(template, 'AWS::Logs::LogGroup');
    expect(group.Properties).toMatchObject({
      LogGroupName: `aws-waf-logs-mr-mentor-demo-${scope.toLowerCase()}`,
      KmsKeyId: { 'Fn::GetAtt': [only(template, 'AWS::KMS::Key').id, 'Arn'] },
      RetentionInDays: 90,
    });
    const logging = only(template, 'AWS::WAFv2::LoggingConfiguration').Properties;
    expect(logging).toMatchObject({
      ResourceArn: { 'Fn::GetAtt': [acl.id, 'Arn'] },
      LogDestinationConfigs: [
        { 'Fn::Join': ['', [`arn:aws:logs:${region}:${account}:log-group:`, { Ref: group.id }]] },
      ],
      LoggingFilter: {
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
    expect(
      logging.RedactedFields.map(({ SingleHeader }: { SingleHeader: { Name: string } }) => SingleHeader.Name),
    ).toEqual(['authorization', 'cookie', 'x-api-key']);
  });
});
