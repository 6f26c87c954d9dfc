import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { alarmName, consoleLink, runbookLink } from './alarm-text';
import type { AlarmTopics } from './alarm-topics';
import type { Incident } from './monitoring';

export interface IncidentsProps {
  readonly pages: readonly { readonly incident: Incident; readonly alarm: cloudwatch.Alarm }[];
  readonly topics: AlarmTopics;
  readonly env: EnvironmentConfig;
}

interface Described {
  /** Of its section in docs/runbook.md. */
  readonly name: string;
  readonly meaning: string;
  /** While that one lasts, this one tells nobody. @default - it always tells */
  readonly quietDuring?: Incident;
}

/** Causes before what they cause. */
const incidents: Readonly<Record<Incident, Described>> = {
  'data-stores-away': {
    name: 'DataStoresAway',
    meaning: 'PostgreSQL or Redis is away: the service fails with it, and its own pages stay quiet.',
  },
  'data-stores-at-risk': {
    name: 'DataStoresAtRisk',
    meaning: 'PostgreSQL or Redis is nearly full or loses data: it answers still, and will not for long.',
  },
  service: {
    name: 'ServiceIncident',
    meaning: 'Users cannot use the platform, or part of it, and no data store is away.',
    quietDuring: 'data-stores-away',
  },
};

/** A data store that fails is noticed by its own alarm a little later than by the requests that need it. */
const suppression = { wait: Duration.minutes(2), extension: Duration.minutes(5) };

/**
 * Composite alarms, so that one incident is one page: however many pages of one kind are in alarm, it
 * tells once that it began and once that it is over.
 */
export class Incidents extends Construct {
  readonly made: readonly cloudwatch.CompositeAlarm[];

  constructor(scope: Construct, id: string, { pages, topics, env }: IncidentsProps) {
    super(scope, id);
    const made = new Map<string, cloudwatch.CompositeAlarm>();
    for (const [incident, { name, meaning, quietDuring }] of Object.entries(incidents)) {
      const alarms = pages.filter((page) => page.incident === incident).map(({ alarm }) => alarm);
      if (alarms.length === 0) continue;
      const cause = quietDuring && made.get(quietDuring);
      const composite = new cloudwatch.CompositeAlarm(this, name, {
        compositeAlarmName: alarmName(env.name, 'page', { name }),
        alarmDescription: [
          meaning,
          `Runbook: ${runbookLink(name)}`,
          `Console: ${consoleLink(this, "cloudwatch/home?region=REGION#alarmsV2:?~(alarmStateFilter~(~'ALARM))")}`,
        ].join('\n'),
        alarmRule: cloudwatch.AlarmRule.anyOf(
          ...alarms.map((alarm) => cloudwatch.AlarmRule.fromAlarm(alarm, cloudwatch.AlarmState.ALARM)),
        ),
        ...(cause && {
          actionsSuppressor: cause,
          actionsSuppressorWaitPeriod: suppression.wait,
          actionsSuppressorExtensionPeriod: suppression.extension,
        }),
      });
      const tell = new actions.SnsAction(topics.topic('page'));
      composite.addAlarmAction(tell);
      composite.addOkAction(tell);
      made.set(incident, composite);
    }
    this.made = [...made.values()];
  }
}
