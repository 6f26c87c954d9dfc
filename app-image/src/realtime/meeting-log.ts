import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database';
import { isUnavailable } from '../database/unavailable';
import { timeLimit } from '../time-limit';
import type { Journal } from './journal';
import {
  closeSessions,
  endedAWhileAgo,
  join,
  markEmpty,
  open,
  openSession,
  recordingStart,
  recordingStop,
} from './meeting-statements';
import type { LeaveReason, Presence } from './participant';
import type { Recording } from './sockets';

/** A join does not wait longer for PostgreSQL; it is noted later then. */
const writeLimitMs = 2_000;

export interface MeetingLogProps {
  readonly database: Pick<Database, 'read' | 'query'>;
  readonly journal: Journal;
  /** For how long a meeting stays open with nobody in it. */
  readonly graceMs: number;
}

export interface Joined {
  readonly startedAt: number;
  /** Nobody was there before. */
  readonly first: boolean;
}

/** By somebody. */
export interface EndedMeeting {
  readonly meetingId: string;
  readonly endedAt: Date;
  readonly endedBy: string;
}

/** What is kept of meetings: when they were held, who was there, what was recorded. */
export class MeetingLog {
  constructor(private readonly props: MeetingLogProps) {}

  /**
   * Opens the log of the meeting where none is open, and notes who came.
   * @returns undefined when the meeting was ended for good. With PostgreSQL away it is noted later.
   */
  async joined(presence: Presence): Promise<Joined | undefined> {
    try {
      return await timeLimit(this.noteJoined(presence), writeLimitMs, 'Noting who joined');
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      this.props.journal.add(() => this.noteJoined(presence));
      return { startedAt: presence.joinedAt, first: false };
    }
  }

  left({ participation }: Presence, reason: LeaveReason, at = Date.now()): void {
    const statement =
      'UPDATE meeting_participants SET "leftAt" = $2, "leaveReason" = $3 WHERE id = $1 AND "leftAt" IS NULL';
    this.props.journal.add(() => this.props.database.query(statement, [participation, new Date(at), reason]));
  }

  ended(meetingId: string, endedBy: string, at: number): void {
    this.props.journal.add(() => this.close([meetingId], 'ended', new Date(at), endedBy));
  }

  recordingStarted(meetingId: string, { recordingId, startedBy, startedAt }: Recording): void {
    const values = [recordingId, meetingId, startedBy, new Date(startedAt)];
    this.props.journal.add(() => this.props.database.query(recordingStart, values));
  }

  recordingStopped(recordingId: string, stoppedBy: string, at: number): void {
    this.props.journal.add(() => this.props.database.query(recordingStop, [recordingId, stoppedBy, new Date(at)]));
  }

  /** Those of these that somebody ended, and everybody should have left. */
  async endedAWhileAgo(meetingIds: readonly string[]): Promise<EndedMeeting[]> {
    return meetingIds.length === 0 ? [] : this.props.database.read<EndedMeeting>(endedAWhileAgo, [meetingIds]);
  }

  /** Meetings that are open. */
  async open(): Promise<string[]> {
    const rows = await this.props.database.read<{ meetingId: string }>(open);
    return rows.map(({ meetingId }) => meetingId);
  }

  /** @returns those that had been empty for longer than the grace, and are ended now */
  async endEmpty(empty: readonly string[], held: readonly string[]): Promise<string[]> {
    await this.props.database.query(markEmpty, [empty, held]);
    return this.close(empty, 'everybody-left', null, null);
  }

  private async noteJoined(presence: Presence): Promise<Joined | undefined> {
    const { meetingId, participation, userId, role, socketId, joinedAt } = presence;
    const { database } = this.props;
    // Twice, as it may be closed between the two statements, for having been empty too long.
    for (const _attempt of [1, 2]) {
      const opened = await database.query(openSession, [meetingId, randomUUID(), new Date(joinedAt)]);
      const values = [meetingId, participation, userId, role, socketId, new Date(joinedAt)];
      const [session] = await database.query<{ startedAt: Date }>(join, values);
      if (session) return { startedAt: session.startedAt.getTime(), first: opened.length > 0 };
    }
    return undefined;
  }

  private async close(
    meetingIds: readonly string[],
    reason: string,
    at: Date | null,
    by: string | null,
  ): Promise<string[]> {
    const values = [meetingIds, reason, at, by, this.props.graceMs / 1000];
    const rows = await this.props.database.query<{ meetingId: string }>(closeSessions, values);
    return rows.map(({ meetingId }) => meetingId);
  }
}
