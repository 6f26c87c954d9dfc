import { Duration, Token } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application } from '../config/names';
import { consoleLink } from './alarm-text';
import type { Monitoring } from './monitoring';

export interface CertificateAlarmProps {
  readonly of: 'api' | 'assets';
  readonly certificates: readonly acm.ICertificate[];
  readonly monitoring: Monitoring;
  readonly env: Pick<EnvironmentConfig, 'name'>;
}

/** ACM renews long before, if DNS still proves the names; in time to mend that, before users see it. */
export function watchCertificates(
  scope: Construct,
  { of, certificates, monitoring, env }: CertificateAlarmProps,
): void {
  for (const [index, { certificateArn }] of certificates.entries()) {
    const name = index === 0 ? of : `${of}-${index + 1}`;
    const arn = readable(scope, `/${application}/${env.name}/certificate/${name}`, certificateArn);
    monitoring.ticket({
      name: 'CertificateExpiry',
      of: name,
      view: 'edge',
      title: 'Days until a certificate ends',
      meaning: `The certificate of ${of === 'api' ? 'the API' : 'the asset CDN'} ends in less than a month, and ACM has not renewed it: browsers will refuse the connection.`,
      metric: (reader) =>
        new cloudwatch.Metric({
          namespace: 'AWS/CertificateManager',
          metricName: 'DaysToExpiry',
          statistic: cloudwatch.Stats.MINIMUM,
          period: Duration.days(1),
          label: name,
          dimensionsMap: { CertificateArn: arn(reader) },
        }),
      threshold: 30,
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      missingData: {
        means: cloudwatch.TreatMissingData.NOT_BREACHING,
        because: 'ACM reports once a day, and from the day after it is issued.',
      },
      console: consoleLink(scope, 'acm/home?region=REGION#/certificates/list'),
    });
  }
}

/**
 * By an SSM parameter, as another host name makes another certificate, and CloudFormation refuses to change
 * an export that the alarm's stack uses.
 */
function readable(scope: Construct, parameterName: string, value: string): (reader: Construct) => string {
  if (!Token.isUnresolved(value)) return () => value;
  new ssm.StringParameter(scope, parameterName, { parameterName, stringValue: value });
  return (reader) => ssm.StringParameter.valueForStringParameter(reader, parameterName);
}
