import type { Redis } from 'ioredis';
import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import type { Logger } from '../log';
import { MeetingAccess } from './access';
import { Dispatcher } from './dispatcher';
import { Heartbeat } from './heartbeat';
import { Journal } from './journal';
import { MeetingLog } from './meeting-log';
import { MeetingState } from './meeting-state';
import { Meetings } from './meetings';
import { OnlineUsers } from './online-users';
import type { LeaveReason } from './participant';
import { PresenceStore } from './presence-store';
import { roomControls } from './room-controls';
import { Roster } from './roster';
import { Seats } from './seats';
import { signalling } from './signalling';
import type { RealtimeServer, RealtimeSocket } from './sockets';
import { Sweep } from './sweep';

/** What the end of a process has for lines that PostgreSQL has not taken yet. */
const settleMs = 2_000;

export interface MeetingSpaceProps {
  readonly io: RealtimeServer;
  readonly environment: Environment;
  readonly database: Database;
  /** One that waits while Redis is away. */
  readonly redis: Redis;
  readonly log: Logger;
}

/** The meetings of all processes, as seen from the sockets of this one. */
export class MeetingSpace {
  private readonly seats = new Seats();
  private readonly journal: Journal;
  private readonly presence: PresenceStore;
  private readonly meetings: Meetings;
  private readonly online: OnlineUsers;
  private readonly dispatcher: Dispatcher;
  private readonly heartbeat: Heartbeat;
  private readonly sweep: Sweep;
  private closing = false;

  constructor(private readonly props: MeetingSpaceProps) {
    const { io, environment, database, redis, log } = props;
    const { seats } = this;
    const graceMs = environment.MEETING_GRACE_SECONDS * 1000;
    const journal = new Journal(log);
    const access = new MeetingAccess({ environment, database });
    const presence = new PresenceStore(redis);
    const state = new MeetingState(redis);
    const meetingLog = new MeetingLog({ database, journal, graceMs });
    const roster = new Roster({ io, presence, seats });
    const meetings = new Meetings({ io, access, presence, state, seats, roster, log: meetingLog, journal });
    const online = new OnlineUsers({ io, access, presence, roster });

    this.dispatcher = new Dispatcher(
      {
        'initialize-meeting': (socket, asked) => meetings.initialize(socket, asked),
        'join-room': (socket, asked) => meetings.join(socket, asked),
        'takeover-connection': (socket, asked) => meetings.join(socket, asked),
        'leave-room': (socket) => meetings.leave(socket, 'left'),
        'end-meeting': (socket) => meetings.end(socket),
        'get-online-users': (socket, asked) => online.list(socket, asked),
        ...signalling(presence),
        ...roomControls({ io, state, log: meetingLog }),
      },
      log,
    );
    this.heartbeat = new Heartbeat({ presence, meetings, roster, seats, users: () => online.here, log });
    redis.on('ready', () => this.heartbeat.reconnected());
    if (redis.status === 'ready') this.heartbeat.reconnected();
    this.sweep = new Sweep({ presence, state, meetingLog, meetings, seats, graceMs, log });
    this.journal = journal;
    this.presence = presence;
    this.meetings = meetings;
    this.online = online;
  }

  /** Of this process. */
  get participants(): number {
    return this.seats.taken;
  }

  admit(socket: RealtimeSocket): void {
    this.online.connected(socket);
    this.dispatcher.attach(socket);
    socket.on('disconnect', (reason) => {
      this.meetings.leave(socket, this.closing ? 'server-closing' : leaveReason(reason));
      this.online.disconnected(socket);
    });
  }

  /** What other processes said for a while did not arrive: Redis knows what came of it. */
  missedOthers(): void {
    this.presence.stale = true;
  }

  /** Sockets are closed from now on. */
  close(): void {
    this.closing = true;
    this.heartbeat.close();
    this.sweep.close();
  }

  /** After the last socket: what is left to write. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all([this.journal.settled(settleMs), this.presence.goodbye().catch(() => {})]);
    const { waiting: lines } = this.journal;
    if (lines > 0) this.props.log.error({ lines }, 'lines of meeting logs were not written: the database is away');
  }
}

/** A browser that hangs up says so; everything else is the network, or a tab that was closed. */
const leaveReason = (reason: string): LeaveReason =>
  reason === 'client namespace disconnect' || reason === 'server namespace disconnect' ? 'left' : 'connection-lost';
