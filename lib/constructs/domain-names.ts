import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Domain, DomainInHostedZone } from '../config/environment';

const inHostedZone = (domain: Domain): domain is DomainInHostedZone => 'hostedZone' in domain;

/** Imports a hosted zone once for each scope. */
function importZone(scope: Construct, { id, name }: DomainInHostedZone['hostedZone']): route53.IHostedZone {
  const known = scope.node.tryFindChild(name) as unknown as route53.IHostedZone | undefined;
  return known ?? route53.HostedZone.fromHostedZoneAttributes(scope, name, { hostedZoneId: id, zoneName: name });
}

/**
 * The certificates of host names: one, validated through DNS, for those in hosted zones of ours, and
 * the stated ones for the rest.
 */
export class Certificates extends Construct {
  /** At least one. */
  readonly list: readonly acm.ICertificate[];

  constructor(scope: Construct, id: string, domains: readonly Domain[]) {
    super(scope, id);
    const list = domains.flatMap((domain) =>
      inHostedZone(domain) ? [] : [acm.Certificate.fromCertificateArn(this, domain.name, domain.certificateArn)],
    );
    const [first, ...others] = domains.filter(inHostedZone);
    if (first !== undefined) list.unshift(this.issue(first, others));
    this.list = list;
  }

  private issue(first: DomainInHostedZone, others: readonly DomainInHostedZone[]): acm.Certificate {
    const zones = [first, ...others].map(({ name, hostedZone }) => [name, importZone(this, hostedZone)] as const);
    return new acm.Certificate(this, 'Certificate', {
      domainName: first.name,
      subjectAlternativeNames: others.length > 0 ? others.map(({ name }) => name) : undefined,
      validation: acm.CertificateValidation.fromDnsMultiZone(Object.fromEntries(zones)),
    });
  }
}

export interface AliasRecordsProps {
  readonly domains: readonly Domain[];
  readonly target: route53.IAliasRecordTarget;
}

/** An alias record for each host name whose hosted zone is ours. */
export class AliasRecords extends Construct {
  constructor(scope: Construct, id: string, { domains, target }: AliasRecordsProps) {
    super(scope, id);
    for (const { name, hostedZone } of domains.filter(inHostedZone))
      new route53.ARecord(this, `Record-${name}`, {
        zone: importZone(this, hostedZone),
        recordName: `${name}.`,
        target: route53.RecordTarget.fromAlias(target),
      });
  }
}
