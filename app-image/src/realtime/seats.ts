import { isHost } from './participant';
import { Refusal } from './refusal';
import { meetingRoom, peerRoom, type RealtimeSocket, type Seat } from './sockets';

/** Who of this process is in which meeting. */
export class Seats {
  private readonly byMeeting = new Map<string, Set<RealtimeSocket>>();

  get taken(): number {
    let taken = 0;
    for (const sockets of this.byMeeting.values()) taken += sockets.size;
    return taken;
  }

  get meetings(): string[] {
    return [...this.byMeeting.keys()];
  }

  countIn(meetingId: string): number {
    return this.byMeeting.get(meetingId)?.size ?? 0;
  }

  in(meetingId: string): RealtimeSocket[] {
    return [...(this.byMeeting.get(meetingId) ?? [])];
  }

  all(): Seat[] {
    return this.meetings.flatMap((id) => this.in(id)).flatMap(({ data: { seat } }) => seat ?? []);
  }

  /** Reserved only: nothing of the meeting reaches the socket before it is let in. */
  reserve(socket: RealtimeSocket, seat: Seat): void {
    const sockets = this.byMeeting.get(seat.meeting.id) ?? new Set();
    this.byMeeting.set(seat.meeting.id, sockets.add(socket));
    socket.data.seat = seat;
  }

  letIn(socket: RealtimeSocket, { meeting }: Seat): void {
    void socket.join([meetingRoom(meeting.id), peerRoom(meeting.id, socket.id)]);
  }

  /** @returns the seat that it had */
  vacate(socket: RealtimeSocket): Seat | undefined {
    const { seat } = socket.data;
    if (seat === undefined) return undefined;
    const { id } = seat.meeting;
    socket.data.seat = undefined;
    const sockets = this.byMeeting.get(id);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.byMeeting.delete(id);
    void socket.leave(meetingRoom(id));
    void socket.leave(peerRoom(id, socket.id));
    return seat;
  }
}

/** @throws Refusal */
export function seatOf({ data: { seat } }: RealtimeSocket): Seat {
  if (seat === undefined) throw new Refusal('NOT_IN_A_MEETING', 'Join a meeting first');
  return seat;
}

/** @throws Refusal */
export function hostSeatOf(socket: RealtimeSocket): Seat {
  const seat = seatOf(socket);
  if (!isHost(seat.presence)) throw new Refusal('NOT_ALLOWED', 'Only the mentor and administrators may do this');
  return seat;
}
