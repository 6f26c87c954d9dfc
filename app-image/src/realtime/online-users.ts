import type { MeetingAccess } from './access';
import type { Payload } from './events';
import type { PresenceStore } from './presence-store';
import type { Roster } from './roster';
import { seatOf } from './seats';
import { type RealtimeServer, type RealtimeSocket, userRoom } from './sockets';

export interface OnlineUsersProps {
  readonly io: RealtimeServer;
  readonly access: MeetingAccess;
  readonly presence: PresenceStore;
  readonly roster: Roster;
}

/** Who is connected, with however many sockets. */
export class OnlineUsers {
  constructor(private readonly props: OnlineUsersProps) {}

  /** Those of this process. */
  get here(): string[] {
    const sockets = this.props.io.of('/').sockets.values();
    return [...new Set(Array.from(sockets, ({ data }) => data.identity.userId))];
  }

  connected(socket: RealtimeSocket): void {
    if (this.socketsOf(socket) === 1) this.note(socket, true);
  }

  disconnected(socket: RealtimeSocket): void {
    if (this.socketsOf(socket) === 0) this.note(socket, false);
  }

  /** Of the meeting that the socket is in; of all only for administrators. */
  async list(socket: RealtimeSocket, { all }: Payload<'get-online-users'>) {
    const { access, presence, roster } = this.props;
    if (!all) return { users: await roster.users(seatOf(socket).meeting.id) };
    await access.requireAdministrator(socket.data.identity.userId);
    const users = await presence.onlineUsers();
    return { users: users.sort().map((userId) => ({ userId })) };
  }

  private socketsOf({ data: { identity } }: RealtimeSocket): number {
    return this.props.io.of('/').adapter.rooms.get(userRoom(identity.userId))?.size ?? 0;
  }

  private note({ data: { identity } }: RealtimeSocket, isOnline: boolean): void {
    // Put right by the heartbeat when it fails.
    this.props.presence.online(identity.userId, isOnline).catch(() => {});
  }
}
