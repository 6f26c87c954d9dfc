import { setTimeout as sleep } from 'node:timers/promises';
import { asSeen, type Participant } from './participant';
import type { PresenceStore } from './presence-store';
import type { Seats } from './seats';
import { meetingRoom, type RealtimeServer } from './sockets';

/**
 * Participants in all lists that one process sends of one meeting. With a list for each who joins, a thousand people
 * got 28 GB until all were in; so many entries are 17 MB, and two thousand lists of a meeting of ten.
 */
const entriesPerSecond = 100_000;

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
  private readonly telling = new Set<string>();
  private readonly again = new Set<string>();
  private readonly reading = new Map<string, Promise<Participant[]>>();
  private readonly nextReading = new Map<string, Promise<Participant[]>>();

  constructor(private readonly props: RosterProps) {
    props.io.on('roster-changed', (meetingId) => void this.tell(meetingId));
  }

  changed(meetingId: string): void {
    this.props.io.serverSideEmit('roster-changed', meetingId);
    void this.tell(meetingId);
  }

  /** Those of this process only, while Redis is away. Whoever asks while it is being read shares the next reading. */
  users(meetingId: string): Promise<readonly Participant[]> {
    const current = this.reading.get(meetingId);
    if (current === undefined) return this.read(meetingId);
    const next = this.nextReading.get(meetingId) ?? current.then(() => this.read(meetingId));
    this.nextReading.set(meetingId, next);
    return next;
  }

  private read(meetingId: string): Promise<Participant[]> {
    const { presence, seats } = this.props;
    const here = () => seats.in(meetingId).flatMap(({ data: { seat } }) => seat?.presence ?? []);
    this.nextReading.delete(meetingId);
    const reading = presence
      .participants(meetingId)
      .catch(here)
      .then((present) => {
        this.reading.delete(meetingId);
        return present.map(asSeen);
      });
    this.reading.set(meetingId, reading);
    return reading;
  }

  /** Many changes at once are told once; the larger the crowd, the more of them. */
  private async tell(meetingId: string): Promise<void> {
    const { io, seats } = this.props;
    if (this.telling.has(meetingId)) return void this.again.add(meetingId);
    this.telling.add(meetingId);
    do {
      this.again.delete(meetingId);
      const listeners = seats.countIn(meetingId);
      if (listeners === 0) break;
      const users = await this.users(meetingId);
      io.local.to(meetingRoom(meetingId)).emit('room-users-updated', { meetingId, users });
      await sleep(((users.length * listeners) / entriesPerSecond) * 1000, undefined, { ref: false });
    } while (this.again.has(meetingId));
    this.telling.delete(meetingId);
  }
}
