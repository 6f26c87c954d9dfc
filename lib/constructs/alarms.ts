import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { acknowledge } from '../policy/acknowledge';
import { alarmDescription, alarmName } from './alarm-text';
import type { AlarmTopics } from './alarm-topics';
import { Incidents } from './incidents';
import type { AlarmDefinition, Monitoring, RegisteredAlarm } from './monitoring';
import { readMetric } from './read-metric';

export interface AlarmsProps {
  readonly monitoring: Monitoring;
  readonly topics: AlarmTopics;
  readonly env: EnvironmentConfig;
}

/** The alarms that constructs registered: a ticket tells its topic, a page its incident. */
export class Alarms extends Construct {
  /** In the order of their registration. */
  readonly made: readonly (RegisteredAlarm & { readonly made: cloudwatch.Alarm })[];
  /** What pages, the causes first. */
  readonly incidents: readonly cloudwatch.CompositeAlarm[];

  constructor(scope: Construct, id: string, { monitoring, topics, env }: AlarmsProps) {
    super(scope, id);
    this.made = monitoring.alarms.map((registered) => ({ ...registered, made: this.make(env, registered) }));
    for (const { severity, made: alarm } of this.made)
      if (severity === 'ticket') alarm.addAlarmAction(new actions.SnsAction(topics.topic('ticket')));
      else
        acknowledge(alarm, {
          'NIST.800.53.R5-CloudWatchAlarmAction':
            'Its incident acts, a composite alarm, so that one incident wakes somebody once.',
        });
    const pages = this.made.flatMap(({ incident, made: alarm }) => (incident ? [{ incident, alarm }] : []));
    this.incidents = pages.length > 0 ? new Incidents(this, 'Incidents', { pages, topics, env }).made : [];
  }

  private make(env: EnvironmentConfig, { severity, alarm }: RegisteredAlarm): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, constructId(alarm), {
      alarmName: alarmName(env.name, severity, alarm),
      alarmDescription: alarmDescription(this, alarm),
      metric: readMetric(this, alarm.about, alarm.metric),
      threshold: alarm.threshold,
      comparisonOperator: alarm.comparison,
      evaluationPeriods: alarm.evaluationPeriods,
      datapointsToAlarm: alarm.datapointsToAlarm,
      treatMissingData: alarm.missingData.means,
    });
  }
}

const constructId = ({ name, of }: AlarmDefinition): string => (of ? `${name}-${of}` : name);
