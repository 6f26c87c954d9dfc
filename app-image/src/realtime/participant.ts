export type MeetingRole = 'mentor' | 'student' | 'administrator';

/** Someone in a meeting, as the others see them. */
export interface Participant {
  readonly userId: string;
  readonly name: string | null;
  readonly role: MeetingRole;
  /** Where signalling for them goes to. */
  readonly socketId: string;
  /** Milliseconds since 1970. */
  readonly joinedAt: number;
  readonly audio: boolean;
  readonly video: boolean;
}

/** What presence keeps of them: one per user and meeting. */
export interface Presence extends Participant {
  readonly meetingId: string;
  /** The process that their socket is connected to. */
  readonly process: string;
  /** The row of `meeting_participants`. */
  readonly participation: string;
}

export type LeaveReason = 'left' | 'connection-lost' | 'connection-taken-over' | 'server-closing' | 'meeting-ended';

export const asSeen = ({ userId, name, role, socketId, joinedAt, audio, video }: Presence): Participant => ({
  ...{ userId, name, role, socketId, joinedAt, audio, video },
});

/** Mentors and administrators end a meeting, record it and set its timer. */
export const isHost = ({ role }: Pick<Participant, 'role'>) => role !== 'student';
