import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

export interface AlarmDefinition {
  /** Unique within an environment, e.g. `DatabaseStorage`. */
  readonly name: string;
  /** What a user or an operator notices when it goes off. */
  readonly meaning: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly comparison: cloudwatch.ComparisonOperator;
  readonly evaluationPeriods: number;
  /** Stated, because CloudWatch's default (missing) hides a dead source. */
  readonly missingData: cloudwatch.TreatMissingData;
}

/** `page` wakes somebody; `ticket` waits for the morning. */
export type Severity = 'page' | 'ticket';

/**
 * Where constructs register what they know to be wrong, beside the resource that it is about. The
 * operations stack makes the alarms, so that a stateful stack imports nothing.
 */
export class Monitoring {
  private readonly registered: { severity: Severity; alarm: AlarmDefinition }[] = [];

  page(alarm: AlarmDefinition): void {
    this.registered.push({ severity: 'page', alarm });
  }

  ticket(alarm: AlarmDefinition): void {
    this.registered.push({ severity: 'ticket', alarm });
  }

  get alarms(): readonly { readonly severity: Severity; readonly alarm: AlarmDefinition }[] {
    return this.registered;
  }
}
