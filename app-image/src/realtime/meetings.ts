import { randomUUID } from 'node:crypto';
import { type Admission, type MeetingAccess, meetingEnded } from './access';
import type { Payload } from './events';
import type { Journal } from './journal';
import type { EndedMeeting, MeetingLog } from './meeting-log';
import type { MeetingState } from './meeting-state';
import { asSeen, isHost, type LeaveReason, type Presence } from './participant';
import type { PresenceStore } from './presence-store';
import { Refusal } from './refusal';
import type { Roster } from './roster';
import { hostSeatOf, type Seats } from './seats';
import { meetingRoom, type RealtimeServer, type RealtimeSocket, type Seat, userRoom } from './sockets';

/** Whoever ends a meeting waits no longer for PostgreSQL; it is written later then. */
const endLimitMs = 2_000;

export interface MeetingsProps {
  readonly io: RealtimeServer;
  readonly access: MeetingAccess;
  readonly presence: PresenceStore;
  readonly state: MeetingState;
  readonly seats: Seats;
  readonly roster: Roster;
  readonly log: MeetingLog;
  readonly journal: Journal;
}

/** Coming, going, and the end. */
export class Meetings {
  constructor(private readonly props: MeetingsProps) {
    props.io.on('unseat', (socketId, meetingId) => this.unseat(socketId, meetingId));
    props.io.on('close-room', (meetingId) => this.closeRoom(meetingId));
  }

  /** What a client shows before it joins. */
  async initialize({ data: { identity } }: RealtimeSocket, { meetingId }: Payload<'initialize-meeting'>) {
    const { access } = this.props;
    const { meeting, role } = await access.find(meetingId, identity.userId);
    const refusal = access.closedBecause(meeting);
    return {
      meeting: {
        ...{ id: meeting.id, startsAt: meeting.startsAt, endsAt: meeting.endsAt, status: meeting.status },
        state: stateOf(meeting),
        startedAt: meeting.startedAt,
        endedAt: meeting.endedAt,
      },
      participants: [
        { role: 'mentor', userId: meeting.mentorId, name: meeting.mentorName },
        { role: 'student', userId: meeting.studentId, name: meeting.studentName },
      ],
      role,
      mayJoin: refusal === undefined,
      ...(refusal && { refusal: { code: refusal.code, message: refusal.message, ...refusal.details } }),
      ...(await this.present(meetingId)),
    };
  }

  async join(socket: RealtimeSocket, { meetingId, audio, video }: Payload<'join-room'>) {
    const { access, seats, log, roster, io } = this.props;
    const { seat: had } = socket.data;
    if (had?.meeting.id === meetingId) return this.welcome(had);

    const admission = await access.find(meetingId, socket.data.identity.userId);
    const refusal = access.closedBecause(admission.meeting);
    if (refusal) throw refusal;
    if (!socket.connected) throw seatLost();
    this.leave(socket, 'left');

    const presence = this.presenceOf(socket, admission, { audio, video });
    const seat: Seat = { meeting: admission.meeting, startedAt: presence.joinedAt, presence };
    // Before anybody hears of it: whoever takes the seat over meanwhile has to find it.
    seats.reserve(socket, seat);
    const previous = await this.enter(socket, seat);
    if (previous) this.displace(previous);
    const joined = await log.joined(seat.presence).catch((error: Error) => {
      this.leave(socket, 'left');
      throw error;
    });
    if (joined === undefined) {
      this.leave(socket, 'meeting-ended');
      throw meetingEnded();
    }
    if (socket.data.seat !== seat) throw seatLost();

    seats.letIn(socket, seat);
    roster.changed(meetingId);
    const { startedAt } = joined;
    seat.startedAt = startedAt;
    // Also to those who wait for it elsewhere.
    if (joined.first) io.to(this.roomsOf(seat)).emit('meeting-started', { meetingId, startedAt });
    return this.welcome(seat);
  }

  /** Does nothing for a socket without a seat. */
  leave(socket: RealtimeSocket, reason: LeaveReason): void {
    const { presence, roster, seats } = this.props;
    const seat = seats.vacate(socket);
    if (seat === undefined) return;
    const { id } = seat.meeting;
    this.tellLeft(seat.presence, reason);
    presence.leave(seat.presence).then(
      () => roster.changed(id),
      () => roster.changed(id),
    );
    this.forgetEmpty(id);
  }

  async end(socket: RealtimeSocket) {
    const { io, presence, state, log, journal } = this.props;
    const seat = hostSeatOf(socket);
    const meetingId = seat.meeting.id;
    const endedAt = Date.now();
    const { userId: endedBy } = socket.data.identity;
    // First, so that nobody joins any more.
    log.ended(meetingId, endedBy, endedAt);
    await journal.settled(endLimitMs);
    await Promise.allSettled([presence.clear(meetingId), state.clear(meetingId)]);
    io.to(this.roomsOf(seat)).emit('meeting-ended', { meetingId, endedAt, endedBy });
    io.serverSideEmit('close-room', meetingId);
    this.closeRoom(meetingId);
    return { endedAt };
  }

  /** By another process, whose word did not arrive: Redis was away, or the process was killed. */
  async endedUnheard({ meetingId, endedAt, endedBy }: EndedMeeting): Promise<void> {
    const { io, presence } = this.props;
    io.local.to(meetingRoom(meetingId)).emit('meeting-ended', { meetingId, endedAt: endedAt.getTime(), endedBy });
    this.closeRoom(meetingId);
    // After an outage the heartbeat may have put them back.
    await presence.clear(meetingId).catch(() => {});
  }

  /** Of a process that is gone, or of a seat that somebody has now. */
  tellLeft(left: Presence, reason: LeaveReason): void {
    const { meetingId, userId, socketId } = left;
    this.props.io.to(meetingRoom(meetingId)).emit('user-left', { meetingId, userId, socketId, reason });
    this.props.log.left(left, reason);
  }

  /** The user has the seat from another socket. */
  unseat(socketId: string, meetingId: string): void {
    const { io, seats } = this.props;
    const socket = io.of('/').sockets.get(socketId);
    if (socket?.data.seat?.meeting.id !== meetingId) return;
    seats.vacate(socket);
    this.forgetEmpty(meetingId);
    socket.emit('connection-taken-over', { meetingId });
  }

  /** Somebody of this process has the seat now. */
  displace(previous: Presence): void {
    const { socketId, meetingId } = previous;
    this.unseat(socketId, meetingId);
    this.props.io.serverSideEmit('unseat', socketId, meetingId);
    this.tellLeft(previous, 'connection-taken-over');
  }

  private closeRoom(meetingId: string): void {
    for (const socket of this.props.seats.in(meetingId)) this.props.seats.vacate(socket);
    this.forgetEmpty(meetingId);
  }

  /** Or the meetings that Redis lists for this process would only ever grow. */
  private forgetEmpty(meetingId: string): void {
    const { presence, seats } = this.props;
    if (seats.countIn(meetingId) === 0) presence.forget(meetingId).catch(() => {});
  }

  /** @returns who had the seat; while Redis is away, as far as this process knows */
  private async enter(socket: RealtimeSocket, { presence }: Seat): Promise<Presence | undefined> {
    try {
      const previous = await this.props.presence.enter(presence);
      // Its own where it left while Redis was away.
      return previous?.socketId === socket.id ? undefined : previous;
    } catch {
      const others = this.props.seats.in(presence.meetingId).filter((other) => other !== socket);
      return others
        .flatMap(({ data: { seat } }) => seat?.presence ?? [])
        .find(({ userId }) => userId === presence.userId);
    }
  }

  private presenceOf(
    { id: socketId, data: { identity } }: RealtimeSocket,
    { meeting, role, name }: Admission,
    media: { readonly audio: boolean; readonly video: boolean },
  ): Presence {
    return {
      ...{ meetingId: meeting.id, userId: identity.userId, name, role, socketId, joinedAt: Date.now(), ...media },
      ...{ process: this.props.presence.process, participation: randomUUID() },
    };
  }

  private async welcome({ meeting, startedAt, presence }: Seat) {
    const self = asSeen(presence);
    return { meetingId: meeting.id, self, host: isHost(self), startedAt, ...(await this.present(meeting.id)) };
  }

  /** Who is there and what goes on, for somebody who comes late. */
  private async present(meetingId: string) {
    const [users, { recording, timer }] = await Promise.all([
      this.props.roster.users(meetingId),
      this.props.state.read(meetingId).catch(() => ({ recording: undefined, timer: undefined })),
    ]);
    return { users, recording: recording ?? null, timer: timer ?? null, serverTime: Date.now() };
  }

  private roomsOf({ meeting }: Seat): string[] {
    const users = [meeting.mentorId, meeting.studentId].filter((id) => id !== null);
    return [meetingRoom(meeting.id), ...users.map(userRoom)];
  }
}

const seatLost = () => new Refusal('SEAT_LOST', 'Another connection of this user took over, or the meeting ended');

function stateOf({ startedAt, endedAt, endReason }: Admission['meeting']) {
  if (startedAt !== null && endedAt === null) return 'in-progress';
  return endReason === 'ended' ? 'ended' : 'not-started';
}
