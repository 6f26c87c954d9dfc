import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { EnvironmentConfig } from '../../lib/config/environment';
import { environments } from '../../lib/config/environments';
import { timings } from '../../lib/config/timings';
import { EncryptionKey } from '../../lib/constructs/encryption-key';
import { LoadBalancer } from '../../lib/constructs/load-balancer';
import { Monitoring } from '../../lib/constructs/monitoring';
import { TargetGroup } from '../../lib/constructs/target-group';
import { WebAcl } from '../../lib/constructs/web-acl';
import { NetworkStack } from '../../lib/network-stack';
import { account, all, app, attributes, only, region } from './stack';

function entranceOf(config: EnvironmentConfig): Template {
  const scope = app();
  const monitoring = new Monitoring();
  const env = { account, region };
  const { vpc } = new NetworkStack(scope, 'network', { config, env, monitoring }).network;
  const own = new Stack(scope, 'own', { env });
  const encryptionKey = new EncryptionKey(own, 'Key', { description: 'x', alias: 'x' });
  const webAcl = new WebAcl(own, 'WebAcl', {
    env: config,
    encryptionKey,
    monitoring,
    scope: 'REGIONAL',
    requestsPerFiveMinutes: 100,
  });
  new LoadBalancer(own, 'LoadBalancer', { vpc, webAcl, monitoring, env: { ...config, account } });
  new TargetGroup(own, 'Targets', vpc);
  return Template.fromStack(own);
}
const production = entranceOf(environments.production);
const development = entranceOf(environments.development);
const certificateArn = `arn:aws:acm:ap-south-1:${account}:certificate/0a-1b`;
const elsewhere = entranceOf({
  ...environments.staging,
  apiDomains: [{ name: 'api.example.com', certificateArn }],
});

describe('the load balancer', () => {
  const balancer = only(production, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  const settings = attributes(balancer.Properties.LoadBalancerAttributes);
  const listener = (port: number, template = production) =>
    all(template, 'AWS::ElasticLoadBalancingV2::Listener').find(({ Properties }) => Properties.Port === port)
      ?.Properties;

  it('is public, in the public subnets', () => {
    expect(balancer.Properties.Scheme).toBe('internet-facing');
    expect(JSON.stringify(balancer.Properties.Subnets).match(/VpcpublicSubnet[123]Subnet/g)).toHaveLength(3);
  });

  it('drops what could be read in two ways, and waits as long as the timings say', () => {
    expect(settings).toMatchObject({
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'defensive',
      'idle_timeout.timeout_seconds': String(timings.albIdleTimeout),
    });
  });

  it('logs every access', () => {
    expect(settings).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': `mr-mentor-production-access-logs-${account}`,
      'access_logs.s3.prefix': 'alb',
    });
  });

  it('is protected from deletion in production, and not in development', () => {
    const open = only(development, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.LoadBalancerAttributes;
    expect(settings['deletion_protection.enabled']).toBe('true');
    expect(attributes(open)['deletion_protection.enabled']).toBe('false');
  });

  it('speaks TLS 1.2 and 1.3 on 443, redirects 80, and listens to nothing else', () => {
    production.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 2);
    expect(listener(443)).toMatchObject({
      Protocol: 'HTTPS',
      SslPolicy: expect.stringMatching(/^ELBSecurityPolicy-TLS13-1-2-/),
      Certificates: [{ CertificateArn: { Ref: only(production, 'AWS::CertificateManager::Certificate').id } }],
    });
    expect(listener(80)).toMatchObject({
      Protocol: 'HTTP',
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
  });

  it('answers a host that no rule knows by itself, in the shape of the API', () => {
    const [action, ...others] = listener(443)?.DefaultActions ?? [];
    expect(others).toEqual([]);
    expect(action).toMatchObject({
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '503', ContentType: 'application/json' },
    });
    expect(JSON.parse(action.FixedResponseConfig.MessageBody)).toMatchObject({ success: false, code: 'NO_SUCH_HOST' });
  });

  it('lets the world in on 80 and 443, and goes nowhere that is not stated', () => {
    const group = all(production, 'AWS::EC2::SecurityGroup', 'LoadBalancer')[0]?.Properties;
    expect(
      group.SecurityGroupIngress.map(({ CidrIp, FromPort }: Record<string, unknown>) => [CidrIp, FromPort]),
    ).toEqual([
      ['0.0.0.0/0', 443],
      ['0.0.0.0/0', 80],
    ]);
    expect(group.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '255.255.255.255/32' })]);
  });

  it('stands behind the web ACL', () => {
    expect(only(production, 'AWS::WAFv2::WebACLAssociation').Properties).toEqual({
      ResourceArn: { Ref: balancer.id },
      WebACLArn: { 'Fn::GetAtt': [only(production, 'AWS::WAFv2::WebACL').id, 'Arn'] },
    });
  });

  it("is found under all of the environment's names", () => {
    expect(
      all(production, 'AWS::Route53::RecordSet').map(({ Properties: { Name, AliasTarget } }) => [
        Name,
        AliasTarget.HostedZoneId,
      ]),
    ).toEqual(
      ['api.mrmentor.in.', 'api.myanalyticsschool.com.'].map((name) => [
        name,
        { 'Fn::GetAtt': [balancer.id, 'CanonicalHostedZoneID'] },
      ]),
    );
  });

  it('takes a certificate that is given, and then writes no record', () => {
    elsewhere.resourceCountIs('AWS::Route53::RecordSet', 0);
    elsewhere.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    expect(listener(443, elsewhere)?.Certificates).toEqual([{ CertificateArn: certificateArn }]);
  });
});

describe('a target group', () => {
  const { Properties } = only(production, 'AWS::ElasticLoadBalancingV2::TargetGroup');

  it('sends HTTP to the port of the container, by address', () => {
    expect(Properties).toMatchObject({ TargetType: 'ip', Protocol: 'HTTP', Port: 8000 });
  });

  it('asks for health as the timings say', () => {
    expect(Properties).toMatchObject({
      HealthCheckPath: '/api/health',
      Matcher: { HttpCode: '200' },
      HealthCheckIntervalSeconds: timings.healthCheckInterval,
      HealthCheckTimeoutSeconds: timings.healthCheckTimeout,
      HealthyThresholdCount: timings.healthyThreshold,
      UnhealthyThresholdCount: timings.unhealthyThreshold,
    });
  });

  it("drains as long as the timings say and keeps a browser's polling on one task", () => {
    expect(attributes(Properties.TargetGroupAttributes)).toMatchObject({
      'deregistration_delay.timeout_seconds': String(timings.deregistrationDelay),
      'stickiness.enabled': 'true',
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '3600',
    });
  });
});
