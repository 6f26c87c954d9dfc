import type { Environment } from '../config/contract';
import type { Database } from '../database/database';
import { isAdministrator } from '../identity/roles';
import { type User, Users } from '../identity/users';
import { timeLimit } from '../time-limit';
import type { MeetingRole } from './participant';
import { Refusal } from './refusal';

/** A join does not wait longer for PostgreSQL. */
const readLimitMs = 5_000;

/** A row of `slots`, with what was held of it. */
export interface Meeting {
  readonly id: string;
  readonly mentorId: string | null;
  readonly studentId: string | null;
  readonly mentorName: string | null;
  readonly studentName: string | null;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly status: string | null;
  /** Of the last time that it was held. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
}

export interface Admission {
  readonly meeting: Meeting;
  readonly role: MeetingRole;
  readonly name: string | null;
}

const meetingById = `
  SELECT slots.id, slots."mentorId", slots."studentId", slots."startsAt", slots."endsAt", slots.status,
    mentor."fullName" AS "mentorName", student."fullName" AS "studentName",
    held."startedAt", held."endedAt", held."endReason"
  FROM slots
    LEFT JOIN users mentor ON mentor.id = slots."mentorId"
    LEFT JOIN users student ON student.id = slots."studentId"
    LEFT JOIN meeting_sessions held ON held."meetingId" = slots.id
  WHERE slots.id = $1`;

export interface MeetingAccessProps {
  readonly environment: Pick<Environment, 'ALLOW_EARLY_MEETING_JOIN' | 'MEETING_JOIN_BUFFER_MINUTES'>;
  readonly database: Pick<Database, 'read' | 'query'>;
}

/** Who may be in a meeting, and when. */
export class MeetingAccess {
  private readonly users: Users;

  constructor(private readonly props: MeetingAccessProps) {
    this.users = new Users(props.database);
  }

  /**
   * Whoever has to do with the meeting, whether or not it is time.
   * @throws Refusal NO_SUCH_MEETING, NOT_A_PARTICIPANT
   * @throws Unavailable when PostgreSQL does not answer within five seconds
   */
  async find(meetingId: string, userId: string): Promise<Admission> {
    const reading = Promise.all([
      this.props.database.read<Meeting>(meetingById, [meetingId]),
      this.users.byId(userId),
    ] as const);
    const [[meeting], user] = await timeLimit(reading, readLimitMs, 'Reading the meeting');
    const role = user?.isActive ? roleOf(user, meeting) : undefined;
    // Nobody learns which meetings there are.
    if (role === undefined) throw new Refusal('NOT_A_PARTICIPANT', 'Only those who take part may do this');
    if (meeting === undefined) throw new Refusal('NO_SUCH_MEETING', 'There is no such meeting');
    return { meeting, role, name: user?.fullName ?? null };
  }

  /** Why nobody may join it now; undefined when they may. */
  closedBecause(meeting: Meeting, now = Date.now()): Refusal | undefined {
    if (meeting.endReason === 'ended') return meetingEnded();
    if (meeting.status === 'cancelled') return new Refusal('MEETING_CANCELLED', 'The meeting was cancelled');
    const joinFrom = this.joinFrom(meeting);
    if (joinFrom === undefined || now >= joinFrom) return undefined;
    const details = { joinFrom: new Date(joinFrom).toISOString() };
    return new Refusal('TOO_EARLY', `The meeting can be joined from ${details.joinFrom} on`, details);
  }

  /** @throws Refusal when the user is no administrator in the database */
  async requireAdministrator(userId: string): Promise<void> {
    const user = await timeLimit(this.users.byId(userId), readLimitMs, 'Reading the user');
    if (!user?.isActive || !isAdministrator(user.role)) throw new Refusal('FORBIDDEN', 'This is for administrators');
  }

  private joinFrom({ startsAt }: Meeting): number | undefined {
    const { ALLOW_EARLY_MEETING_JOIN: early, MEETING_JOIN_BUFFER_MINUTES: minutes } = this.props.environment;
    return early || startsAt === null ? undefined : startsAt.getTime() - minutes * 60_000;
  }
}

export const meetingEnded = () => new Refusal('MEETING_ENDED', 'The meeting has ended');

function roleOf({ id, role }: User, meeting: Meeting | undefined): MeetingRole | undefined {
  if (id === meeting?.mentorId) return 'mentor';
  if (id === meeting?.studentId) return 'student';
  return isAdministrator(role) ? 'administrator' : undefined;
}
