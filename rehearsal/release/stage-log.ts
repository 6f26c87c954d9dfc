import { now } from '../clock';
import type { StageRecord } from '../record';

/** A stage began, or has ended. */
export interface StageEvent {
  /** Title of the deployment. */
  readonly deployment: string;
  readonly stage: StageRecord['stage'];
  readonly at: number;
  readonly ended: boolean;
}

/** Keeps when each stage of a deployment was, those included that were broken off. */
export class StageLog {
  readonly records: StageRecord[] = [];

  constructor(
    private readonly deployment: string,
    private readonly onStage: (event: StageEvent) => void,
  ) {}

  async during<T>(stage: StageRecord['stage'], action: () => Promise<T>): Promise<T> {
    const from = now();
    this.onStage({ deployment: this.deployment, stage, at: from, ended: false });
    try {
      return await action();
    } finally {
      const to = now();
      this.records.push({ stage, from, to });
      this.onStage({ deployment: this.deployment, stage, at: to, ended: true });
    }
  }
}
