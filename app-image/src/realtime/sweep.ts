import { isUnavailable } from '../database/unavailable';
import type { Logger } from '../log';
import type { MeetingLog } from './meeting-log';
import type { MeetingState } from './meeting-state';
import type { Meetings } from './meetings';
import type { PresenceStore } from './presence-store';
import type { Seats } from './seats';

const sweepEveryMs = 5_000;

export interface SweepProps {
  readonly presence: PresenceStore;
  readonly state: MeetingState;
  readonly meetingLog: MeetingLog;
  readonly meetings: Meetings;
  readonly seats: Seats;
  readonly graceMs: number;
  readonly log: Logger;
}

/**
 * Ends meetings that everybody has left. Every process looks at all that are open, so that it does not matter which
 * ones are left; a meeting that comes to life again meanwhile gets a log of its own. And of those that somebody ended
 * it takes out who is in them still.
 */
export class Sweep {
  private readonly timer: NodeJS.Timeout;
  private sweeping = false;

  constructor(private readonly props: SweepProps) {
    this.timer = setInterval(() => void this.sweep(), Math.min(sweepEveryMs, props.graceMs)).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    const { presence, state, meetingLog, meetings, seats, log } = this.props;
    try {
      for (const ended of await meetingLog.endedAWhileAgo(seats.meetings)) await meetings.endedUnheard(ended);
      const open = await meetingLog.open();
      if (open.length === 0) return;
      const empty = await presence.emptyOf(open);
      const held = open.filter((id) => !empty.includes(id));
      const ended = await meetingLog.endEmpty(empty, held);
      for (const meetingId of ended) {
        log.info({ meetingId }, 'meeting ended: everybody had left');
        await state.clear(meetingId);
      }
    } catch (error) {
      // Whether anybody is there cannot be known without Redis, nor noted without PostgreSQL: both say so themselves.
      if (!isUnavailable(error)) log.error({ err: error }, 'meetings were not looked after');
    } finally {
      this.sweeping = false;
    }
  }
}
