import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import type { Monitoring } from './monitoring';
import { serviceMetric } from './service-metric';

/** Long connections, which no request metric shows, and what the web processes say of themselves. */
export function watchSockets(scope: Construct, monitoring: Monitoring, env: EnvironmentConfig): void {
  const metric = (name: string, statistic: string, label: string) =>
    serviceMetric(env, { name, statistic, label, period: Duration.minutes(1), dimensions: { Role: 'web' } });
  // Each process writes its own, once a minute: the sum of a minute is that of all.
  const all = (name: string, label: string) => metric(name, cloudwatch.Stats.SUM, label);
  monitoring.graph({
    about: scope,
    view: 'users',
    title: 'Sockets and terminals',
    metrics: [
      all('ConnectedSockets', 'sockets'),
      all('MeetingParticipants', 'participants of meetings'),
      all('ConnectedTerminals', 'terminals'),
    ],
  });
  monitoring.graph({
    about: scope,
    view: 'users',
    title: 'Event loop delay, p99 in milliseconds',
    metrics: [metric('EventLoopDelayP99', cloudwatch.Stats.MAXIMUM, 'slowest process')],
  });
  monitoring.graph({
    about: scope,
    view: 'users',
    title: 'Checks left out while Redis is away',
    metrics: [
      all('RequestsNotRateLimited', 'requests without a rate limit'),
      all('RevocationChecksSkipped', 'sign-ins not checked for a sign-out'),
    ],
  });
}
