import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { bucketName } from '../config/names';
import { timings } from '../config/timings';
import { acknowledge } from '../policy/acknowledge';
import { AliasRecords, DomainNames } from './domain-names';
import type { Monitoring } from './monitoring';
import type { WebAcl } from './web-acl';

export interface LoadBalancerProps {
  readonly vpc: ec2.IVpc;
  readonly webAcl: WebAcl;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/** The public entrance: HTTPS only, one listener, nothing answered that no rule asks for. */
export class LoadBalancer extends Construct {
  readonly balancer: elbv2.ApplicationLoadBalancer;
  readonly listener: elbv2.ApplicationListener;

  constructor(scope: Construct, id: string, { vpc, webAcl, monitoring, env }: LoadBalancerProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer: HTTPS, and HTTP to redirect, from everywhere',
      allowAllOutbound: false,
    });
    for (const port of [ec2.Port.HTTPS, ec2.Port.HTTP])
      securityGroup.addIngressRule(ec2.Peer.anyIpv4(), port, 'The public API');

    this.balancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: { subnetGroupName: 'public' },
      internetFacing: true,
      securityGroup,
      idleTimeout: Duration.seconds(timings.albIdleTimeout),
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elbv2.DesyncMitigationMode.DEFENSIVE,
      deletionProtection: env.protectLoadBalancer,
    });
    this.balancer.setAttribute('access_logs.s3.enabled', 'true');
    this.balancer.setAttribute('access_logs.s3.bucket', bucketName(env, 'access-logs'));
    this.balancer.setAttribute('access_logs.s3.prefix', 'alb');
    const redirect = this.balancer.addListener('Http', {
      port: 80,
      open: false,
      defaultAction: elbv2.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    });
    const domainNames = new DomainNames(this, 'DomainNames', { of: 'api', domains: env.apiDomains, monitoring, env });
    this.listener = this.balancer.addListener('Https', {
      port: 443,
      open: false,
      certificates: [...domainNames.certificates],
      sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
      // Fixed: ECS moves the weights of the production rule only.
      defaultAction: elbv2.ListenerAction.fixedResponse(503, {
        contentType: 'application/json',
        messageBody: '{"success":false,"code":"NO_SUCH_HOST","message":"This host name is not served here."}',
      }),
    });
    new wafv2.CfnWebACLAssociation(this, 'WebAclAssociation', {
      resourceArn: this.balancer.loadBalancerArn,
      webAclArn: webAcl.arn,
    });
    new AliasRecords(this, 'Domains', { domainNames, target: new targets.LoadBalancerTarget(this.balancer) });
    acknowledge(redirect, {
      'NIST.800.53.R5-ELBv2ACMCertificateRequired':
        'It speaks plain HTTP, because all it does is to redirect to HTTPS.',
    });
    acknowledge(securityGroup, {
      'AwsSolutions-EC23':
        'This is the public API: web browsers and webhooks of other companies call it from anywhere.',
    });
    if (!env.protectLoadBalancer)
      acknowledge(this.balancer, {
        'NIST.800.53.R5-ELBDeletionProtectionEnabled':
          'Nobody outside the team depends on this environment, and it is meant to be torn down with one command.',
      });
  }
}
