import { RemovalPolicy } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Domain, EnvironmentConfig } from '../config/environment';
import { watchCertificates } from './certificate-alarm';
import type { Monitoring } from './monitoring';

export interface DomainNamesProps {
  /** What they lead to; tells their alarm from others. */
  readonly of: 'api' | 'assets';
  readonly domains: readonly Domain[];
  readonly monitoring: Monitoring;
  readonly env: Pick<EnvironmentConfig, 'removal'>;
}

/** Host names with the hosted zones their records go to and the certificates that prove them. */
export class DomainNames extends Construct {
  /** At least one. */
  readonly certificates: readonly acm.ICertificate[];
  /** By host name; those whose DNS is managed elsewhere are not in it. */
  readonly zones: ReadonlyMap<string, route53.IHostedZone>;
  /** Host names that are to lead here. */
  readonly recordNames: ReadonlySet<string>;

  constructor(scope: Construct, id: string, { of, domains, monitoring, env }: DomainNamesProps) {
    super(scope, id);
    const zones = new Map<string, route53.IHostedZone>();
    const certificates: acm.ICertificate[] = [];
    for (const domain of domains)
      if ('certificateArn' in domain)
        certificates.push(acm.Certificate.fromCertificateArn(this, domain.name, domain.certificateArn));
      else if ('hostedZone' in domain) zones.set(domain.name, this.import(domain.hostedZone));
      else zones.set(domain.name, this.create(domain.name, env.removal === 'retain'));
    this.zones = zones;
    this.recordNames = new Set(
      domains.filter((domain) => !('record' in domain && domain.record === false)).map(({ name }) => name),
    );
    this.certificates = [...this.issue(), ...certificates];
    watchCertificates(this, { of, certificates: this.certificates, monitoring });
  }

  private import({ id, name }: { readonly id: string; readonly name: string }): route53.IHostedZone {
    const known = this.node.tryFindChild(name) as unknown as route53.IHostedZone | undefined;
    return known ?? route53.HostedZone.fromHostedZoneAttributes(this, name, { hostedZoneId: id, zoneName: name });
  }

  /** Until its name servers are delegated to, the certificate waits, and the deployment with it. */
  private create(zoneName: string, retain: boolean): route53.IHostedZone {
    const zone = new route53.PublicHostedZone(this, zoneName, {
      zoneName,
      comment: 'Delegate its name servers from the parent domain',
    });
    // A new zone has other name servers: the delegation would lead nowhere.
    zone.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return zone;
  }

  /** One certificate for all names that we can validate. */
  private issue(): acm.ICertificate[] {
    const [first, ...others] = this.zones.keys();
    if (first === undefined) return [];
    return [
      new acm.Certificate(this, 'Certificate', {
        domainName: first,
        subjectAlternativeNames: others.length > 0 ? others : undefined,
        validation: acm.CertificateValidation.fromDnsMultiZone(Object.fromEntries(this.zones)),
      }),
    ];
  }
}

export interface AliasRecordsProps {
  readonly domainNames: DomainNames;
  readonly target: route53.IAliasRecordTarget;
  /** Whether the target answers by IPv6 as well. @default false */
  readonly ipv6?: boolean;
}

/** Alias records for each host name that is to lead here and whose zone is known. */
export class AliasRecords extends Construct {
  constructor(scope: Construct, id: string, { domainNames, target, ipv6 }: AliasRecordsProps) {
    super(scope, id);
    for (const [name, zone] of domainNames.zones) {
      if (!domainNames.recordNames.has(name)) continue;
      const record = { zone, recordName: `${name}.`, target: route53.RecordTarget.fromAlias(target) };
      new route53.ARecord(this, name, record);
      if (ipv6) new route53.AaaaRecord(this, `${name}-ipv6`, record);
    }
  }
}
