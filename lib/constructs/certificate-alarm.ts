import { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Monitoring } from './monitoring';

export interface CertificateAlarmProps {
  readonly of: 'api' | 'assets';
  readonly certificates: readonly acm.ICertificate[];
  readonly monitoring: Monitoring;
}

/** ACM renews long before, if DNS still proves the names; in time to mend that, before users see it. */
export function watchCertificates(scope: Construct, { of, certificates, monitoring }: CertificateAlarmProps): void {
  for (const [index, { certificateArn }] of certificates.entries()) {
    const name = index === 0 ? of : `${of}-${index + 1}`;
    monitoring.ticket({
      name: 'CertificateExpiry',
      of: name,
      view: 'edge',
      title: 'Days until a certificate ends',
      meaning: `The certificate of ${of === 'api' ? 'the API' : 'the asset CDN'} ends in less than a month, and ACM has not renewed it: browsers will refuse the connection.`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/CertificateManager',
        metricName: 'DaysToExpiry',
        statistic: cloudwatch.Stats.MINIMUM,
        period: Duration.days(1),
        label: name,
        dimensionsMap: { CertificateArn: certificateArn },
      }),
      threshold: 30,
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      missingData: {
        means: cloudwatch.TreatMissingData.NOT_BREACHING,
        because: 'ACM reports once a day, and from the day after it is issued.',
      },
      about: scope,
      console: 'acm/home?region=REGION#/certificates/list',
    });
  }
}
