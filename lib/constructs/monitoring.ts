import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Severity } from '../config/environment';

/** Parts of the dashboard, in its order: what users see comes first. */
export const views = {
  users: 'What users see',
  release: 'Releases and tasks',
  hosts: 'Hosts and network',
  database: 'PostgreSQL',
  cache: 'Redis',
  queues: 'Queues',
  storage: 'Buckets and backups',
  edge: 'Domains, CDN and web ACLs',
} as const;
export type View = keyof typeof views;

/**
 * Pages that are one incident wake somebody once. While a data store is away the service fails as well,
 * so its pages wait for the other's; one that is at risk still answers (lib/constructs/incidents.ts).
 */
export type Incident = 'data-stores-away' | 'data-stores-at-risk' | 'service';

interface MissingData {
  /** Stated, because CloudWatch's default (missing) hides a dead source. */
  readonly means: cloudwatch.TreatMissingData;
  /** Why, for whoever sees the alarm change without a value; begins like a sentence and ends with a full stop. */
  readonly because: string;
}

/** What is drawn together: graphs of one title in one view are one. */
interface Graphed {
  /** Of the stack that has the resource: whoever makes the alarm reads names from there. */
  readonly about: Construct;
  readonly view: View;
  /** e.g. `Free storage` */
  readonly title: string;
}

export interface AlarmDefinition extends Graphed {
  /** Of its section in docs/runbook.md, e.g. `DatabaseStorage`. */
  readonly name: string;
  /** Tells alarms of one section apart: `green`, `emailQueue`. @default - there is one */
  readonly of?: string;
  /** What a user or an operator notices when it goes off, in a sentence or two. */
  readonly meaning: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly comparison: cloudwatch.ComparisonOperator;
  readonly evaluationPeriods: number;
  /** Of the evaluation periods, how many have to be bad. @default - all */
  readonly datapointsToAlarm?: number;
  readonly missingData: MissingData;
  /** The page of AWS's console that shows what it is about, without its host: see consoleLink(). */
  readonly console: string;
}

/** What nobody is alarmed about, but everybody wants to see beside what they are. */
export interface GraphDefinition extends Graphed {
  readonly metrics: readonly cloudwatch.IMetric[];
  /** Areas on top of each other, where the lines are parts of a whole. @default false */
  readonly stacked?: boolean;
}

/** Told by another service of AWS than CloudWatch, so that there is no alarm to make. */
export interface NoticeDefinition {
  /** Of its section in docs/runbook.md. */
  readonly name: string;
  readonly meaning: string;
}

export interface RegisteredAlarm {
  readonly severity: Severity;
  /** Pages have one. */
  readonly incident?: Incident;
  readonly alarm: AlarmDefinition;
}

/**
 * Where constructs register what they know to be wrong and worth seeing, beside the resource that it is
 * about. The operations stacks make alarms and dashboard of it, so that a stateful stack imports nothing.
 */
export class Monitoring {
  readonly alarms: RegisteredAlarm[] = [];
  readonly graphs: GraphDefinition[] = [];
  readonly notices: NoticeDefinition[] = [];
  private readonly titles = new Map<View, Set<string>>();

  /** Wakes somebody: users notice it now, and it does not mend itself. */
  page(incident: Incident, alarm: AlarmDefinition): void {
    this.add({ severity: 'page', incident, alarm });
  }

  /** Waits for the morning. */
  ticket(alarm: AlarmDefinition): void {
    this.add({ severity: 'ticket', alarm });
  }

  graph(graph: GraphDefinition): void {
    this.graphs.push(graph);
    this.note(graph);
  }

  notice(notice: NoticeDefinition): void {
    this.notices.push(notice);
  }

  /** Titles of graphs in the order in which they were first registered. */
  titlesOf(view: View): readonly string[] {
    return [...(this.titles.get(view) ?? [])];
  }

  private add(registered: RegisteredAlarm): void {
    const { name, of } = registered.alarm;
    if (this.alarms.some(({ alarm }) => alarm.name === name && alarm.of === of))
      throw new Error(
        `The alarm ${of ? `${name} of ${of}` : name} is registered twice; give one of them another name or "of".`,
      );
    this.alarms.push(registered);
    this.note(registered.alarm);
  }

  private note({ view, title }: Pick<Graphed, 'view' | 'title'>): void {
    this.titles.set(view, (this.titles.get(view) ?? new Set()).add(title));
  }
}
