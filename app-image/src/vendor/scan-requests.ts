import { AsyncResource } from 'node:async_hooks';
import type { Logger } from '../log';
import { Outage } from '../outage';
import type { JobQueues } from '../queues/job-queues';
import { mostLeads } from '../queues/payloads/workflow';

/**
 * Asks for a scan of the workflows for each lead: with a job of its own while leads are few, with one job for all that
 * came while the one before was being added when they are many. A job for each would cost half as much as the lead.
 *
 * Nobody waits for it, and what cannot be added is not lost: a lead that is stored is among those that the scan of
 * every five minutes looks at.
 */
export class ScanRequests {
  private readonly outage: Outage;
  /** A trace of one request must not show what is done for many. */
  private readonly outside = new AsyncResource('ScanRequests');
  private waiting: string[] = [];
  private adding = false;

  constructor(
    private readonly jobQueues: Pick<JobQueues, 'add'>,
    log: Logger,
  ) {
    this.outage = new Outage(log, 'redis is away: new leads wait for the scan that comes every five minutes');
  }

  ask(leadId: string): void {
    this.waiting.push(leadId);
    if (!this.adding) this.outside.runInAsyncScope(() => void this.addAll());
  }

  private async addAll(): Promise<void> {
    this.adding = true;
    while (this.waiting.length > 0) {
      try {
        await this.add(this.waiting.splice(0, mostLeads));
      } catch (error) {
        // All of them: each try may take a second, and they would grow more and more.
        this.waiting = [];
        this.outage.note(error as Error);
      }
    }
    this.adding = false;
  }

  /** Alone it has the id of its lead, for whoever looks for it. */
  private async add(leadIds: readonly string[]): Promise<void> {
    const [leadId] = leadIds;
    if (leadIds.length === 1)
      await this.jobQueues.add('workflow', 'trigger-scan', { leadId }, { id: `lead-${leadId}` });
    else await this.jobQueues.add('workflow', 'trigger-scan', { leadIds: [...leadIds] });
  }
}
