import { asSeen, type Participant } from './participant';
import type { PresenceStore } from './presence-store';
import type { Seats } from './seats';
import { meetingRoom, type RealtimeServer } from './sockets';

export interface RosterProps {
  readonly io: RealtimeServer;
  readonly presence: PresenceStore;
  readonly seats: Seats;
}

/**
 * Tells a room who is in it. Each process tells its own sockets, and reads who is there after it heard of the change:
 * a list that came along with it could be overtaken by a newer one.
 */
export class Roster {
  private readonly reading = new Set<string>();
  private readonly again = new Set<string>();

  constructor(private readonly props: RosterProps) {
    props.io.on('roster-changed', (meetingId) => void this.tell(meetingId));
  }

  changed(meetingId: string): void {
    this.props.io.serverSideEmit('roster-changed', meetingId);
    void this.tell(meetingId);
  }

  /** Of this process only, while Redis is away. */
  async users(meetingId: string): Promise<Participant[]> {
    const { presence, seats } = this.props;
    const here = () => seats.in(meetingId).flatMap(({ data: { seat } }) => seat?.presence ?? []);
    const present = await presence.participants(meetingId).catch(here);
    return present.map(asSeen);
  }

  /** Many changes at once are told once. */
  private async tell(meetingId: string): Promise<void> {
    const { io, seats } = this.props;
    if (this.reading.has(meetingId)) return void this.again.add(meetingId);
    this.reading.add(meetingId);
    do {
      this.again.delete(meetingId);
      if (seats.in(meetingId).length === 0) break;
      const users = await this.users(meetingId);
      io.local.to(meetingRoom(meetingId)).emit('room-users-updated', { meetingId, users });
    } while (this.again.has(meetingId));
    this.reading.delete(meetingId);
  }
}
