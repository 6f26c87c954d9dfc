import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '../database/unavailable';
import type { Logger } from '../log';
import { Outage } from '../outage';
import { timeLimit } from '../time-limit';

const retryMs = 1_000;
/** Hours of an outage of a busy process. */
const longest = 10_000;

type Write = () => Promise<unknown>;

/**
 * Writes that nobody waits for, in order, one at a time; each until it is done, should PostgreSQL be away meanwhile.
 * They may be sent twice. Kept in memory: what a process that is killed leaves behind, the sweep of another one ends.
 */
export class Journal {
  private readonly writes: Write[] = [];
  private readonly outage: Outage;
  private working: Promise<void> | undefined;

  constructor(private readonly log: Logger) {
    this.outage = new Outage(log, 'the database is away: meeting logs are written later');
  }

  add(write: Write): void {
    if (this.writes.length >= longest) {
      this.log.error({ kept: longest }, 'a line of a meeting log is lost: too many wait for the database');
      return;
    }
    this.writes.push(write);
    this.working ??= this.work();
  }

  get waiting(): number {
    return this.writes.length;
  }

  /** Until all that waits now is written, or the time is over. */
  async settled(limitMs: number): Promise<void> {
    if (this.working !== undefined) await timeLimit(this.working, limitMs, 'Writing meeting logs').catch(() => {});
  }

  private async work(): Promise<void> {
    for (let next = this.writes[0]; next !== undefined; next = this.writes[0]) {
      if (await this.done(next)) this.writes.shift();
      else await sleep(retryMs, undefined, { ref: false });
    }
    this.working = undefined;
  }

  private async done(write: Write): Promise<boolean> {
    try {
      await write();
    } catch (error) {
      if (isUnavailable(error)) {
        this.outage.note(error as Error);
        return false;
      }
      this.log.error({ err: error }, 'a line of a meeting log was not written');
    }
    return true;
  }
}
