import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import type { Domain } from '../../lib/config/environment';
import { AliasRecords, DomainNames } from '../../lib/constructs/domain-names';
import { Monitoring } from '../../lib/constructs/monitoring';
import { account, all, only, stack, templateOfStack } from './stack';

const certificateArn = `arn:aws:acm:ap-south-1:${account}:certificate/0a-1b`;
const zone = { name: 'mrmentor.in', id: 'Z0123456789ABCDEFGHIJ' };
const inZone: Domain = { name: 'api.mrmentor.in', hostedZone: zone };
const alsoInZone: Domain = { name: 'www.mrmentor.in', hostedZone: zone };
const delegated: Domain = { name: 'api.myanalyticsschool.com', delegated: true };
const elsewhere: Domain = { name: 'api.example.com', certificateArn };

function namesFor(domains: readonly Domain[], removal: 'retain' | 'snapshot' = 'retain') {
  const own = stack();
  const domainNames = new DomainNames(own, 'Names', {
    of: 'api',
    domains,
    monitoring: new Monitoring(),
    env: { removal },
  });
  const balancer = elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(own, 'Balancer', {
    loadBalancerArn: `arn:aws:elasticloadbalancing:ap-south-1:${account}:loadbalancer/app/a/b`,
    loadBalancerDnsName: 'balancer.example.com',
    loadBalancerCanonicalHostedZoneId: 'ZP97RAFLXTNZK',
    securityGroupId: 'sg-1',
  });
  new AliasRecords(own, 'Records', { domainNames, target: new targets.LoadBalancerTarget(balancer) });
  return { own, domainNames, template: templateOfStack(own) };
}
const records = (domains: readonly Domain[]) =>
  all(namesFor(domains).template, 'AWS::Route53::RecordSet').map(({ Properties }) => Properties);

describe('a name in a hosted zone that exists', () => {
  const { template } = namesFor([inZone]);

  it('is proven there, and no zone is made', () => {
    template.resourceCountIs('AWS::Route53::HostedZone', 0);
    expect(only(template, 'AWS::CertificateManager::Certificate').Properties).toMatchObject({
      DomainName: 'api.mrmentor.in',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'api.mrmentor.in', HostedZoneId: zone.id }],
    });
  });

  it('leads to the target', () => {
    expect(only(template, 'AWS::Route53::RecordSet').Properties).toMatchObject({
      Name: 'api.mrmentor.in.',
      Type: 'A',
      HostedZoneId: zone.id,
      AliasTarget: { DNSName: 'dualstack.balancer.example.com', HostedZoneId: 'ZP97RAFLXTNZK' },
    });
  });
});

describe('a name that still leads to another system', () => {
  it('is proven, and left where it leads', () => {
    const { template } = namesFor([{ ...inZone, record: false }]);
    expect(only(template, 'AWS::CertificateManager::Certificate').Properties.DomainName).toBe('api.mrmentor.in');
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
  });
});

describe('a name that is delegated', () => {
  it('gets a zone of its own, proven and served there', () => {
    const { template } = namesFor([delegated]);
    const made = only(template, 'AWS::Route53::HostedZone');
    expect(made.Properties.Name).toBe('api.myanalyticsschool.com.');
    expect(only(template, 'AWS::CertificateManager::Certificate').Properties.DomainValidationOptions).toEqual([
      { DomainName: 'api.myanalyticsschool.com', HostedZoneId: { Ref: made.id } },
    ]);
    expect(only(template, 'AWS::Route53::RecordSet').Properties.HostedZoneId).toEqual({ Ref: made.id });
  });

  it.each([
    ['retain', 'Retain'],
    ['snapshot', 'Delete'],
  ] as const)('keeps its name servers where data is kept: %s', (removal, policy) => {
    expect(only(namesFor([delegated], removal).template, 'AWS::Route53::HostedZone')).toMatchObject({
      DeletionPolicy: policy,
      UpdateReplacePolicy: policy,
    });
  });
});

describe('a name whose certificate is given', () => {
  it('is served with it; nothing is made and no record written', () => {
    const { own, domainNames, template } = namesFor([elsewhere]);
    expect(domainNames.certificates.map((certificate) => own.resolve(certificate.certificateArn))).toEqual([
      certificateArn,
    ]);
    expect(domainNames.zones.size).toBe(0);
    expect(template.toJSON().Resources ?? {}).toEqual({});
  });
});

describe('several names', () => {
  it('share one certificate, each proven in its own zone', () => {
    const { template } = namesFor([inZone, delegated]);
    const { DomainName, SubjectAlternativeNames, DomainValidationOptions } = only(
      template,
      'AWS::CertificateManager::Certificate',
    ).Properties;
    expect([DomainName, ...SubjectAlternativeNames]).toEqual(['api.mrmentor.in', 'api.myanalyticsschool.com']);
    expect(DomainValidationOptions).toEqual([
      { DomainName: 'api.mrmentor.in', HostedZoneId: zone.id },
      {
        DomainName: 'api.myanalyticsschool.com',
        HostedZoneId: { Ref: only(template, 'AWS::Route53::HostedZone').id },
      },
    ]);
  });

  it('may share a hosted zone', () => {
    expect(records([inZone, alsoInZone]).map(({ Name, HostedZoneId }) => [Name, HostedZoneId])).toEqual([
      ['api.mrmentor.in.', zone.id],
      ['www.mrmentor.in.', zone.id],
    ]);
  });

  it('put the certificate that is made before those that are given', () => {
    const { own, domainNames, template } = namesFor([elsewhere, delegated]);
    expect(domainNames.certificates.map((certificate) => own.resolve(certificate.certificateArn))).toEqual([
      { Ref: only(template, 'AWS::CertificateManager::Certificate').id },
      certificateArn,
    ]);
    expect([...domainNames.zones.keys()]).toEqual(['api.myanalyticsschool.com']);
  });
});
