import type { Logger } from '../log';
import { Outage } from '../outage';
import type { Meetings } from './meetings';
import { deadAfterMs, type PresenceStore } from './presence-store';
import type { Roster } from './roster';
import type { Seats } from './seats';

const beatEveryMs = 1_000;
/** After an outage of Redis everybody looks dead: the others get as long as this to say that they are not. */
const beatsBeforeBurying = deadAfterMs / beatEveryMs + 1;

export interface HeartbeatProps {
  readonly presence: PresenceStore;
  readonly meetings: Meetings;
  readonly roster: Roster;
  readonly seats: Seats;
  /** Who is connected to this process. */
  readonly users: () => readonly string[];
  readonly log: Logger;
}

/**
 * Says every second that this process lives, takes out whoever went with one that does not, and puts right what Redis
 * knows of this one.
 */
export class Heartbeat {
  private readonly timer: NodeJS.Timeout;
  private readonly outage: Outage;
  private beating = false;
  private inRow = 0;

  constructor(private readonly props: HeartbeatProps) {
    this.outage = new Outage(props.log, 'redis is away: each process knows only who is connected to it');
    this.timer = setInterval(() => void this.beat(), beatEveryMs).unref();
  }

  /** A connection to Redis is new: nobody knows for how long others have been without one. */
  reconnected(): void {
    this.inRow = 0;
    void this.beat();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      const { presence } = this.props;
      const { known, lost } = await presence.beat(this.inRow >= beatsBeforeBurying);
      this.inRow += 1;
      if (!known || presence.stale) await this.restore();
      for (const left of lost) this.props.meetings.tellLeft(left, 'connection-lost');
      for (const meetingId of new Set(lost.map((left) => left.meetingId))) this.props.roster.changed(meetingId);
      if (lost.length > 0)
        this.props.log.warn({ participants: lost.length }, 'a process went without a word; its participants are out');
    } catch (error) {
      this.inRow = 0;
      this.outage.note(error as Error);
    } finally {
      this.beating = false;
    }
  }

  private async restore(): Promise<void> {
    const { presence, seats, meetings, roster, users } = this.props;
    const own = seats.all().map((seat) => seat.presence);
    const { lost, displaced, changed } = await presence.restore(users(), own);
    for (const previous of displaced) meetings.displace(previous);
    for (const { socketId, meetingId, participation } of own) {
      if (!lost.includes(socketId)) continue;
      meetings.unseat(socketId, meetingId);
      this.props.log.debug({ socket: socketId, participation }, 'seat was taken over during an outage');
    }
    for (const meetingId of new Set([...seats.meetings, ...changed])) roster.changed(meetingId);
  }
}
